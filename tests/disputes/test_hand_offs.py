"""What goes between a mediation and police, courts and others: entrusted, told, handed out, answered, and the seal."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.enums import Category, ClockKind, Sensitivity
from cases.models import Case
from cases.reports import papers
from cases.services.results import who_handled
from centers.enums import Role
from core import clock
from core.errors import DomainError, IllegalTransition, SeparationOfDuties
from disputes.enums import (
    Action,
    CourtStage,
    EndReason,
    HandOffGround,
    Organ,
    OrganAnswer,
    Source,
    State,
    TellingWay,
)
from disputes.models import Dispute, HandOff
from disputes.rules.hand_offs import ENTRUSTED, entrusted_clock, leaves_the_seal, may_be_entrusted, suggested_end
from disputes.services.end import end_dispute
from disputes.services.hand_offs import (
    NewEntrustment,
    NewHandOff,
    ResultNotTold,
    UnderSeal,
    hand_off,
    receive_hand_off,
    record_answer,
    tell_organ,
)
from disputes.services.mediate import accept_dispute
from disputes.services.register import register_dispute
from disputes.services.verify import confirm_dispute, return_dispute
from tests.cases.papers import with_papers
from tests.factories import agreed, appoint, at, make_person, mediating, new_case, new_ending, registered, said, triaged

NOW, LATER = at("2026-11-18"), at("2026-11-20")
NEXT_MORNING = at("2026-11-19")
BEFORE, DAY, NEXT = date(2026, 11, 17), date(2026, 11, 18), date(2026, 11, 19)
LETTER = NewEntrustment(Organ.POLICE, "示例派出所", "示例警调〔2026〕1号", BEFORE, DAY, "请组织双方调解。（示例）")
COURT = replace(LETTER, organ=Organ.COURT, organ_name="示例人民法院", court_stage=CourtStage.BEFORE_FILING)
REPORT = NewHandOff(Organ.POLICE, "示例派出所", HandOffGround.DUTY, "可能激化，依法报告。（示例）", DAY)
HANDED = NewHandOff(Organ.COURT, "示例人民法院", HandOffGround.HANDLING, "双方愿意诉讼。（示例）", NEXT, DAY)


def _receive(house, case, new=LETTER, by="mediator", now=NOW):
    return receive_hand_off(case.pk, new=new, actor=getattr(house, by), now=now)


def _tell(house, row, on=NEXT, by="mediator"):
    told = {"told_on": on, "how": TellingWay.LETTER, "letter": "示例反馈1号"}
    return tell_organ(row.case_id, hand_off_id=row.pk, **told, actor=getattr(house, by), now=LATER)


def _hand(house, case, new=REPORT, by="mediator"):
    return hand_off(case.pk, new=new, actor=getattr(house, by), now=LATER)


def _answer(house, row, answer=OrganAnswer.ACCEPTED, on=NEXT, by="mediator"):
    said_so = {"answer": answer, "answered_on": on, "note": "已受理（示例）"}
    return record_answer(row.case_id, hand_off_id=row.pk, **said_so, actor=getattr(house, by), now=LATER)


def _ended(house, case, action=Action.DECLINE, reason=EndReason.NO_REQUEST):
    return end_dispute(case.pk, action=action, new=new_ending(NOW, reason), actor=house.mediator, now=NOW)


def _confirm(house, case, by="town_supervisor"):
    return confirm_dispute(with_papers(case).pk, remark="示例", actor=getattr(house, by), now=LATER)


@pytest.mark.parametrize(
    ("stage", "kind", "days"),
    [("before_filing", "MED_COURT_PRE", 30), ("ordinary", "MED_COURT_ORD", 15), ("summary", "MED_COURT_SUM", 7)],
)
def test_a_court_has_its_own_limit_which_counts_from_the_signing(house, stage, kind, days):
    assert entrusted_clock(Category.MEDICAL, CourtStage(stage)) == kind
    case = triaged(house, now=NOW)
    _receive(house, case, replace(COURT, court_stage=CourtStage(stage)))
    accept_dispute(case.pk, said=said(NEXT_MORNING), actor=house.mediator, now=NEXT_MORNING)
    running = case.clocks.get(kind__startswith="MED_")
    assert (running.kind, running.started_on, (running.due_on - DAY).days) == (kind, DAY, days)


def test_without_a_court_the_limit_is_that_of_the_category(house):
    assert entrusted_clock(Category.LABOUR, None) is ClockKind.MED_LABOUR
    case = triaged(house, now=NOW)
    _receive(house, case)
    accept_dispute(case.pk, said=said(NOW), actor=house.mediator, now=NOW)
    assert case.clocks.get(kind__startswith="MED_").kind == "MED_GENERAL"


def test_until_when_what_each_organ_entrusts_is_taken_down():
    early = {State.REGISTERED, State.TRIAGED, State.PENDING_CONSENT}
    for organ in Organ:
        open_at = {state for state in State if may_be_entrusted(state, organ)}
        assert open_at == early | (set() if organ is Organ.COURT else {State.ACCEPTED, State.MEDIATING})


@pytest.mark.parametrize("organ", Organ)
def test_whoever_registers_triages_or_mediates_takes_it_down_and_it_becomes_the_source(house, organ):
    case = registered(house, now=NOW)
    by = {Organ.POLICE: "clerk", Organ.COURT: "village_triage"}.get(organ, "town_triage")
    _receive(house, case, replace(COURT if organ is Organ.COURT else LETTER, organ=organ), by=by)
    assert Source(Dispute.objects.get(case=case).source) is Source(organ.value)
    assert case.events.get(kind="hand_off_received").data["organ"] == HandOff.objects.get().organ_name
    assert getattr(house, by).pk not in who_handled(case)
    assert {Source.PARTY, Source.INITIATIVE} == set(Source) - ENTRUSTED


@pytest.mark.parametrize(
    "wrong",
    [
        replace(LETTER, signed_for_on=date(2026, 11, 16)),
        replace(LETTER, signed_for_on=NEXT),
        replace(COURT, court_stage=None),
        replace(LETTER, court_stage=CourtStage.SUMMARY),
    ],
)
def test_a_letter_with_a_day_or_a_stage_that_cannot_be_is_refused(house, wrong):
    with pytest.raises(DomainError):
        _receive(house, registered(house, now=NOW), wrong, by="clerk")


def test_one_letter_of_an_organ_waits_for_its_result_at_a_time(house):
    case = triaged(house, now=NOW)
    _receive(house, case)
    with pytest.raises(DomainError):
        _receive(house, case)
    _receive(house, case, replace(LETTER, organ_name="示例第二派出所"))


def test_nobody_out_of_sight_or_without_the_right_hands_a_matter_on(house):
    case = triaged(house, now=NOW)
    row = _receive(house, case)
    out = _hand(house, case)
    for who in ("neighbour_clerk", "town_supervisor"):
        for act, given in ((_receive, case), (_tell, row), (_hand, case), (_answer, out)):
            with pytest.raises(Case.DoesNotExist):
                act(house, given, by=who)


def test_a_court_is_too_late_after_acceptance_and_the_police_after_the_result(house):
    case = mediating(house, now=NOW)
    with pytest.raises(IllegalTransition):
        _receive(house, case, COURT)
    _receive(house, case)
    _ended(house, case, Action.TERMINATE, EndReason.BEFORE_ORGAN)
    with pytest.raises(IllegalTransition):
        _receive(house, case, replace(LETTER, organ_name="示例第二派出所"))


def test_an_entrusted_matter_is_not_closed_before_its_organ_is_told(house):
    case = triaged(house, now=NOW)
    row = _receive(house, case)
    with pytest.raises(IllegalTransition):
        _tell(house, row)
    _ended(house, case)
    with pytest.raises(ResultNotTold, match="示例派出所"):
        _confirm(house, case)
    _tell(house, row, by="clerk")
    assert _confirm(house, case).closed_at
    with pytest.raises(IllegalTransition):
        _hand(house, case)


@pytest.mark.parametrize(("on", "is_refused"), [(BEFORE, True), (DAY, False), (date(2026, 11, 21), True)])
def test_an_organ_is_told_between_the_report_of_the_result_and_today(house, on, is_refused):
    case = triaged(house, now=NOW)
    row = _receive(house, case)
    _ended(house, case)
    if is_refused:
        with pytest.raises(DomainError):
            _tell(house, row, on=on)
    else:
        assert _tell(house, row, on=on).told_by == house.mediator
    assert case.hand_offs.owed().exists() is is_refused


def test_a_result_that_is_sent_back_is_told_anew_and_nobody_is_told_twice(house):
    case = triaged(house, now=NOW)
    row = _receive(house, case)
    _ended(house, case)
    _tell(house, row)
    with pytest.raises(HandOff.DoesNotExist):
        _tell(house, row)
    return_dispute(case.pk, remark="示例", actor=house.town_supervisor, now=LATER)
    with pytest.raises(IllegalTransition):
        _tell(house, row)
    end_dispute(
        case.pk, action=Action.DECLINE, new=new_ending(LATER, EndReason.NO_FACTS), actor=house.mediator, now=LATER
    )
    with pytest.raises(ResultNotTold):
        _confirm(house, case)
    assert _tell(house, row, on=date(2026, 11, 20)).result.pk == case.results.last().pk


def test_whoever_tells_the_result_hands_on_or_takes_an_answer_checks_nothing(house):
    case = agreed(house, now=NOW)
    row = _hand(house, case, by="clerk")
    _answer(house, row, by="village_triage")
    assert {house.clerk.pk, house.village_triage.pk} <= who_handled(case)
    appoint(house.town_supervisor, role=Role.TRIAGE_OFFICER, center=house.town, starts_on=BEFORE)
    _hand(house, case, HANDED, by="town_supervisor")
    with pytest.raises(SeparationOfDuties):
        _confirm(house, case)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(REPORT, handed_on=BEFORE),
        replace(REPORT, handed_on=date(2026, 11, 21)),
        replace(REPORT, organ=Organ.COURT),
        replace(HANDED, consented_on=None),
        replace(HANDED, consented_on=BEFORE),
        replace(HANDED, consented_on=date(2026, 11, 20)),
    ],
)
def test_what_is_handed_out_on_a_wrong_day_or_without_consent_is_refused(house, wrong):
    with pytest.raises(DomainError):
        _hand(house, triaged(house, now=NOW), wrong)


def test_a_report_takes_no_consent_and_changes_nothing_until_it_is_answered_in_turn(house):
    case = triaged(house, now=NOW)
    row = _hand(house, case)
    assert Dispute.objects.get(case=case).state == State.TRIAGED
    with pytest.raises(DomainError):
        _hand(house, case)
    for answer in (OrganAnswer.ACCEPTED, OrganAnswer.SETTLED):
        _answer(house, row, answer)
        with pytest.raises((DomainError, HandOff.DoesNotExist)):
            _answer(house, row, answer)
    with pytest.raises(HandOff.DoesNotExist):
        _answer(house, row, OrganAnswer.DECLINED)


@pytest.mark.parametrize(("on", "is_refused"), [(BEFORE, True), (DAY, False), (date(2026, 11, 21), True)])
def test_an_answer_comes_between_the_handing_over_and_today(house, on, is_refused):
    row = _hand(house, triaged(house, now=NOW))
    if is_refused:
        with pytest.raises(DomainError):
            _answer(house, row, on=on)
    else:
        assert _answer(house, row, on=on).answered_on == on


def test_after_closing_an_answer_is_still_taken_down(house):
    case = triaged(house, now=NOW)
    row = _hand(house, case)
    _ended(house, case)
    _confirm(house, case)
    assert _answer(house, row, OrganAnswer.SETTLED).answer == "settled"


def test_of_a_sealed_matter_the_police_alone_is_told_and_by_duty_alone(house):
    officer = make_person("officer", Role.CONFIDENTIAL_OFFICER, house.town)
    sealed = new_case(house, sensitivity=Sensitivity.SEALED)
    case, _code = register_dispute(sealed, actor=officer, received_at=NOW, now=NOW)
    for new in (HANDED, replace(REPORT, organ=Organ.GOVERNMENT)):
        with pytest.raises(UnderSeal):
            hand_off(case.pk, new=new, actor=officer, now=LATER)
    assert hand_off(case.pk, new=REPORT, actor=officer, now=LATER).pk
    pairs = [(organ, ground) for organ in Organ for ground in HandOffGround]
    assert [pair for pair in pairs if leaves_the_seal(*pair)] == [(Organ.POLICE, HandOffGround.DUTY)]


def test_a_confidential_matter_is_handed_out_as_any_other(house):
    case = triaged(house, now=NOW, sensitivity=Sensitivity.CONFIDENTIAL)
    assert "样本" not in str(_hand(house, case, HANDED).case.events.get(kind="handed_off").data)


def test_ending_is_suggested_by_the_act_that_is_open_and_never_for_what_was_declined():
    taken = OrganAnswer.ACCEPTED
    assert suggested_end(State.REGISTERED, Organ.POLICE, taken) == (Action.GUIDE_OUT, EndReason.BEFORE_ORGAN)
    assert suggested_end(State.TRIAGED, Organ.COURT, taken) == (Action.DECLINE, EndReason.BEFORE_COURT)
    assert suggested_end(State.MEDIATING, Organ.COURT, OrganAnswer.SETTLED) == (
        Action.TERMINATE,
        EndReason.BEFORE_COURT,
    )
    assert suggested_end(State.CLOSED, Organ.COURT, taken) is None
    assert suggested_end(State.MEDIATING, Organ.COURT, OrganAnswer.DECLINED) is None


def test_the_database_keeps_a_hand_off_whole(house):
    case = triaged(house, now=NOW)
    row, out = _receive(house, case), _hand(house, case, HANDED)
    for pk, wrong in [
        (row.pk, {"letter_number": ""}),
        (row.pk, {"signed_for_on": None}),
        (row.pk, {"ground": "duty"}),
        (row.pk, {"court_stage": "summary"}),
        (row.pk, {"told_on": DAY}),
        (out.pk, {"consented_on": None}),
        (out.pk, {"signed_for_on": NEXT}),
        (out.pk, {"answer": "accepted", "answer_note": "x"}),
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            HandOff.objects.filter(pk=pk).update(**wrong)


def _papers(case):
    case = Case.objects.get(pk=case.pk)
    values = [papers.KINDS[key].values(case, DAY) for key in ("entrustment", "closing_report", "intake_form")]
    return papers.KINDS["entrustment"].need(case), *values


def test_the_papers_tell_by_which_letter_the_matter_came(house):
    case = triaged(house, now=NOW)
    _receive(house, case, COURT)
    need, letter, report, intake = _papers(case)
    said_so = (letter["organ"], letter["number"], letter["handed_on"])
    assert said_so == ("示例人民法院", LETTER.letter_number, "2026年11月17日")
    assert report["source"] == "法院委托：示例人民法院（示例警调〔2026〕1号）"
    assert (need, intake["source"]) == (papers.Need.MAY, "接受委托、移送调解")


def test_what_came_without_a_letter_on_record_leaves_blanks_for_it(house):
    case = registered(house, now=NOW)
    Dispute.objects.update(source=Source.HOTLINE)
    _need, letter, report, _intake = _papers(case)
    assert "＿" in letter["organ"]
    assert report["source"] == "12345热线转办"


def _presses(house, client, case):
    client.force_login(house.mediator)

    def press(name, **given):
        return client.post(reverse("admin:cases_case_act", args=[case.pk, name]), given, follow=True).content.decode()

    return press


def test_the_page_asks_of_a_court_how_far_it_has_come(house, client):
    press = _presses(house, client, triaged(house, now=NOW))
    told = {"organ": "court", "organ_name": "示例人民法院", "letter_number": "示例1号", "wish": "请调解（示例）"}
    told |= {"handed_on": "2026-11-17", "signed_for_on": "2026-11-18"}
    refused = press("receive_hand_off", **told)
    assert "请选择所处诉讼阶段" in refused
    assert "请调解（示例）" in refused
    page = press("receive_hand_off", **told, court_stage="summary")
    assert "简易程序" in page
    assert "有结果后须向该单位反馈" in page


def test_the_page_awaits_the_answer_and_then_leads_to_the_end_of_the_mediation(house, client):
    case = triaged(house, now=NOW)
    press = _presses(house, client, case)
    handed = {"organ": "police", "organ_name": "示例派出所", "wish": "示例", "handed_on": "2026-11-18"}
    assert "请填写当事人同意移交的日期" in press("hand_off", **handed, ground="handling")
    assert f"等待答复{(clock.today() - DAY).days}天" in press("hand_off", **handed, ground="duty")
    answer = {"answer": "accepted", "answered_on": "2026-11-19", "note": "已立案（示例）"}
    page = press("organ_answer", hand_off=case.hand_offs.get().pk, **answer)
    assert f'href="{reverse("admin:cases_case_act", args=[case.pk, "decline"])}">前往办理' in page
    assert "公安机关或其他行政机关已受理或已解决" in page


def test_the_check_names_the_organ_that_is_owed_the_result_and_where_it_is_told(house, client):
    case = triaged(house, now=NOW)
    _receive(house, case)
    _ended(house, case)
    client.force_login(house.town_supervisor)
    page = client.get(reverse("admin:cases_case_act", args=[case.pk, "confirm"])).content.decode()
    assert "向示例派出所反馈结果" in page
    client.force_login(house.mediator)
    assert "结果尚未反馈该单位" in client.get(reverse("admin:cases_case_change", args=[case.pk])).content.decode()
