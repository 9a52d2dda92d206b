import pytest

from benchmarks.case_page import measure
from cases.models import Case

pytestmark = pytest.mark.django_db


def test_a_long_story_takes_no_more_queries_than_a_short_one():
    figures = measure((10, 60), requests=2)
    assert figures["queries"] == figures["queries_at_10_events"] > 0
    assert sorted(case.events.count() for case in Case.objects.all())[-2:] == [10, 60]
    assert min(figures["ms_p95"], figures["empty_page_ms_p95"]) > 0
