"""What the page of a case asks of the tables that hang on it: nothing of those that hold none, and nothing twice."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Accused, Party
from cases.reports.holdings import rows_of
from core import clock
from core.once import kept_meanwhile
from disputes.models import Mediator
from tests.factories import agreed, terminated, triaged

pytestmark = pytest.mark.django_db


def test_tables_that_hold_nothing_of_a_case_are_asked_about_in_one_statement(house, django_assert_num_queries):
    case = triaged(house, now=clock.now())
    with kept_meanwhile(), django_assert_num_queries(1):
        assert list(rows_of(case, case.results.all())) == []
        assert list(rows_of(case, case.accused.select_related("person"))) == []
        assert list(rows_of(case, Mediator.objects.filter(case=case))) == []


def test_what_is_there_is_found_and_what_belongs_to_another_case_is_not(house):
    now = clock.now()
    case, other = terminated(house, now=now), triaged(house, now=now)
    with kept_meanwhile():
        assert [row.case_id for row in rows_of(case, case.results.all())] == [case.pk]
        assert not rows_of(other, other.results.all()).exists()


def test_an_act_asks_its_rows_anew_each_time(house):
    case = triaged(house, now=clock.now())
    assert not rows_of(case, case.accused.all()).exists()
    Accused.objects.create(case=case, name="示例", named_by=house.clerk, named_at=clock.now())
    assert rows_of(case, case.accused.all()).exists()


def test_a_table_nobody_watches_cannot_be_taken_for_an_empty_one(house):
    case = triaged(house, now=clock.now())
    with kept_meanwhile(), pytest.raises(KeyError):
        rows_of(case, Party.objects.filter(case=case))


@pytest.mark.parametrize("make", [triaged, terminated, agreed])
def test_the_page_of_a_case_asks_nothing_twice(house, client, make):
    case = make(house, now=clock.now())
    client.force_login(house.town_supervisor)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/admin/cases/case/{case.pk}/change/").status_code == 200
    times = Counter(query["sql"] for query in asked)
    assert [sql for sql, count in times.items() if count > 1] == []
