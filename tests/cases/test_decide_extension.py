"""Who decides on an extension, until when, what moves then, and how the applicant learns of it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from cases.enums import ClockKind, EventKind, ExtensionState, Step
from cases.models import Case, ClockStep, Extension
from cases.services.assign import assign_case
from cases.services.clocks import start_clock
from cases.services.extend import NewExtension, ask_extension, grant_extension, refuse_extension, tell_extension
from cases.services.recuse import recuse_center
from centers.enums import Role
from core import clock
from core.errors import DomainError, IllegalTransition, SeparationOfDuties
from supervision.services.sweep import sweep
from tests.factories import LONG_AGO, appoint, at, make_person, mediating, race, triaged

NOW = at("2026-11-18")
FRIDAY = at("2026-11-20", 10)
SATURDAY = at("2026-11-21")
VILLAGE, PETITION = ClockKind.LVL_VILLAGE, ClockKind.PET_HANDLE
EXPIRY = at("2026-11-24", 0)
REMARK = "理由成立（示例）"


@pytest.fixture
def case(house):
    return mediating(house, now=NOW)


def _asked(house, case, kind=VILLAGE, *, amount=2, agreed_on=None, now=FRIDAY):
    new = NewExtension(case.clocks.get(kind=kind).pk, amount, "一方外出（示例）", agreed_on)
    return ask_extension(case.pk, new=new, actor=house.mediator, now=now)


def _grant(house, asked, *, who="town_supervisor", now=FRIDAY):
    return grant_extension(asked.pk, remark=REMARK, actor=getattr(house, who), now=now)


def _waiting(case, kind=VILLAGE):
    steps = ClockStep.objects.waiting().filter(clock__case=case, clock__kind=kind)
    return {step.step: step.at.astimezone(clock.SHANGHAI).strftime("%m-%d %H:%M") for step in steps}


def test_a_granted_extension_moves_the_last_day_and_the_steps_that_have_not_fired(house, case):
    sweep(now=at("2026-11-20", 9))
    granted = _grant(house, _asked(house, case))
    row = case.clocks.get(kind=VILLAGE)
    assert (row.due_on, row.original_due_at, row.amount) == (date(2026, 11, 25), EXPIRY, 3)
    assert (granted.was_due_on, granted.due_on) == (date(2026, 11, 23), date(2026, 11, 25))
    assert _waiting(case) == {
        Step.CLIMB: "11-26 00:00",
        Step.YELLOW: "11-26 08:30",
        Step.RED: "12-02 08:30",
        Step.MEASURES: "12-09 08:30",
    }
    assert Case.objects.get(pk=case.pk).due_at == at("2026-11-26", 0)


def test_a_petition_is_extended_by_thirty_days_in_all(house, case):
    start_clock(case, PETITION, now=NOW)  # sixty days: Sunday 17 January, so Monday 18
    first = _grant(house, _asked(house, case, PETITION, amount=20))
    assert (first.was_due_on, first.due_on) == (date(2027, 1, 18), date(2027, 2, 11))  # 6 February is Spring Festival
    with pytest.raises(DomainError, match="最多可再延长10 日"):
        _asked(house, case, PETITION, amount=11)
    assert _grant(house, _asked(house, case, PETITION, amount=10)).due_on == date(2027, 2, 16)


def test_a_mediation_goes_on_as_the_parties_agreed(house, case):
    asked = _asked(house, case, ClockKind.MED_GENERAL, amount=30, agreed_on=date(2026, 11, 20))
    assert _grant(house, asked).due_on == date(2027, 1, 18)  # 18 December and thirty days: Sunday 17 January


def test_the_decision_stands_on_the_timeline_and_on_the_request(house, case):
    granted = _grant(house, _asked(house, case))
    event = {"clock": VILLAGE, "length": "2 working_days", "due_on": "2026-11-25"}
    assert case.events.get(kind=EventKind.CLOCK_EXTENDED).data == event
    assert (granted.decided_by, granted.decided_at, granted.remark) == (house.town_supervisor, FRIDAY, REMARK)


def test_notices_are_numbered_without_a_gap_by_the_center_that_owes_them(house):
    numbers = [_grant(house, _asked(house, mediating(house, now=NOW))).number for _index in range(2)]
    assert numbers == ["(2026)枫源村延字第0001号", "(2026)枫源村延字第0002号"]


def test_a_refusal_leaves_the_limit_as_it_is(house, case):
    asked, before = _asked(house, case), list(case.clocks.values())
    refused = refuse_extension(asked.pk, remark="理由不足（示例）", actor=house.town_supervisor, now=FRIDAY)
    assert (refused.state, list(case.clocks.values())) == (ExtensionState.REFUSED, before)
    assert case.events.filter(kind=EventKind.EXTENSION_REFUSED).count() == 1
    assert _asked(house, case).state == ExtensionState.ASKED


@pytest.mark.parametrize(("now", "is_refused"), [(EXPIRY, False), (EXPIRY + timedelta(microseconds=1), True)])
def test_nothing_is_granted_once_the_limit_has_ended(house, case, now, is_refused):
    asked = _asked(house, case)
    if not is_refused:
        assert _grant(house, asked, now=now).due_on == date(2026, 11, 25)
        return
    with pytest.raises(DomainError, match="届满后不予延期"):
        _grant(house, asked, now=now)
    assert case.clocks.get(kind=VILLAGE).due_on == date(2026, 11, 23)
    assert refuse_extension(asked.pk, remark=REMARK, actor=house.town_supervisor, now=now).pk


@pytest.mark.parametrize("who", ["mediator", "unit_leader", "village_triage", "town_triage", "town_mediator"])
def test_nobody_without_the_office_above_decides(house, case, who):
    asked = _asked(house, case)
    for decide in (grant_extension, refuse_extension):
        with pytest.raises((Case.DoesNotExist, Extension.DoesNotExist)):
            decide(asked.pk, remark=REMARK, actor=getattr(house, who), now=FRIDAY)


@pytest.mark.parametrize("who", ["neighbour_town_supervisor", "other_county_supervisor", "neighbour_clerk", "nobody"])
def test_for_an_outsider_there_is_no_request(house, case, who):
    asked = _asked(house, case)
    with pytest.raises(Extension.DoesNotExist):
        _grant(house, asked, who=who)


def test_the_level_that_holds_the_matter_does_not_decide_for_itself(house):
    case = triaged(house, now=NOW)
    sweep(now=EXPIRY)
    assign_case(case.pk, handler=house.town_mediator, actor=house.town_triage, now=EXPIRY)
    new = NewExtension(case.clocks.get(kind=ClockKind.LVL_TOWN).pk, 2, "示例")
    asked = ask_extension(case.pk, new=new, actor=house.town_mediator, now=EXPIRY)
    with pytest.raises(Case.DoesNotExist):
        _grant(house, asked, now=EXPIRY)
    assert _grant(house, asked, who="county_supervisor", now=EXPIRY).due_on == date(2026, 12, 4)


def test_whoever_asked_does_not_decide_whatever_offices_they_hold(house, case):
    appoint(house.mediator, role=Role.SUPERVISOR, center=house.town, starts_on=LONG_AGO)
    asked = _asked(house, case)
    for decide in (grant_extension, refuse_extension):
        with pytest.raises(SeparationOfDuties):
            decide(asked.pk, remark=REMARK, actor=house.mediator, now=FRIDAY)


def test_a_center_without_a_part_in_the_matter_does_not_decide(house, case):
    asked = _asked(house, case)
    recuse_center(case.pk, center=house.town, ground="涉及本镇（示例）", actor=house.village_triage, now=FRIDAY)
    with pytest.raises(Extension.DoesNotExist):
        _grant(house, asked)
    assert _grant(house, asked, who="county_supervisor").state == ExtensionState.GRANTED


def test_an_office_elsewhere_does_not_help_whoever_serves_at_a_center_without_a_part(house, case):
    asked = _asked(house, case)
    recuse_center(case.pk, center=house.town, ground="涉及本镇（示例）", actor=house.village_triage, now=FRIDAY)
    both = make_person("both", Role.SUPERVISOR, house.town)
    appoint(both, role=Role.SUPERVISOR, center=house.centers["330681"], starts_on=LONG_AGO)
    house.people["both"] = both
    with pytest.raises(Extension.DoesNotExist):
        _grant(house, asked, who="both")


def test_a_decision_is_taken_once(house, case):
    asked = _asked(house, case)
    _grant(house, asked)
    for decide in (grant_extension, refuse_extension):
        with pytest.raises(IllegalTransition):
            decide(asked.pk, remark=REMARK, actor=house.town_supervisor, now=FRIDAY)


@pytest.mark.django_db(transaction=True)
def test_of_two_simultaneous_decisions_one_is_taken(house):
    asked = _asked(house, mediating(house, now=NOW))
    outcomes = race(lambda: _grant(house, asked), lambda: _grant(house, asked, who="county_supervisor"))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Extension", "IllegalTransition"]
    assert _last_day(asked) == date(2026, 11, 25)


def _last_day(asked):
    asked.clock.refresh_from_db()
    return asked.clock.due_on


def _tell(house, granted, day, *, who="mediator", now=SATURDAY):
    return tell_extension(granted.pk, told_on=date.fromisoformat(day), actor=getattr(house, who), now=now)


def test_the_notice_is_owed_until_the_day_on_which_it_was_given(house, case):
    granted = _grant(house, _asked(house, case))
    assert list(Extension.objects.to_tell()) == [granted]
    assert _tell(house, granted, "2026-11-21").told_on == date(2026, 11, 21)
    assert not Extension.objects.to_tell().exists()
    told = case.events.get(kind=EventKind.EXTENSION_TOLD).data
    assert told == {"number": granted.number, "told_on": "2026-11-21"}


@pytest.mark.parametrize("day", ["2026-11-19", "2026-11-22"])
def test_nobody_is_told_before_the_decision_or_tomorrow(house, case, day):
    granted = _grant(house, _asked(house, case))
    with pytest.raises(DomainError, match="之间"):
        _tell(house, granted, day)


def test_what_is_not_granted_or_has_been_told_is_not_told(house, case):
    asked = _asked(house, case)
    with pytest.raises(IllegalTransition):
        _tell(house, asked, "2026-11-20")
    _tell(house, _grant(house, asked), "2026-11-20")
    with pytest.raises(IllegalTransition):
        _tell(house, asked, "2026-11-20")


def test_nobody_but_the_handler_notes_it(house, case):
    granted = _grant(house, _asked(house, case))
    with pytest.raises(Case.DoesNotExist):
        _tell(house, granted, "2026-11-20", who="town_supervisor")


def test_the_database_does_not_let_anybody_decide_on_their_own_request(house, case):
    asked = _asked(house, case)
    with pytest.raises(IntegrityError, match="extension_decided_by_another"), transaction.atomic():
        Extension.objects.filter(pk=asked.pk).update(decided_by=house.mediator)
