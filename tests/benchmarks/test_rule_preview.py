import pytest

from benchmarks.common import figures_line
from benchmarks.rule_preview import measure

pytestmark = pytest.mark.django_db


def test_the_preview_is_asked_for_among_few_and_many_limits_and_its_line_says_so():
    figures = measure(20, 60)
    keys = [part.partition("=")[0] for part in figures_line("rule_preview", figures).split()[2:]]
    assert keys == ["limits", "seconds", "limits_per_s", "ratio_vs_few"]
    assert figures["limits"] == 60
    assert figures["seconds"] > 0
