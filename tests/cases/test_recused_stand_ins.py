"""A stand-in gets no copy of a message about a matter of a center they serve at: the rest they do get."""

from datetime import date

import pytest

from cases.reports.recusals import recused_people
from cases.services.recompute import apply_calendar_changes
from centers.enums import Role
from centers.services.deliver import deliver_messages
from centers.services.stand_in import name_stand_in
from core.models import InboxMessage, OutboxMessage
from supervision.services.sweep import sweep
from tests.factories import LONG_AGO, appoint, at, change_day, end_post, make_person, recused, triaged

NOW = at("2026-11-18")
WARNING = at("2026-11-20", 8, 30)
TODAY = date(2026, 11, 20)


@pytest.fixture
def deputy(house):
    """Return a supervisor of the county who stands in for the town's."""
    person = make_person("deputy", Role.SUPERVISOR, house.centers["330681"])
    days = {"starts_on": TODAY, "ends_on": TODAY, "actor": house.town_supervisor, "now": NOW}
    name_stand_in(house.town_supervisor, stand_in=person, **days)
    OutboxMessage.objects.update(sent_at=NOW)
    return person


def _recuse(house, case, code="330681"):
    center = house.centers[code]
    return recused(case, center=center, by=house.clerk, now=NOW)


def _copies(deputy, *, kind="step"):
    deliver_messages(now=WARNING)
    copies = InboxMessage.objects.filter(recipient=deputy, outbox__key__startswith=f"{kind}:")
    return set(copies.values_list("outbox__matter_id", flat=True))


def test_of_two_matters_the_stand_in_gets_the_one_that_is_not_about_the_own_center(house, deputy):
    own, other = triaged(house, now=NOW), triaged(house, now=NOW)
    sweep(now=WARNING)
    _recuse(house, own)
    assert _copies(deputy) == {other.pk}


def test_the_absent_person_gets_both(house, deputy):
    own, other = triaged(house, now=NOW), triaged(house, now=NOW)
    sweep(now=WARNING)
    _recuse(house, own)
    deliver_messages(now=WARNING)
    letters = InboxMessage.objects.filter(recipient=house.town_supervisor)
    assert set(letters.values_list("outbox__matter_id", flat=True)) == {own.pk, other.pk}


def test_a_center_where_the_stand_in_does_not_serve_keeps_nothing_back(house, deputy):
    case = triaged(house, now=NOW)
    sweep(now=WARNING)
    _recuse(house, case, "3306")
    assert _copies(deputy) == {case.pk}


def test_a_second_post_at_the_center_is_enough_and_one_that_is_over_is_not(house, deputy):
    case = triaged(house, now=NOW)
    sweep(now=WARNING)
    _recuse(house, case, "3306")
    post = appoint(deputy, role=Role.INTAKE_CLERK, center=house.centers["3306"], starts_on=LONG_AGO)
    pair = {(case.pk, deputy.pk)}
    assert recused_people(pair, TODAY) == pair
    end_post(post, ends_on=date(2026, 11, 17))
    assert recused_people(pair, TODAY) == set()


def test_messages_about_no_matter_are_copied_as_ever(house, deputy):
    assert recused_people(set(), TODAY) == set()
    _recuse(house, triaged(house, now=NOW))
    name_stand_in(
        make_person("third", Role.SUPERVISOR, house.town),
        stand_in=house.town_supervisor,
        starts_on=date(2026, 12, 1),
        ends_on=date(2026, 12, 1),
        actor=house.secadmin,
        now=NOW,
    )
    assert _copies(deputy, kind="standin") == {None}


def test_what_the_calendar_moved_says_which_matter_it_is_about(house):
    case = triaged(house, now=NOW)
    change_day("2026-11-20", now=NOW)
    list(apply_calendar_changes(now=NOW))
    assert OutboxMessage.objects.get(key__startswith="calendar:").matter_id == case.pk
