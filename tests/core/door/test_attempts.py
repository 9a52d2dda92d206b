"""Failed attempts, and how long one waits after them."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from core.door.attempts import FAILURES_OF_ALL_ADDRESSES, LockedOut, count_attempt, forgive
from core.door.models import FailedAttempts
from core.models import User
from core.rates import Limit
from tests.factories import at

NOW = at("2026-11-18")
MINUTE = timedelta(minutes=1)
HERE, THERE = "192.0.2.7", "198.51.100.9"


def attempt(now=NOW, *, name="clerk", address=HERE):
    """Return whether an attempt is looked at, which fails."""
    try:
        count_attempt("password", name=name, address=address, now=now)
    except LockedOut:
        return False
    return True


def test_five_attempts_are_looked_at_and_the_sixth_waits_for_half_an_hour(db):
    assert [attempt() for _ in range(6)] == [True] * 5 + [False]
    assert not attempt(NOW + 30 * MINUTE - timedelta(seconds=1))
    assert [attempt(NOW + 30 * MINUTE) for _ in range(6)] == [True] * 5 + [False]


def test_knocking_on_does_not_prolong_the_wait(db):
    assert [attempt() for _ in range(5)] == [True] * 5
    assert not attempt(NOW + 29 * MINUTE)
    assert attempt(NOW + 30 * MINUTE)


def test_one_clerk_locks_neither_the_office_nor_themselves_elsewhere(db):
    assert [attempt() for _ in range(6)][-1] is False
    assert attempt(name="mediator")
    assert attempt(address=THERE)


def test_failures_that_are_half_an_hour_old_do_not_count(db):
    assert [attempt() for _ in range(4)] == [True] * 4
    assert [attempt(NOW + 30 * MINUTE) for _ in range(5)] == [True] * 5


def test_a_success_forgives_what_was_before(db):
    assert [attempt() for _ in range(4)] == [True] * 4
    forgive("password", name="clerk", address=HERE, now=NOW)
    assert [attempt() for _ in range(5)] == [True] * 5


def _addresses(count, *, prefix="203.0.113"):
    return [f"{prefix}.{number}" for number in range(count)]


def test_a_name_that_is_tried_from_everywhere_waits_longer_and_longer(db):
    tried = [attempt(address=address) for address in _addresses(FAILURES_OF_ALL_ADDRESSES)]
    assert tried == [True] * FAILURES_OF_ALL_ADDRESSES
    waits = [1, 2, 4, 8]
    now = NOW
    for number, wait in enumerate(waits):
        assert not attempt(now + timedelta(seconds=wait) - timedelta(microseconds=1), address=THERE)
        now += timedelta(seconds=wait)
        assert attempt(now, address=f"203.0.114.{number}")


def test_a_name_that_is_tried_from_everywhere_waits_no_longer_than_five_minutes(db):
    now = NOW
    for address in _addresses(60, prefix="203.0.115"):
        attempt(now, address=address)
        now += 5 * MINUTE
    assert attempt(now, address=THERE)


def test_what_was_typed_is_not_kept(db):
    attempt(name="My-secret-password")
    assert "secret" not in str(list(FailedAttempts.objects.values()))


def test_old_failures_are_forgotten_with_the_next_success(db):
    attempt(name="somebody")
    forgive("password", name="clerk", address=HERE, now=NOW + timedelta(days=1))
    assert FailedAttempts.objects.exists()
    forgive("password", name="clerk", address=HERE, now=NOW + timedelta(days=1, microseconds=1))
    assert not FailedAttempts.objects.exists()


def _attempt_apart(_number):
    with closing(connection):
        return attempt()


def test_of_many_simultaneous_attempts_no_more_than_five_are_looked_at(transactional_db):
    with ThreadPoolExecutor(8) as people:
        assert sum(people.map(_attempt_apart, range(24))) == 5


def test_the_sixth_wrong_password_is_answered_by_a_page_that_says_until_when(house, set_clock, knock):
    set_clock(NOW)
    assert [knock("clerk", "wrong").status_code for _ in range(6)] == [200] * 5 + [429]
    answer = knock("clerk")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1800")
    assert "09:30:00" in answer.content.decode()
    assert "_auth_user_id" not in answer.wsgi_request.session


def test_after_the_wait_the_right_password_opens(house, set_clock, knock):
    set_clock(NOW)
    for _ in range(6):
        knock("clerk", "wrong")
    set_clock(NOW + 30 * MINUTE)
    assert knock("clerk").headers["Location"] == reverse("admin:index")


@pytest.mark.parametrize("name", ["clerk", "nobody-of-this-name", "closed"])
def test_nothing_tells_an_account_from_none(house, set_clock, knock, name):
    set_clock(NOW)
    User.objects.create_user("closed", "Sample-pass-1", full_name="样本", is_active=False)
    told = [knock(name, "wrong", REMOTE_ADDR=THERE) for _ in range(7)]
    assert [answer.status_code for answer in told] == [200] * 5 + [429] * 2
    assert [_error(answer) for answer in told[:5]] == [_error(told[0])] * 5
    assert "请输入" in _error(told[0])
    assert told[6].content.decode().count(name) == 0


def _error(answer):
    return " ".join(answer.context["form"].non_field_errors())


@pytest.mark.parametrize("name", ["clerk", "nobody-of-this-name", "closed"])
def test_a_password_is_computed_whether_or_not_there_is_an_account(house, monkeypatch, knock, name):
    User.objects.create_user("closed", "Sample-pass-1", full_name="样本", is_active=False)
    computed = []
    hasher = "django.contrib.auth.hashers.MD5PasswordHasher.encode"
    monkeypatch.setattr(hasher, lambda _self, password, salt: computed.append(password) or f"md5${salt}$x")
    knock(name, "wrong")
    assert computed == ["wrong"]


def test_the_old_password_is_not_tried_for_ever_at_an_unlocked_desk(house, client):
    client.force_login(house.clerk)
    new = {"new_password1": "Maple-bridge-2", "new_password2": "Maple-bridge-2"}
    page = reverse("admin:password_change")
    for _ in range(5):
        assert "失败次数过多" not in client.post(page, {"old_password": "wrong", **new}).content.decode()
    assert "失败次数过多" in client.post(page, {"old_password": "Sample-pass-1", **new}).content.decode()


def test_one_address_tries_at_many_names_no_oftener_than_its_limit(house, set_clock, knock, monkeypatch):
    set_clock(NOW)
    monkeypatch.setattr("core.door.views.OF_ONE_ADDRESS", Limit("sign_in", burst=3, every=timedelta(seconds=3)))
    assert [knock(f"name{number}", "wrong").status_code for number in range(4)] == [200] * 3 + [429]
    assert knock("clerk", REMOTE_ADDR=THERE).status_code == 302
    set_clock(NOW + timedelta(seconds=3))
    assert knock("name4", "wrong").status_code == 200
