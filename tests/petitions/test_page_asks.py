"""What the page of a petition asks of the database: nothing twice, however far the petition has come."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Case
from tests.factories import at
from tests.petitions.ends import final
from tests.petitions.higher import asked, open_to_review
from tests.petitions.office import accepted, signed, triaged

NOW = at("2026-03-02")
MADE = {
    "triaged": triaged,
    "accepted": accepted,
    "signed": signed,
    "under review": lambda house, now: asked(house, open_to_review(house, now=now), now=now),
    "final": final,
}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: NOW)


@pytest.mark.parametrize("by", ["town_supervisor", "county_checker"])
@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_the_page_of_a_petition_asks_nothing_twice(house, client, make, by):
    case = Case.objects.get(pk=make(house, now=NOW).pk)
    client.force_login(getattr(house, by))
    with CaptureQueriesContext(connection) as looks:
        assert client.get(f"/admin/cases/case/{case.pk}/change/").status_code == 200
    times = Counter(look["sql"] for look in looks)
    assert [sql for sql, count in times.items() if count > 1] == []
