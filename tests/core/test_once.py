"""What a look reads once, what everything else reads anew, and that nothing is kept beyond the look."""

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from core import clock
from core.middleware import TransactionMiddleware
from core.once import kept_meanwhile, once
from tests.factories import triaged


def _read_twice(asked):
    for _time in range(2):
        once("what", lambda: asked.append("read"))


def test_it_is_read_once_where_it_is_kept_and_anew_afterwards():
    asked = []
    with kept_meanwhile():
        _read_twice(asked)
    assert asked == ["read"]
    _read_twice(asked)
    assert asked == ["read"] * 3
    with kept_meanwhile():
        _read_twice(asked)
    assert asked == ["read"] * 4


def test_what_was_read_for_one_is_not_told_to_another():
    with kept_meanwhile():
        assert [once(("rights", pk), lambda pk=pk: pk) for pk in (1, 2, 1)] == [1, 2, 1]


def test_nothing_that_was_found_is_found_once_as_well():
    asked = []
    with kept_meanwhile():
        for _time in range(2):
            assert once("nothing", lambda: asked.append("read")) is None
    assert asked == ["read"]


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "times"), [("GET", 1), ("HEAD", 1), ("POST", 2), ("PUT", 2)])
def test_a_look_remembers_and_an_act_does_not(house, method, times):
    asked = []

    def answer(_request):
        _read_twice(asked)
        return HttpResponse()

    request = RequestFactory().generic(method, "/")
    request.user = house.town_supervisor
    TransactionMiddleware(answer)(request)
    assert len(asked) == times


def test_the_page_of_a_case_asks_for_the_rights_of_its_reader_once(house, client):
    case = triaged(house, now=clock.now())
    client.force_login(house.town_supervisor)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/admin/cases/case/{case.pk}/change/").status_code == 200
    assert sum("centers_centergrant" in query["sql"] for query in asked) == 1
