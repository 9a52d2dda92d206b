import pytest
from django.conf import settings
from django.db import connection

from benchmarks.audit import measure
from benchmarks.common import figures_line

pytestmark = pytest.mark.django_db


def test_the_cost_of_an_entry_and_of_its_verification_is_measured():
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("CREATE TABLE plain (LIKE core_auditentry INCLUDING ALL); GRANT ALL ON plain TO PUBLIC")
        cursor.execute(f"SET ROLE {settings.DATABASE_APP_ROLE}")
    figures = measure(6, rounds=2)
    line = figures_line("audit", figures)
    assert [part.partition("=")[0] for part in line.split()[2:]] == [*figures]
    assert (figures["entries"], figures["unchained"]) == (6, 0)
