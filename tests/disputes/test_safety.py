"""Somebody's safety is flagged, keeps the parties apart, asks for what the law asks for, and is cleared by another."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.models import Case
from core.errors import DomainError, IllegalTransition, SeparationOfDuties
from disputes.enums import Action, EndReason, RelationGround, SafetyDuty, SafetyKind
from disputes.models import Relation, SafetyFlag
from disputes.rules.safety import SOURCES, duties_open_to, duties_owed
from disputes.services.end import end_dispute
from disputes.services.mediate import record_agreement
from disputes.services.relate import relate_cases, unrelate_cases
from disputes.services.safety import (
    DutyOwed,
    JointSessionBlocked,
    check_joint_session,
    clear_safety,
    flag_safety,
    record_measure,
)
from disputes.services.verify import confirm_dispute
from tests.cases.papers import with_papers
from tests.factories import agreed, at, mediating, new_agreement, new_ending, registered, triaged

NOW = at("2026-11-18")
LATER = at("2026-11-19")
MUST = {
    "domestic_violence": {"protection_order", "legal_aid"},
    "minor": {"police_report", "civil_affairs", "legal_aid"},
    "limited_capacity": {"police_report", "legal_aid"},
    "threat": {"police_report"},
}
MAY = {
    "domestic_violence": {"police_report"},
    "minor": {"protection_order"},
    "limited_capacity": {"protection_order"},
    "threat": {"legal_aid"},
}


def _flag(house, case, kind=SafetyKind.DOMESTIC_VIOLENCE, by="mediator"):
    return flag_safety(case.pk, kind=kind, ground="自述被打（示例）", actor=getattr(house, by), now=NOW)


def _clear(house, flag, by="town_supervisor"):
    told = {"flag_id": flag.pk, "clearance": "已核查（示例）"}
    return clear_safety(flag.case_id, **told, actor=getattr(house, by), now=LATER)


def _done(house, case, *duties, on="2026-11-19"):
    for duty in duties:
        told = {"done_on": at(on).date(), "note": "派出所（示例）"}
        record_measure(case.pk, duty=SafetyDuty(duty), **told, actor=house.mediator, now=LATER)


def _agree(house, case):
    return record_agreement(case.pk, new_agreement(LATER, case), actor=house.mediator, now=LATER)


@pytest.mark.parametrize("kind", SafetyKind)
def test_what_each_kind_asks_for(kind):
    assert set(duties_owed([kind])) == MUST[kind.value]
    assert set(duties_open_to([kind])) == MAY[kind.value]
    assert set(SOURCES) == set(SafetyDuty)


def test_what_two_kinds_ask_for_is_asked_once_and_must_be_done_where_either_says_so():
    kinds = [SafetyKind.DOMESTIC_VIOLENCE, SafetyKind.MINOR]
    assert set(duties_owed(kinds)) == set(SafetyDuty)
    assert duties_open_to(kinds) == ()


@pytest.mark.parametrize(
    ("who", "kind"), [("clerk", "domestic_violence"), ("village_triage", "threat"), ("town_supervisor", "minor")]
)
def test_whoever_sees_a_matter_flags_it_as_soon_as_it_is_in(house, who, kind):
    case = registered(house, now=NOW)
    check_joint_session(case.dispute, actor=house.clerk)
    _flag(house, case, by=who, kind=SafetyKind(kind))
    with pytest.raises(JointSessionBlocked):
        check_joint_session(case.dispute, actor=house.clerk)
    assert case.events.filter(kind="safety_flagged").exists()


def test_nobody_out_of_sight_flags_a_matter_and_nobody_twice(house):
    case = triaged(house, now=NOW)
    with pytest.raises(Case.DoesNotExist):
        _flag(house, case, by="neighbour_clerk")
    _flag(house, case)
    with pytest.raises(DomainError):
        _flag(house, case)
    _flag(house, case, kind=SafetyKind.MINOR)


def test_a_second_person_clears_it_with_a_reason_and_it_stays_on_record(house):
    case = triaged(house, now=NOW)
    flag = _clear(house, _flag(house, case))
    check_joint_session(case.dispute, actor=house.clerk)
    assert (flag.cleared_by, flag.clearance) == (house.town_supervisor, "已核查（示例）")
    with pytest.raises(SafetyFlag.DoesNotExist):
        _clear(house, flag, by="county_supervisor")
    _flag(house, case)
    assert case.safety_flags.count() == 2


def test_whoever_set_it_does_not_clear_it_and_whoever_has_no_such_right_neither(house):
    flag = _flag(house, triaged(house, now=NOW), by="town_supervisor")
    with pytest.raises(SeparationOfDuties):
        _clear(house, flag)
    with pytest.raises(Case.DoesNotExist):
        _clear(house, flag, by="mediator")
    with pytest.raises(IntegrityError), transaction.atomic():
        SafetyFlag.objects.update(cleared_by=house.town_supervisor, cleared_at=LATER, clearance="x")


def test_whoever_handles_the_matter_does_not_clear_it(house):
    flag = _flag(house, triaged(house, now=NOW), by="clerk")
    Case.objects.update(handler=house.town_supervisor)
    with pytest.raises(SeparationOfDuties):
        _clear(house, flag)


@pytest.mark.parametrize("kind", SafetyKind)
def test_no_agreement_while_one_duty_is_owed(house, kind):
    case = mediating(house, now=NOW)
    _flag(house, case, kind=kind)
    *others, last = sorted(MUST[kind.value])
    _done(house, case, *others)
    with pytest.raises(DutyOwed, match=str(SafetyDuty(last).label)):
        _agree(house, case)
    _done(house, case, last)
    assert _agree(house, case).number


def test_an_agreement_recorded_before_the_flag_is_not_confirmed_while_a_duty_is_owed(house):
    case = agreed(house, now=NOW)
    flag = _flag(house, case, by="clerk")
    with pytest.raises(DutyOwed):
        confirm_dispute(with_papers(case).pk, remark="示例", actor=house.county_supervisor, now=LATER)
    _clear(house, flag)
    assert confirm_dispute(with_papers(case).pk, remark="示例", actor=house.county_supervisor, now=LATER).closed_at


def _end(house, case, reason):
    ending = new_ending(LATER, EndReason(reason))
    return end_dispute(case.pk, action=Action.TERMINATE, new=ending, actor=house.mediator, now=LATER)


@pytest.mark.parametrize("reason", ["impossible", "domestic_violence", "time_limit"])
def test_the_committee_ends_no_mediation_while_a_duty_is_owed(house, reason):
    case = mediating(house, now=NOW)
    _flag(house, case)
    _done(house, case, "protection_order")
    with pytest.raises(DutyOwed, match=str(SafetyDuty.LEGAL_AID.label)):
        _end(house, case, reason)
    _done(house, case, "legal_aid")
    assert _end(house, case, reason).stage == "reported"


def test_a_party_ends_it_at_any_time_and_what_is_owed_is_owed_until_the_matter_is_closed(house, client):
    case = mediating(house, now=NOW)
    _flag(house, case)
    _end(house, case, "party_stops")
    client.force_login(house.town_supervisor)
    page = client.get(reverse("admin:cases_case_act", args=[case.pk, "confirm"])).content.decode()
    assert page.index("暂不能办理") < page.index(str(SafetyDuty.LEGAL_AID.label)) < page.index("卷宗封面")
    with pytest.raises(DutyOwed):
        confirm_dispute(with_papers(case).pk, remark="示例", actor=house.town_supervisor, now=LATER)
    _done(house, case, *MUST["domestic_violence"])
    assert confirm_dispute(with_papers(case).pk, remark="示例", actor=house.town_supervisor, now=LATER).closed_at


@pytest.mark.parametrize(("on", "is_refused"), [("2026-11-17", True), ("2026-11-18", False), ("2026-11-20", True)])
def test_a_measure_lies_between_the_day_of_receipt_and_today(house, on, is_refused):
    case = triaged(house, now=NOW)
    _flag(house, case)
    if is_refused:
        with pytest.raises(DomainError):
            _done(house, case, "legal_aid", on=on)
    else:
        _done(house, case, "legal_aid", on=on)
    assert case.safety_measures.exists() is not is_refused


def test_nothing_is_recorded_that_no_flag_asks_for(house):
    case = triaged(house, now=NOW)
    _flag(house, case)
    with pytest.raises(DomainError):
        _done(house, case, "civil_affairs")


def test_a_closed_matter_is_not_flagged(house):
    case = agreed(house, now=NOW)
    confirm_dispute(with_papers(case).pk, remark="示例", actor=house.town_supervisor, now=LATER)
    with pytest.raises(IllegalTransition):
        _flag(house, case, by="clerk")


def test_the_page_shows_what_is_owed_until_it_is_done(house, client):
    case = triaged(house, now=NOW)
    client.force_login(house.mediator)
    act = {name: reverse("admin:cases_case_act", args=[case.pk, name]) for name in ("flag_safety", "safety_measure")}
    page = client.post(act["flag_safety"], {"kind": "minor", "ground": "示例"}, follow=True)
    assert page.content.decode().count("尚未落实") == 3
    told = {"duty": "police_report", "done_on": "2026-11-18", "note": "枫桥派出所（示例）"}
    page = client.post(act["safety_measure"], told, follow=True).content.decode()
    assert page.count("尚未落实") == 2
    assert "《未成年人保护法》第十一条" in page
    assert "枫桥派出所（示例）" in page
    assert page.index("尚未落实") < page.index(case.summary)  # it stands before everything else
    client.force_login(house.town_supervisor)
    told = {"flag": SafetyFlag.objects.get().pk, "clearance": "已核查（示例）"}
    page = client.post(reverse("admin:cases_case_act", args=[case.pk, "clear_safety"]), told, follow=True)
    assert "已核查（示例）" in page.content.decode()


def test_danger_in_a_matter_of_the_same_parties_keeps_them_apart_in_the_other_one(house, client):
    case, other = registered(house, now=NOW), registered(house, now=NOW, title="车位占用（示例）")
    told = {"number": other.number, "actor": house.clerk, "now": NOW}
    row = relate_cases(case.pk, ground=RelationGround.SAME_EVENT, **told)
    _flag(house, other, by="clerk")
    check_joint_session(case.dispute, actor=house.clerk)
    Relation.objects.filter(pk=row.pk).update(ground=RelationGround.SAME_PARTIES)
    check_joint_session(case.dispute, actor=house.neighbour_clerk)
    with pytest.raises(JointSessionBlocked, match=f"{other.number}.*分别听取"):
        check_joint_session(case.dispute, actor=house.clerk)
    client.force_login(house.clerk)
    assert "chip-late" in client.get(reverse("admin:cases_case_change", args=[case.pk])).content.decode()
    unrelate_cases(case.pk, relation_id=row.pk, reason="查明非同一当事人（示例）", actor=house.clerk, now=NOW)
    check_joint_session(case.dispute, actor=house.clerk)
