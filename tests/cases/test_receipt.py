"""The query code between its issue and the printer."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases.models import Case
from cases.pages.receipt import SESSION_KEY
from cases.services.query_code import hash_query_code
from core import clock
from tests.factories import at, registered


@pytest.fixture
def case(house):
    return registered(house, now=at("2026-11-18"))


def _url(name, case, *more):
    return reverse(f"admin:cases_case_{name}", args=[case.pk, *more])


def _reissued(client, case):
    answer = client.post(_url("act", case, "reissue"))
    assert (answer.status_code, answer.headers["Location"]) == (302, _url("receipt", case))
    return client.get(_url("receipt", case)).context["code"]


def test_a_new_code_stands_on_the_issuers_receipt_and_opens_the_case(client, house, case):
    client.force_login(house.clerk)
    code = _reissued(client, case)
    assert [len(group) for group in code.split(" ")] == [4, 4, 4]
    assert Case.objects.get().query_code_hash == hash_query_code(code.replace(" ", ""))


def test_the_session_keeps_the_code_only_encrypted(client, house, case):
    client.force_login(house.clerk)
    code = _reissued(client, case).replace(" ", "")
    assert code not in str(dict(client.session))


def test_nobody_elses_receipt_shows_the_code(client, house, case):
    client.force_login(house.clerk)
    code = _reissued(client, case)
    client.force_login(house.town_triage)
    assert code not in client.get(_url("receipt", case)).content.decode()


def test_the_receipt_of_another_case_does_not_show_the_code(client, house, case):
    client.force_login(house.clerk)
    code = _reissued(client, case)
    other = registered(house, now=at("2026-11-18"))
    assert code not in client.get(_url("receipt", other)).content.decode()


def test_after_half_an_hour_the_code_is_gone(client, house, case):
    client.force_login(house.clerk)
    _reissued(client, case)
    session = client.session
    session[SESSION_KEY] = {**session[SESSION_KEY], "until": (clock.now() - timedelta(seconds=1)).isoformat()}
    session.save()
    assert client.get(_url("receipt", case)).context["code"] == ""


def test_without_the_right_to_register_the_act_is_not_found_and_the_code_lives(client, house, case):
    client.force_login(house.town_supervisor)
    before = Case.objects.get().query_code_hash
    assert client.get(_url("receipt", case)).status_code == 200
    assert client.post(_url("act", case, "reissue")).status_code == 404
    assert Case.objects.get().query_code_hash == before
