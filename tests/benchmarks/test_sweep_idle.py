import pytest

from benchmarks.common import figures_line
from benchmarks.sweep_idle import measure
from cases.models import Clock, ClockStep

pytestmark = pytest.mark.django_db


def test_an_idle_sweep_is_measured_among_few_and_many_cases_a_line_each():
    lines = [figures_line("sweep_idle", figures) for figures in measure([40, 100])]
    keys = [[part.partition("=")[0] for part in line.split()[2:]] for line in lines]
    assert keys == [["cases", "ms", "round_trip_ms", "fill_seconds"]] * 2
    assert [line.split()[2] for line in lines] == ["cases=40", "cases=100"]
    assert Clock.objects.running().count() == 5
    assert ClockStep.objects.waiting().count() == 5 * 4  # the ladder of the limit of triage
