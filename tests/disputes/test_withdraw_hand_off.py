"""A hand-off that was recorded by mistake is withdrawn: on record for good, and nothing follows from it any more.

Entrusted by a court in summary procedure, signed for on Tuesday 17 and accepted on Wednesday 18 November 2026.
"""

from copy import deepcopy
from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.enums import PauseReason
from cases.models import Case, ClockStep
from cases.services.pause import start_pause
from cases.services.results import who_handled
from core.errors import IllegalTransition
from disputes.enums import (
    Action,
    CourtStage,
    EndReason,
    HandOffGround,
    Organ,
    OrganAnswer,
    SafetyDuty,
    SafetyKind,
    TellingWay,
)
from disputes.models import Dispute, HandOff
from disputes.rules.hand_offs import may_be_withdrawn
from disputes.services.end import end_dispute
from disputes.services.hand_offs import (
    NewEntrustment,
    NewHandOff,
    hand_off,
    receive_hand_off,
    record_answer,
    tell_organ,
    withdraw_hand_off,
)
from disputes.services.mediate import accept_dispute
from disputes.services.safety import duties_missing, flag_safety, record_measure
from disputes.services.verify import confirm_dispute, return_dispute
from tests.cases.papers import with_papers
from tests.factories import at, make_house, new_ending, said, triaged

NOW, LATER = at("2026-11-18"), at("2026-11-19")
TUESDAY, DAY = date(2026, 11, 17), date(2026, 11, 18)
LETTER = NewEntrustment(Organ.POLICE, "示例派出所", "示例1号", TUESDAY, TUESDAY, "请组织双方调解。（示例）")
COURT = replace(LETTER, organ=Organ.COURT, organ_name="示例人民法院", court_stage=CourtStage.SUMMARY)
REPORT = NewHandOff(Organ.POLICE, "示例派出所", HandOffGround.DUTY, "依法报告。（示例）", DAY, letter_number="示例2号")


@pytest.fixture(scope="module")
def built(for_the_module):
    house = make_house()
    house.case = triaged(house, now=NOW)
    house.court = receive_hand_off(house.case.pk, new=COURT, actor=house.clerk, now=NOW)
    return house


@pytest.fixture
def house(built, db, monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: LATER)
    return deepcopy(built)


def _accept(house):
    accept_dispute(house.case.pk, said=said(NOW), actor=house.mediator, now=NOW)


def _withdraw(house, row, by="mediator", now=LATER):
    told = {"hand_off_id": row.pk, "reason": "误登（示例）"}
    return withdraw_hand_off(row.case_id, **told, actor=getattr(house, by), now=now)


def _source(house):
    return Dispute.objects.get(case=house.case).source


def _limit(house):
    row = house.case.clocks.get(kind__startswith="MED_", state__in=["running", "paused"])
    return row.kind, row.started_on


def _hand(house, new=REPORT, by="clerk"):
    return hand_off(house.case.pk, new=new, actor=getattr(house, by), now=LATER)


def _flag(house, kind=SafetyKind.MINOR):
    flag_safety(house.case.pk, kind=kind, ground="示例", actor=house.clerk, now=NOW)


def _owes_report(house):
    return SafetyDuty.POLICE_REPORT in duties_missing(house.case)


def _decline(house, *, now):
    ending = new_ending(now, EndReason.NO_REQUEST)
    end_dispute(house.case.pk, action=Action.DECLINE, new=ending, actor=house.mediator, now=now)


def test_it_stays_on_record_with_the_reason_and_whoever_withdrew_it_has_handled_the_matter(house):
    row = _withdraw(house, house.court, by="clerk")
    kept = HandOff.objects.get(pk=row.pk)
    assert (kept.withdrawn_by, kept.withdrawn_at, kept.withdrawal_reason) == (house.clerk, LATER, "误登（示例）")
    told = house.case.events.get(kind="hand_off_withdrawn").data
    assert told == {"hand_off": row.pk, "organ": "示例人民法院"}
    assert house.clerk.pk in who_handled(house.case)
    with pytest.raises(IllegalTransition, match="已经撤销"):
        _withdraw(house, row)


def test_the_source_is_that_of_the_newest_letter_that_stands_and_without_one_what_it_was(house):
    police = receive_hand_off(house.case.pk, new=LETTER, actor=house.clerk, now=NOW)
    assert _source(house) == "police"
    _withdraw(house, police)
    assert _source(house) == "court"
    again = receive_hand_off(house.case.pk, new=LETTER, actor=house.clerk, now=NOW)  # the right one, of the same organ
    _withdraw(house, house.court)
    assert _source(house) == "police"
    _withdraw(house, again)
    assert _source(house) == "party_application"


