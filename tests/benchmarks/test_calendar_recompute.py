import pytest

from benchmarks.calendar_recompute import measure
from benchmarks.common import figures_line
from centers.models import CalendarChange

pytestmark = pytest.mark.django_db


def test_the_job_moves_half_of_the_limits_and_the_loop_leaves_nothing_behind():
    figures = measure(60, sample=5)
    keys = [part.partition("=")[0] for part in figures_line("calendar_recompute", figures).split()[2:]]
    assert keys == ["clocks", "touched", "seconds", "rows_per_s", "ratio_vs_loop"]
    assert (figures["clocks"], figures["touched"]) == (60, 30)
    assert CalendarChange.objects.get().applied_at is not None
