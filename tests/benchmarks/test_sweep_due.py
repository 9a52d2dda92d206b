import pytest

from benchmarks.common import figures_line
from benchmarks.sweep_due import Effects, compared, measure
from core.models import OutboxMessage
from supervision.models import SupervisionNotice

pytestmark = pytest.mark.django_db

KEYS = ["n", "seconds", "rows_per_s", "ratio_vs_loop", "ratio_vs_sql", "lost", "double"]
NOTICE, MOVE = "notice yellow", "moved to town"


def test_sweep_and_bare_sql_do_to_fifty_cases_each_what_the_loop_does_to_five_and_the_line_says_so():
    figures = measure(50, sample=5)
    assert [part.partition("=")[0] for part in figures_line("sweep_due", figures).split()[2:]] == KEYS
    assert (figures["n"], figures["lost"], figures["double"]) == (100, 0, 0)  # of each case, its climb and its notice
    assert SupervisionNotice.objects.count() == 105
    assert OutboxMessage.objects.count() == 105 * 7  # three about the notice, four about the move


@pytest.mark.parametrize(
    ("swept", "lost", "double"),
    [
        ({(NOTICE, 1): 50, (MOVE, 1): 50}, 0, 0),
        ({(NOTICE, 1): 49, (MOVE, 1): 50}, 1, 0),
        ({(NOTICE, 1): 48, (NOTICE, 2): 2, (MOVE, 1): 50}, 0, 2),
        ({(NOTICE, 1): 50, ("moved to county", 1): 50}, 50, 50),
    ],
)
def test_an_effect_that_is_missing_or_there_twice_is_counted(swept, lost, double):
    by_loop = Effects({(NOTICE, 1): 5, (MOVE, 1): 5})
    assert compared(by_loop, Effects(swept), cases=50) == (lost, double)


def test_a_loop_that_does_not_treat_all_alike_is_no_measure():
    with pytest.raises(SystemExit, match="same to every case"):
        compared(Effects({(NOTICE, 1): 5, (MOVE, 1): 4}), Effects(), cases=50)