def test_what_was_withdrawn_is_owed_no_result_and_does_not_keep_the_matter_open(house):
    _withdraw(house, house.court)
    out = _hand(house)
    _decline(house, now=LATER)
    closed = confirm_dispute(with_papers(house.case).pk, remark="示例", actor=house.town_supervisor, now=LATER)
    assert closed.closed_at == LATER
    with pytest.raises(IllegalTransition):
        _withdraw(house, out)


def test_before_the_acceptance_a_letter_of_a_court_that_was_withdrawn_sets_no_limit(house):
    _withdraw(house, house.court)
    _accept(house)
    assert _limit(house) == ("MED_GENERAL", DAY)


def test_after_the_acceptance_the_limit_of_the_category_counts_from_there_and_that_of_the_court_is_cancelled(house):
    _accept(house)
    assert _limit(house) == ("MED_COURT_SUM", TUESDAY)
    _withdraw(house, house.court)
    assert _limit(house) == ("MED_GENERAL", DAY)
    old = house.case.clocks.get(kind="MED_COURT_SUM")
    assert (old.state, old.ended_at, old.late_days) == ("cancelled", LATER, None)
    assert not ClockStep.objects.waiting().filter(clock=old).exists()
    assert house.case.events.get(kind="clock_started", at=LATER).data["clock"] == "MED_GENERAL"


def test_another_letter_of_a_court_that_stands_sets_the_limit_instead(house):
    other = replace(COURT, organ_name="示例中级人民法院", court_stage=CourtStage.ORDINARY, signed_for_on=DAY)
    second = receive_hand_off(house.case.pk, new=other, actor=house.clerk, now=NOW)
    _accept(house)
    assert _limit(house) == ("MED_COURT_ORD", DAY)
    _withdraw(house, second)
    assert _limit(house) == ("MED_COURT_SUM", TUESDAY)


def test_a_letter_by_which_the_limit_does_not_stand_leaves_it_alone(house):
    police = receive_hand_off(house.case.pk, new=LETTER, actor=house.clerk, now=NOW)
    _accept(house)
    _withdraw(house, police)
    assert (_limit(house), house.case.clocks.filter(kind__startswith="MED_").count()) == (("MED_COURT_SUM", TUESDAY), 1)


@pytest.mark.parametrize(("day", "kind"), [("2026-11-24", "MED_GENERAL"), ("2026-11-25", "MED_COURT_SUM")])
def test_what_is_late_stays_late(house, day, kind):
    _accept(house)
    _withdraw(house, house.court, now=at(day))
    assert _limit(house)[0] == kind


def test_while_the_limit_is_paused_it_is_not_replaced(house):
    _accept(house)
    start_pause(house.case.pk, reason=PauseReason.COURT_APPRAISAL, ground="示例", actor=house.mediator, now=LATER)
    with pytest.raises(IllegalTransition, match="先结束中止"), transaction.atomic():
        _withdraw(house, house.court)
    assert HandOff.objects.get(pk=house.court.pk).withdrawn_at is None


def test_the_limit_that_comes_instead_is_silent_while_the_result_waits_and_goes_on_when_it_is_returned(house):
    _accept(house)
    end_dispute(house.case.pk, action=Action.TERMINATE, new=new_ending(LATER), actor=house.mediator, now=LATER)
    _withdraw(house, house.court, now=at("2026-11-20"))
    steps = ClockStep.objects.waiting().filter(clock__case=house.case, clock__kind="MED_GENERAL")
    assert not steps.exists()
    return_dispute(house.case.pk, remark="示例", actor=house.town_supervisor, now=at("2026-11-20"))
    assert steps.exists()


def test_until_an_organ_has_dealt_with_it_a_hand_off_may_be_withdrawn():
    dealt = [(False, False), (True, False), (False, True), (True, True)]
    assert [may_be_withdrawn(is_told=told, is_answered=said_so) for told, said_so in dealt] == [True, *[False] * 3]


def test_what_an_organ_has_answered_or_was_told_is_not_withdrawn(house):
    out = _hand(house)
    by = {"actor": house.clerk, "now": LATER}
    record_answer(house.case.pk, hand_off_id=out.pk, answer=OrganAnswer.DECLINED, answered_on=DAY, note="示例", **by)
    _decline(house, now=NOW)
    tell_organ(house.case.pk, hand_off_id=house.court.pk, told_on=DAY, how=TellingWay.LETTER, letter="示例", **by)
    for row in (out, house.court):
        with pytest.raises(IllegalTransition, match="不能撤销"):
            _withdraw(house, row)
    assert not house.case.hand_offs.to_withdraw().exists()


