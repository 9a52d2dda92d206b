import pytest

from benchmarks.common import figures_line
from benchmarks.register_page import measure
from cases.models import Recusal

pytestmark = pytest.mark.django_db


def test_the_register_is_asked_for_with_longer_and_longer_periods_and_its_lines_say_so():
    month, quarter, year = measure(1000)
    keys = [part.partition("=")[0] for part in figures_line("register_page", year).split()[2:]]
    assert keys == ["mediations", "period", "accepted", "seconds", "queries", "ratio_vs_month"]
    assert 0 < month["accepted"] < quarter["accepted"] < year["accepted"] < year["mediations"] == 1000
    assert quarter["queries"] == year["queries"] > 0
    assert Recusal.objects.exists()
