import pytest

from benchmarks.common import figures_line
from benchmarks.queue_page import measure
from cases.models import Case, Recusal

pytestmark = pytest.mark.django_db

TIMES = ["p50_ms", "p95_ms", "fastest_ms", "empty_page_p95_ms", "web_cpu_ms", "database_ms"]


def test_the_page_is_asked_for_while_the_archive_grows_and_its_lines_say_so():
    few, many = measure((400, 800), open_cases=300)
    keys = [part.partition("=")[0] for part in figures_line("queue_page", many).split()[2:]]
    assert keys == ["cases", "user", "late_in_county", *TIMES, "queries", "list_buffers", "load"]
    assert (few["cases"], many["cases"], Case.objects.open().count()) == (400, 800, 300)
    assert few["queries"] == many["queries"] > 0
    assert Recusal.objects.exists()
