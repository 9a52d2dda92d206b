"""Templates hold to a strict content policy and stay short enough to be read at one look."""

import re
from itertools import chain

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
TEMPLATES = sorted(
    str(path.relative_to(ROOT))
    for path in chain(ROOT.glob("templates/**/*.html"), ROOT.glob("[a-z]*/templates/**/*.html"))
)
NOT_UNDER_THE_POLICY = re.compile(r"<script(?![^>]*\ssrc=)|<style|\son[a-z]+=|\sstyle=|javascript:")


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_has_neither_inline_script_nor_inline_style_and_is_short(name):
    text = (ROOT / name).read_text()
    assert NOT_UNDER_THE_POLICY.findall(text) == []
    assert len(text.splitlines()) <= 120


def test_there_are_templates_to_look_at():
    assert len(TEMPLATES) > 30
