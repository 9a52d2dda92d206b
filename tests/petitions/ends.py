"""Petitions led to each of their ends, with odd letters wherever somebody typed something. Every person is a sample."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from cases.enums import Category, Grade, PartyRole, Sensitivity
from cases.models import Case
from cases.services.extend import NewExtension, ask_extension, tell_extension
from cases.services.identities import NewParty
from cases.services.recuse import Target, name_accused
from centers.enums import Role, UnitKind
from centers.models import Unit
from core import clock
from core.models import User
from petitions.enums import (
    Action,
    Agency,
    ClaimRoute,
    Kind,
    NotAcceptedReason,
    NoticeKind,
    OpinionOutcome,
    ReferralKind,
    StatutoryRoute,
    SuggestionOutcome,
)
from petitions.services.conclude import NewConclusion, conclude_petition
from petitions.services.execute import NewExecution, record_execution
from petitions.services.extend import decide_extension
from petitions.services.hearing import NewHearing, record_hearing
from petitions.services.notices import serve_referral_notice
from petitions.services.opinion import draft_opinion, serve_opinion, sign_opinion
from petitions.services.procedures import end_procedure, enter_procedure
from petitions.services.refer import (
    NewReferral,
    decide_objection,
    object_to_referral,
    receive_referral,
    refer_petition,
)
from petitions.services.triage import Triage, triage_petition
from tests.factories import House, make_person
from tests.petitions.higher import asked, checked, decided, named
from tests.petitions.office import accepted, new_opinion, petitioned, served, told, triaged

ODD: Final = "<w:p>&amp; {{ facts }} 「拆迁」 😀 "
LONG: Final = (ODD + "欧阳" * 30)[:60]
AGENT: Final = NewParty(PartyRole.AGENT, "样本丙" + LONG[:50], "13800000003")


def odd(**changes: Any) -> dict[str, Any]:
    """Return a petition in which all that may be typed is as odd as can be."""
    parties = [NewParty(PartyRole.APPLICANT, LONG, "13800000001", f"{ODD}示例路1号"), AGENT]
    shown = {"agency": Agency.GUARDIAN, "authority": f"{ODD}户口簿"}
    return {"title": LONG, "summary": f"{ODD}一\r\n二", "parties": parties, **shown, **changes}


def end(house: House, case: Case, action: Action, *, now: datetime, by: str = "petition_handler", **said: Any) -> Case:
    """End a petition without an opinion."""
    new = NewConclusion(f"{ODD}{action.label}", **said)
    return conclude_petition(case.pk, action=action, new=new, actor=getattr(house, by), now=now)


def extended_claim(house: House, case: Case, *, now: datetime) -> None:
    """Let the leader extend the sixty days by ten, and the petitioner be told of it."""
    limit = case.clocks.get(kind="PET_HANDLE")
    asked = ask_extension(case.pk, new=NewExtension(limit.pk, 10, f"{ODD}鉴定"), actor=house.petition_handler, now=now)
    granted = {"is_granted": True, "remark": "同意（示例）", "actor": house.petition_leader, "now": now}
    decide_extension(case.pk, extension_id=asked.pk, **granted)
    tell_extension(asked.pk, told_on=clock.local_day(now), actor=house.petition_handler, now=now)


def answered(house: House, *, now: datetime, **changes: Any) -> Case:
    case, today = accepted(house, now=now, **odd(**changes)), clock.local_day(now)
    extended_claim(house, case, now=now)
    parts = {name: f"{ODD}{name}" for name in ("claim", "facts", "opinion", "basis", "review_organ")}
    new = replace(new_opinion(today), outcome=OpinionOutcome.PARTLY_SUPPORTED, execute_by=today, **parts)
    draft_opinion(case.pk, new=new, actor=house.petition_handler, now=now)
    sign_opinion(case.pk, remark="同意（示例）", actor=house.petition_leader, now=now)
    serve_opinion(case.pk, new=told(today, proof=f"{ODD}签收"), actor=house.petition_handler, now=now)
    record_execution(case.pk, new=NewExecution(today, f"{ODD}已执行"), actor=house.petition_leader, now=now)
    return Case.objects.get(pk=case.pk)


def final(house: House, *, now: datetime, **changes: Any) -> Case:
    """Return a claim about which all three instances have decided, the last one after a hearing."""
    case, today = checked(house, answered(house, now=now, **changes), now=now), clock.local_day(now)
    odd_parts = {name: f"{ODD}{name}" for name in ("claim", "facts", "opinion", "basis")}
    case = asked(house, case, now=now, request=f"{ODD}请求")
    case = decided(house, case, now=now, **odd_parts, review_organ=f"{ODD}市政府")
    case = asked(house, checked(house, case, now=now, by="county_checker"), now=now, request=f"{ODD}请求")
    named(house, case, now=now, level="city")
    held = NewHearing(today, *(f"{ODD}{part}" for part in ("地点", "主持", "参加", "陈述", "认定")))
    record_hearing(case.pk, new=held, actor=house.city_reviewer, now=now)
    return decided(house, case, now=now, level="city", **odd_parts)


def unknown(house: House, *, now: datetime) -> Case:
    """Return a claim of somebody unknown, answered: nobody was heard, and the opinion was announced in public."""
    case = accepted(house, now=now, **odd(parties=[], is_anonymous=True, agency=None, authority=""))
    draft_opinion(case.pk, new=new_opinion(None), actor=house.petition_handler, now=now)
    sign_opinion(case.pk, remark="同意（示例）", actor=house.petition_leader, now=now)
    serve_opinion(case.pk, new=told(clock.local_day(now)), actor=house.petition_handler, now=now)
    return Case.objects.get(pk=case.pk)


def declined(
    house: House, *, now: datetime, reason: NotAcceptedReason = NotAcceptedReason.NOT_COMPETENT, **changes: Any
) -> Case:
    case = triaged(house, now=now, **odd(**changes))
    said = {"reason": reason, "organ": f"{ODD}人社局", "basis": f"{ODD}第23条"}
    end(house, case, Action.DECLINE, now=now, by="petition_leader", **said)
    return _told_of(house, case, NoticeKind.NON_ACCEPTANCE, now=now)


def guided(house: House, *, now: datetime, **changes: Any) -> Case:
    case = triaged(house, now=now, route=ClaimRoute.ARBITRATION, **odd(**changes))
    said = {"route": StatutoryRoute.LABOUR_ARBITRATION, "organ": f"{ODD}仲裁委"}
    end(house, case, Action.GUIDE_OUT, now=now, **said)
    return _told_of(house, case, NoticeKind.GUIDANCE, now=now)


def replied(house: House, *, now: datetime, **changes: Any) -> Case:
    case = triaged(house, now=now, route=None, **odd(kind=Kind.SUGGESTION, **changes))
    end(house, case, Action.REPLY, now=now, outcome=SuggestionOutcome.PARTLY_ADOPTED)
    return _told_of(house, case, NoticeKind.REPLY, now=now)


def settled(house: House, *, now: datetime, **changes: Any) -> Case:
    case = accepted(house, now=now, **odd(**changes))
    end(house, case, Action.SETTLE, now=now, stated_on=clock.local_day(now), basis=f"{ODD}第33条")
    return _told_of(house, case, NoticeKind.SETTLEMENT, now=now)


def withdrawn(house: House, *, now: datetime, **changes: Any) -> Case:
    case = triaged(house, now=now, **odd(**changes))
    return end(house, case, Action.WITHDRAW, now=now, stated_on=clock.local_day(now))


def led_through(house: House, *, now: datetime, **changes: Any) -> Case:
    """Return a claim that was led into a procedure, which has ended."""
    case, today = triaged(house, now=now, route=ClaimRoute.DUTY, **odd(**changes)), clock.local_day(now)
    way = {"route": StatutoryRoute.PERFORMANCE_OF_DUTY, "basis": f"{ODD}第47条", "due_on": today}
    enter_procedure(case.pk, **way, actor=house.petition_handler, now=now)
    served(house, case, NoticeKind.RECEIPT, now=now)
    return end_procedure(case.pk, result=f"{ODD}已查处", ended_on=today, actor=house.petition_handler, now=now)


def accusing(house: House, *, now: datetime, **changes: Any) -> Case:
    """Return an accusation under seal, triaged, whose accused is named."""
    case = triaged(house, now=now, **odd(kind=Kind.ACCUSATION, sensitivity=Sensitivity.SEALED, **changes))
    name_accused(case.pk, accused=Target(name=LONG), actor=house.officer, now=now)
    return Case.objects.get(pk=case.pk)


def transferred(house: House, *, now: datetime, **changes: Any) -> Case:
    case = accusing(house, now=now, **changes)
    said = {"organ": f"{ODD}纪委监委", "stated_on": clock.local_day(now)}
    return end(house, case, Action.TRANSFER, now=now, by="officer", **said)


def passed_on(house: House, *, now: datetime, **changes: Any) -> Case:
    """Return a petition that one unit objected to and another one, to which it was assigned, reported on."""
    case, today = petitioned(house, now=now, **odd(**changes)), clock.local_day(now)
    triage = Triage(Kind.CLAIM, ClaimRoute.PETITION, Category.EXPROPRIATION, Grade.GENERAL, None)
    triage_petition(case.pk, triage=triage, actor=house.town_triage, now=now)
    at, until = {"now": now}, today + timedelta(days=20)
    first, first_people = _unit_of_the_town(house, f"first{case.pk}")
    second, (leader, handler) = _unit_of_the_town(house, f"second{case.pk}")
    forward = NewReferral(ReferralKind.FORWARD, first, f"{ODD}要求")
    refer_petition(case.pk, new=forward, actor=house.town_triage, **at)
    told_why = {"reasons": f"{ODD}不属于本单位的职权范围", "suggested": f"{ODD}单位"}
    object_to_referral(case.pk, **told_why, actor=first_people[0], **at)
    decide_objection(case.pk, is_upheld=True, decision=f"{ODD}属实", actor=house.town_triage, **at)
    assign = NewReferral(ReferralKind.ASSIGN, second, f"{ODD}要求", until)
    refer_petition(case.pk, new=assign, actor=house.town_triage, now=now + timedelta(hours=1))
    notice = case.petition_notices.owed().get()
    later = {"now": now + timedelta(hours=1)}
    serve_referral_notice(case.pk, notice_id=notice.pk, new=told(today), actor=house.town_triage, **later)
    receive_referral(case.pk, handler=handler, actor=leader, **later)
    house.people["second_handler"] = handler
    return end(house, case, Action.WITHDRAW, now=later["now"], by="second_handler", stated_on=today)


def _unit_of_the_town(house: House, name: str) -> tuple[Unit, list[User]]:
    unit = Unit.objects.create(center=house.town, name=f"枫桥镇{name}办（示例）", kind=UnitKind.ORGAN)
    roles = (Role.UNIT_LEADER, Role.HANDLER)
    return unit, [make_person(f"{name}_{role}", role, house.town, unit=unit) for role in roles]


def _told_of(house: House, case: Case, kind: NoticeKind, *, now: datetime) -> Case:
    served(house, case, kind, now=now)
    return Case.objects.get(pk=case.pk)


ENDS: Final[Mapping[str, Callable[..., Case]]] = {
    "answered": answered,
    "final": final,
    "unknown": unknown,
    "declined": declined,
    "guided": guided,
    "replied": replied,
    "settled": settled,
    "withdrawn": withdrawn,
    "passed on": passed_on,
    "led through": led_through,
    "transferred": transferred,
}
