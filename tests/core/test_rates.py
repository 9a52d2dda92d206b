"""How often something may happen."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from django.db import connection
from django.db.utils import DatabaseError

from core.rates import Limit, TokenBucket, forget_full_buckets, take
from tests.factories import at

NOW = at("2026-11-18")
SECOND = timedelta(seconds=1)
LIMIT = Limit("sample", burst=3, every=10 * SECOND)


def taken(now=NOW, *, times=1, asker="192.0.2.7", limit=LIMIT):
    return [take(limit, asker=asker, now=now) for _ in range(times)]


def test_a_burst_is_let_through_and_then_one_every_while(db):
    assert taken(times=4) == [True] * 3 + [False]
    assert taken(NOW + 10 * SECOND - timedelta(microseconds=1)) == [False]
    assert taken(NOW + 10 * SECOND, times=2) == [True, False]
    assert taken(NOW + 30 * SECOND, times=3) == [True, True, False]


def test_a_limit_that_was_not_asked_for_long_is_full_and_not_fuller(db):
    taken(times=3)
    assert taken(NOW + timedelta(days=9), times=4) == [True] * 3 + [False]


def test_every_asker_and_every_limit_has_its_own(db):
    assert taken(times=4)[-1] is False
    assert taken(asker="198.51.100.9") == [True]
    assert taken(limit=Limit("other", burst=1, every=SECOND)) == [True]


def test_a_clock_that_was_set_back_gives_nothing_away(db):
    taken(times=3)
    assert taken(NOW - timedelta(days=1)) == [False]
    assert taken(NOW + 10 * SECOND) == [True]


def _take_apart(_number):
    with closing(connection):
        return take(LIMIT, asker="192.0.2.7", now=NOW)


def test_of_many_simultaneous_askers_no_two_get_the_last_one(transactional_db):
    with ThreadPoolExecutor(8) as people:
        assert sum(people.map(_take_apart, range(24))) == 3


def test_a_limit_that_cannot_be_asked_lets_nobody_through(db, monkeypatch):
    monkeypatch.setattr("core.rates._TAKE", "SELECT 1 FROM no_such_table")
    with pytest.raises(DatabaseError):
        taken()


def test_askers_are_not_kept_by_name_and_forgotten_after_a_day(db):
    taken()
    assert "192.0.2.7" not in str(TokenBucket.objects.values())
    assert forget_full_buckets(now=NOW + timedelta(days=1)) == 0
    assert forget_full_buckets(now=NOW + timedelta(days=1, microseconds=1)) == 1