def test_what_was_withdrawn_awaits_no_answer_and_may_be_handed_out_rightly(house):
    row = _hand(house)
    _withdraw(house, row)
    assert not house.case.hand_offs.open_to_answer().exists()
    assert _hand(house).pk != row.pk


@pytest.mark.parametrize("who", ["neighbour_clerk", "town_supervisor", "nobody"])
def test_nobody_out_of_sight_or_without_the_right_withdraws_one(house, who):
    with pytest.raises(Case.DoesNotExist):
        _withdraw(house, house.court, by=who)
    assert _withdraw(house, house.court, by="town_triage").withdrawn_by == house.town_triage


def test_one_of_another_matter_is_not_there(house):
    told = {"hand_off_id": house.court.pk, "reason": "示例"}
    with pytest.raises(HandOff.DoesNotExist):
        withdraw_hand_off(triaged(house, now=NOW).pk, **told, actor=house.mediator, now=LATER)


def test_the_database_keeps_the_reason_and_nothing_dealt_with_is_withdrawn(house):
    gone = {"withdrawn_by": house.clerk, "withdrawn_at": LATER, "withdrawal_reason": "示例"}
    out = _hand(house)
    answered = {"answer": "accepted", "answered_on": DAY, "answer_note": "x"}
    wrongs = [
        (house.court, {**gone, "withdrawal_reason": ""}, "handoff_withdrawn_with_reason"),
        (out, {**gone, **answered}, "handoff_withdrawn_before_an_answer"),
        (house.court, {"source_before": ""}, "handoff_goes_one_way"),
        (out, {"source_before": "party_application"}, "handoff_goes_one_way"),
    ]
    for row, wrong, rule in wrongs:
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            HandOff.objects.filter(pk=row.pk).update(**wrong)


@pytest.mark.parametrize("kind", SafetyKind)
def test_a_report_to_the_police_ticks_off_the_duty_and_its_withdrawal_takes_that_back(house, kind):
    _flag(house, kind)
    owed = _owes_report(house)
    row = _hand(house)
    measure = house.case.safety_measures.get()
    assert (measure.duty, measure.done_on, measure.note) == ("police_report", DAY, "示例派出所 示例2号")
    assert (measure.hand_off, measure.recorded_by, _owes_report(house)) == (row, house.clerk, False)
    assert house.case.events.get(kind="safety_cared_for").data == {"done_on": "2026-11-18", "duty": "police_report"}
    _withdraw(house, row)
    assert (_owes_report(house), house.case.safety_measures.standing().exists()) == (owed, False)


def test_what_was_recorded_as_done_by_hand_stands_whatever_is_withdrawn(house):
    _flag(house)
    told = {"duty": SafetyDuty.POLICE_REPORT, "done_on": DAY, "note": "示例", "actor": house.mediator, "now": LATER}
    record_measure(house.case.pk, **told)
    _withdraw(house, _hand(house))
    assert not _owes_report(house)


@pytest.mark.parametrize(
    "other", [{"organ": Organ.GOVERNMENT}, {"ground": HandOffGround.HANDLING, "consented_on": DAY}]
)
def test_nothing_but_a_report_by_duty_to_the_police_ticks_it_off(house, other):
    _flag(house)
    _hand(house, replace(REPORT, **other))
    assert _owes_report(house)


def test_a_report_in_a_matter_without_a_flag_ticks_off_nothing(house):
    _hand(house)
    assert not house.case.safety_measures.exists()


def test_the_page_withdraws_with_a_reason_and_shows_what_was_withdrawn(house, client):
    client.force_login(house.clerk)
    _flag(house)
    row, page = _hand(house), reverse("admin:cases_case_change", args=[house.case.pk])
    act = reverse("admin:cases_case_act", args=[house.case.pk, "withdraw_hand_off"])
    ticked = "<p>2026-11-18 示例派出所 示例2号</p>"
    assert (ticked in client.get(page).text, "移出 · 示例派出所 示例2号" in client.get(act).text) == (True, True)
    refused = client.post(act, {"hand_off": row.pk, "reason": ""})
    assert (refused.status_code, [*refused.context["form"].errors]) == (422, ["reason"])
    seen = client.post(act, {"hand_off": row.pk, "reason": "填错单位（示例）"}, follow=True).text
    assert ("已撤销，不再起作用" in seen, "填错单位（示例）" in seen, "等待答复" in seen) == (True, True, False)
    assert ("有结果后须向该单位反馈" in seen, ticked in seen) == (True, False)
    _withdraw(house, house.court)
    answer = client.get(page)
    assert "有结果后须向该单位反馈" not in answer.text
    assert "withdraw_hand_off" not in {one.name for one in answer.context["buttons"].acts}
