import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from benchmarks import roster_errors, roster_import, roster_reimport, roster_transfers
from benchmarks.common import figures_line

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def owner_of_the_test_database(monkeypatch):
    given = {name: connection.settings_dict[name.upper()] or None for name in ("user", "password", "host", "port")}
    monkeypatch.setenv("DATABASE_OWNER_URL", make_conninfo(dbname=connection.settings_dict["NAME"], **given))


def keys(name, figures):
    return [part.partition("=")[0] for part in figures_line(name, figures).split()[2:]]


def test_a_file_is_imported_and_measured_against_both_others():
    figures = roster_import.measure(60, sample=5)
    told = ["rows", "seconds", "rows_per_s", "ratio_vs_stock", "ratio_vs_limit", "limit_seconds", "peak_mb"]
    assert keys("roster_import", figures) == told
    assert (figures["rows"], figures["peak_mb"] > 50, figures["ratio_vs_limit"] > 1) == (60, True, True)


def test_the_same_file_again_writes_nothing():
    figures = roster_reimport.measure(60)
    assert (figures["rows"], figures["written"]) == (60, 0)


def test_every_wrong_row_is_found_and_marked():
    figures = roster_errors.measure(60)
    assert (figures["rows"], figures["errors"]) == (60, 20)


def test_everybody_moves_and_the_time_is_measured_against_the_first_import():
    figures = roster_transfers.measure(100)
    assert keys("roster_transfers", figures) == ["rows", "seconds", "rows_per_s", "ratio_vs_first", "peak_mb"]
    assert (figures["rows"], figures["peak_mb"] > 50) == (100, True)
