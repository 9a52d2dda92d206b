from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from cases.enums import Category, EventKind
from cases.models import Case
from cases.reports import DESKS
from core.errors import DomainError, IllegalTransition
from disputes.enums import ReadBack, Route, SessionState
from disputes.models import Attendance, Session
from disputes.services.mediate import accept_dispute
from disputes.services.meet import NewParticipant, NewRecord, NewSession, cancel_session, hold_session, plan_session
from disputes.services.safety import JointSessionBlocked
from tests.factories import agreed, at, mediating, said, triaged

NOW = at("2026-11-18")
MEETING = at("2026-11-19", 14)
AFTER = at("2026-11-19", 16)


def _new(case, house, **changes):
    parties = list(case.parties.values_list("pk", flat=True))
    people = {"party_ids": parties, "mediator_ids": [house.mediator.pk], "recorder_id": house.mediator.pk}
    new = NewSession(starts_at=MEETING, place="调解室（示例）", is_joint=True, **people)
    return replace(new, **changes)


def _planned(case, house, **changes):
    return plan_session(case.pk, new=_new(case, house, **changes), actor=house.mediator, now=NOW)


def _record(session, **changes):
    people = session.attendances.values_list("pk", flat=True)
    signed = session.attendances.filter(role="party").values_list("pk", flat=True)
    new = NewRecord(
        MEETING,
        AFTER - timedelta(hours=1),
        people,
        signed,
        rights_told=True,
        statements="陈述（示例）",
        outcome="条款（示例）",
        read_back=ReadBack.READ,
    )
    return replace(new, **changes)


def _held(session, house, now=AFTER, **changes):
    new = _record(session, **changes)
    return hold_session(session.case_id, session_id=session.pk, new=new, actor=house.mediator, now=now)


@pytest.fixture
def case(house):
    return mediating(house, now=NOW)


def test_a_session_is_planned_closed_and_held_with_its_record(case, house):
    relative = NewParticipant("样本丙", "亲属", NOW.date())
    session = _planned(case, house, participants=(relative,))
    assert (session.is_open, session.center, session.attendances.count()) == (False, house.village, 5)
    written = _held(session, house, routes_told=(Route.COURT,))
    session.refresh_from_db()
    assert (session.state, written.routes_told) == (SessionState.HELD, ["court"])
    assert set(session.attendances.values_list("role", "has_signed")) == {
        ("party", True),
        ("mediator", None),
        ("recorder", None),
        ("participant", None),
    }
    assert case.events.filter(kind__in=[EventKind.SESSION_PLANNED, EventKind.SESSION_HELD]).count() == 2


def test_before_acceptance_and_after_mediation_there_is_no_session(house):
    case = triaged(house, now=NOW)
    with pytest.raises(IllegalTransition):
        _planned(case, house)
    accept_dispute(case.pk, said=said(NOW), actor=house.mediator, now=NOW)
    with pytest.raises(DomainError, match="2026-11-18"):
        _planned(case, house, starts_at=at("2026-11-17"))
    assert _planned(case, house).state == SessionState.PLANNED
    with pytest.raises(IllegalTransition):
        _planned(agreed(house, now=NOW), house)


@pytest.mark.parametrize(
    "change",
    [
        {"party_ids": [1]},
        {"party_ids": [0]},
        {"is_joint": False},
        {"mediator_ids": []},
        {"mediator_ids": [0]},
        {"recorder_id": 0},
        {"is_open": True},
        {"participants": (NewParticipant("样本丙", "亲属", at("2026-11-19").date()),)},
    ],
)
def test_a_session_that_cannot_be_is_refused(case, house, change):
    if change.get("party_ids") == [1]:
        change = {"party_ids": [case.parties.first().pk]}
    with pytest.raises(DomainError):
        _planned(case, house, **change)
    assert not Session.objects.exists()


def test_a_session_is_open_only_if_nobody_objects_and_never_about_medicine(case, house):
    assert _planned(case, house, is_open=True, nobody_objects=True).nobody_objects_on == NOW.date()
    Case.objects.update(category=Category.MEDICAL)
    with pytest.raises(DomainError, match="不公开"):
        _planned(case, house, is_open=True, nobody_objects=True)


@pytest.mark.parametrize(
    "change",
    [
        {"ended_at": AFTER + timedelta(minutes=1)},
        {"ended_at": MEETING},
        {"started_at": at("2026-11-17")},
        {"present_ids": []},
        {"present_ids": [0]},
        {"signed_ids": [0]},
    ],
)
def test_a_record_of_the_future_or_of_who_was_not_there_is_refused(case, house, change):
    session = _planned(case, house)
    with pytest.raises(DomainError):
        _held(session, house, **change)
    assert session.attendances.filter(is_present=None).count() == 4


def test_while_somebodys_safety_is_at_stake_each_party_is_heard_alone(case, house):
    session = _planned(case, house)
    case.safety_flags.create(kind="domestic_violence", ground="示例", set_by=house.mediator, set_at=NOW)
    for act in (lambda: _planned(case, house), lambda: _held(session, house)):
        with pytest.raises(JointSessionBlocked):
            act()
    assert _planned(case, house, is_joint=False, party_ids=[case.parties.first().pk]).pk


def test_who_was_not_there_does_not_sign(case, house):
    session = _planned(case, house)
    one, other = session.attendances.filter(role="party")
    with pytest.raises(DomainError):
        _held(session, house, present_ids=[one.pk])
    _held(session, house, present_ids=[one.pk], signed_ids=[one.pk])
    other.refresh_from_db()
    assert (other.is_present, other.has_signed) == (False, False)


def test_a_cancelled_session_says_why_and_is_held_no_more(case, house):
    session = _planned(case, house)
    cancel_session(case.pk, session_id=session.pk, ground="甲方生病（示例）", actor=house.mediator, now=NOW)
    with pytest.raises(Session.DoesNotExist):
        _held(session, house)
    with pytest.raises(Case.DoesNotExist):
        cancel_session(case.pk, session_id=session.pk, ground="x", actor=house.clerk, now=NOW)


def test_a_session_stands_on_the_mediators_list_from_the_day_before(case, house):
    session = _planned(case, house, starts_at=at("2026-11-20", 23))
    seen = [DESKS["sessions"].rows(house.mediator, now=at(day)).exists() for day in ("2026-11-18", "2026-11-19")]
    assert seen == [False, True]
    _held(session, house)
    assert not DESKS["sessions"].rows(house.mediator, now=AFTER).exists()


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"role": "participant"}, "attendance_as_one_thing"),
        ({"has_signed": True, "is_present": False}, "attendance_signed_by_who_was_there"),
    ],
)
def test_the_database_refuses_an_attendance_that_cannot_be(case, house, change, name):
    _planned(case, house)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Attendance.objects.filter(role="party").update(**change)


def test_whoever_has_a_matter_that_climbed_goes_on_meeting_the_parties(case, house):
    case.holder = house.town
    case.save()
    assert _planned(case, house).center == house.village
    with pytest.raises(DomainError):
        _planned(case, house, mediator_ids=[house.clerk.pk])
