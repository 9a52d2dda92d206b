import gc
from contextlib import suppress
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from cases.enums import ClockKind, EventKind
from cases.models import Case, Clock, ClockStep, Event, Party
from core.bulk import among, take_ids, update_rows, without_collector, write_objects, write_rows
from core.models import NumberSeries
from grids.models import RosterFile
from supervision.models import SupervisionNotice
from tests.factories import at, registered

NOW = at("2026-11-18")
SERIES = ("scope", "year", "last_number")
EVENT = ("case_id", "kind", "at", "recorded_at", "actor_id", "data")


@pytest.fixture
def case(house):
    return registered(house, now=NOW)


@pytest.mark.parametrize("scope", ["枫桥", "a\tb", "a\\nb", "\\N", "\\.", "", "a\r\nb", "\"quoted\", 'twice'"])
def test_a_text_comes_back_letter_by_letter(db, scope):
    write_rows(NumberSeries, SERIES, [(scope, 2026, 1)])
    assert NumberSeries.objects.get().scope == scope


def test_moments_and_objects_come_back_as_the_same(case):
    data = {"center": "枫源村", "late": 3, "earlier": ["remind"], "of": None}
    write_rows(Event, EVENT, [(case.pk, "nudged", moment, NOW, case.registered_by_id, data) for moment in (NOW, NOW)])
    written = Event.objects.filter(kind=EventKind.NUDGED)
    assert [(event.at, event.recorded_at, event.data) for event in written] == [(NOW, NOW, data)] * 2


def test_what_is_not_given_stays_empty_or_gets_its_default(case):
    clock = case.clocks.get()
    write_rows(ClockStep, ("clock_id", "step", "at"), [(clock.pk, "nudge", NOW)])
    step = clock.steps.get(step="nudge")
    assert (step.fired_at, step.cancelled_at, step.failed_at, step.error) == (None, None, None, "")


@pytest.mark.parametrize(
    ("model", "columns", "forgotten"),
    [
        (ClockStep, ("clock_id", "step"), "at"),
        (Event, EVENT[:-1], "data"),  # its default is made anew for each row
        (SupervisionNotice, ("number", "level", "trigger", "case_id", "clock_id"), "reply_due_on"),
    ],
)
def test_a_column_that_must_be_filled_is_not_forgotten(db, model, columns, forgotten):
    with pytest.raises(TypeError, match=forgotten):
        write_rows(model, columns, [])


def test_personal_data_are_encrypted_on_the_way(case):
    write_rows(Party, ("case_id", "role", "name", "mobile"), [(case.pk, "respondent", "样本", "13800000009")])
    with connection.cursor() as cursor:
        cursor.execute("SELECT mobile FROM cases_party ORDER BY id DESC LIMIT 1")
        assert "13800000009" not in cursor.fetchone()[0]
    assert Party.objects.latest("pk").mobile == "13800000009"


def test_a_column_that_changes_what_it_stores_in_another_way_is_refused(db):
    with pytest.raises(TypeError, match="changes what it stores"):
        write_rows(RosterFile, ("roster_import_id", "content"), [])


def test_the_database_refuses_what_it_refuses_elsewhere_and_nothing_is_written(db):
    with pytest.raises(IntegrityError, match="numberseries_one_per_year"), transaction.atomic():
        write_rows(NumberSeries, SERIES, [("a", 2026, 1), ("a", 2027, 1), ("a", 2026, 2)])
    assert not NumberSeries.objects.exists()


def test_rows_of_different_length_are_refused(db):
    with pytest.raises(ValueError, match="shorter"):
        write_rows(NumberSeries, SERIES, [("a", 2026, 1), ("b", 2026)])


def test_written_objects_have_their_keys_and_can_be_changed(case):
    first = case.clocks.get()
    fields = {field.attname: getattr(first, field.attname) for field in Clock._meta.concrete_fields}
    clocks = [Clock(**fields | {"id": None, "key": f"1:{number}"}) for number in range(3)]
    write_objects(clocks)
    clocks[1].due_on = date(2026, 12, 1)
    clocks[1].save()
    assert [Clock.objects.get(pk=clock.pk).key for clock in clocks] == ["1:0", "1:1", "1:2"]
    assert (case.clocks.count(), case.clocks.get(key="1:1").due_on) == (4, date(2026, 12, 1))


def test_rows_get_new_values_each_its_own_in_one_statement(case, django_assert_num_queries):
    first, second, *others = ClockStep.objects.order_by("pk")
    before = [(step.at, step.cancelled_at) for step in others]
    with django_assert_num_queries(1):
        update_rows(ClockStep, ("at", "cancelled_at"), [(first.pk, NOW, None), (second.pk, first.at, NOW)])
    found = list(ClockStep.objects.order_by("pk").values_list("at", "cancelled_at"))
    assert found == [(NOW, None), (first.at, NOW), *before]


def test_no_objects_are_no_work(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        write_objects([])
        write_rows(NumberSeries, SERIES, [])
        update_rows(NumberSeries, SERIES, [])


def test_keys_are_taken_once(case):
    taken = [*take_ids(Clock, 3), *take_ids(Clock, 2)]
    assert (len(set(taken)), min(taken) > case.clocks.get().pk) == (5, True)


def test_rows_are_found_among_many_ids_with_one_parameter(house):
    cases = [registered(house, now=NOW) for _ in range(3)]
    assert set(Case.objects.filter(among("pk", [row.pk for row in cases[1:]]))) == set(cases[1:])
    assert set(Clock.objects.filter(among("case", {cases[0].pk}), kind=ClockKind.SIGN_FOR)) == {cases[0].clocks.get()}
    assert set(Case.objects.exclude(among("pk", [cases[0].pk]))) == set(cases[1:])
    assert not Case.objects.filter(among("pk", [])).exists()


@pytest.mark.parametrize("was_enabled", [True, False])
def test_the_search_for_cycles_stays_out_of_a_block_and_is_afterwards_as_it_was(was_enabled):
    with suppress(ValueError):
        (gc.enable if was_enabled else gc.disable)()
        with without_collector():
            within = gc.isenabled()
            raise ValueError
    after = gc.isenabled()
    gc.enable()
    assert (within, after) == (False, was_enabled)
