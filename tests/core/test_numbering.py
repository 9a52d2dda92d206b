import re

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from core.errors import DomainError
from core.models import NumberSeries
from core.numbering import take_numbers, take_numbers_of
from tests.factories import race


def _taken(scope, count=1):
    with transaction.atomic():
        return list(take_numbers(scope, 2026, count=count))


def _taken_and_thrown_away(scope):
    with transaction.atomic():
        take_numbers(scope, 2026)
        raise DomainError("thrown away")


def test_a_series_begins_at_one_and_goes_on(db):
    assert [list(take_numbers("a", 2026)) for _ in range(3)] == [[1], [2], [3]]


def test_several_numbers_are_taken_in_one_go(db):
    take_numbers("a", 2026)
    assert list(take_numbers("a", 2026, count=3)) == [2, 3, 4]
    assert list(take_numbers("a", 2026)) == [5]


def test_every_scope_and_every_year_counts_for_itself(db):
    take_numbers("a", 2026)
    assert [list(take_numbers(*key)) for key in (("b", 2026), ("a", 2027), ("a", 2026))] == [[1], [1], [2]]


def test_a_number_that_is_rolled_back_is_given_to_the_next(db):
    _taken("a")
    with pytest.raises(DomainError):
        _taken_and_thrown_away("a")
    assert _taken("a") == [2]


def test_a_row_of_a_series_names_its_scope(db):
    take_numbers("a", 2026)
    assert str(NumberSeries.objects.get()) == "a 2026: 1"


def test_numbers_of_several_series_are_taken_in_one_go(db, django_assert_num_queries):
    take_numbers("b", 2026, count=2)
    with django_assert_num_queries(1):
        taken = take_numbers_of({"b": 2, "a": 1, "c": 3}, 2026)
    assert {scope: list(numbers) for scope, numbers in taken.items()} == {"a": [1], "b": [3, 4], "c": [1, 2, 3]}
    assert take_numbers_of({}, 2026) == {}


@pytest.mark.django_db(transaction=True)
def test_no_number_is_taken_outside_a_transaction():
    with pytest.raises(TransactionManagementError):
        take_numbers("a", 2026)
    assert not NumberSeries.objects.exists()


def test_no_number_is_taken_in_a_transaction_that_has_failed(db):
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            take_numbers("a", 2026)
    assert not NumberSeries.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_leave_no_gap_and_no_double():
    def some():
        return [_taken("a", count) for count in (1, 2, 3)]

    def none():
        return _taken_and_thrown_away("a")

    first, _lost, second = race(some, none, some)
    assert sorted(number for run in (*first, *second) for number in run) == list(range(1, 13))


def test_series_are_taken_in_the_order_of_their_scopes_so_that_no_two_writers_wait_for_each_other(db):
    with CaptureQueriesContext(connection) as asked:
        take_numbers_of({"notice:b": 1, "notice:c": 1, "notice:a": 1}, 2026)
    assert re.findall("notice:[abc]", asked[0]["sql"]) == ["notice:a", "notice:b", "notice:c"]
