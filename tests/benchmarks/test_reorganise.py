import pytest

from benchmarks.common import figures_line
from benchmarks.reorganise import measure

pytestmark = pytest.mark.django_db


def test_matters_move_at_once_and_one_by_one_and_its_line_says_so():
    figures = measure(60, sample=5)
    keys = [part.partition("=")[0] for part in figures_line("reorganise", figures).split()[2:]]
    assert keys == ["cases", "seconds", "rows_per_s", "ratio_vs_loop"]
    assert figures["cases"] == 60
    assert figures["seconds"] > 0
