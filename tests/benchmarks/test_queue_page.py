import pytest

from benchmarks.common import figures_line
from benchmarks.queue_page import measure
from cases.models import Case

pytestmark = pytest.mark.django_db


def test_the_page_is_asked_for_among_few_and_many_cases_and_its_line_says_so():
    figures = measure(300, 600, open_every=2)
    keys = [part.partition("=")[0] for part in figures_line("queue_page", figures).split()[2:]]
    assert keys == [
        "cases",
        "late_in_county",
        "p50_ms",
        "p95_ms",
        "queries",
        "list_buffers",
        "ratio_100k_vs_20k",
    ]
    assert (figures["cases"], Case.objects.open().count()) == (600, 300)
    assert figures["queries"] > 0
