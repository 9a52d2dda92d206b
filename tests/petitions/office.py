"""A town with a petition office, and petitions led to where a test wants them. Every person is a sample."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from cases.enums import Category, Channel, Grade, PartyRole, Procedure
from cases.models import Case
from cases.services.identities import NewParty
from cases.services.register import NewCase
from centers.enums import Role, UnitKind
from centers.models import Unit
from core import clock
from petitions.enums import ClaimRoute, Kind, NoticeKind, OpinionOutcome, ServiceMethod
from petitions.services.notices import NewService, serve_notice
from petitions.services.opinion import NewOpinion, accept_petition, draft_opinion, serve_opinion, sign_opinion
from petitions.services.register import NewPetition, register_petition
from petitions.services.triage import Triage, triage_petition
from tests.factories import House, make_house, make_person

PETITIONER = NewParty(PartyRole.APPLICANT, "样本甲", "13800000001", "示例路1号")


def make_office() -> House:
    """Return the house with a petition office in the town: a window, a handler, and the leader of the office."""
    house = make_house()
    office = Unit.objects.create(center=house.town, name="枫桥镇信访工作办公室（示例）", kind=UnitKind.PETITION_DEPT)
    posts = {"petition_clerk": Role.INTAKE_CLERK, "petition_handler": Role.HANDLER, "petition_leader": Role.UNIT_LEADER}
    house.people |= {name: make_person(name, role, house.town, unit=office) for name, role in posts.items()}
    house.people["officer"] = make_person("officer", Role.CONFIDENTIAL_OFFICER, house.town, unit=office)
    house.people["second_officer"] = make_person("second_officer", Role.CONFIDENTIAL_OFFICER, house.town)
    house.__dict__["office"] = office
    return house


def new_petition(house: House, *, kind: Kind = Kind.CLAIM, **changes: Any) -> NewPetition:
    """Return what the window takes down; ``changes`` are of the matter or of the petition."""
    matter: dict[str, Any] = {
        "procedure": Procedure.PETITION,
        "category": Category.EXPROPRIATION,
        "channel": Channel.VISIT,
        "title": "征地补偿款未发放（示例）",
        "summary": "承包地被征收，补偿款至今没有发放，请求发放。（示例）",
        "place": house.town,
        "parties": [PETITIONER],
    }
    own = {name: changes.pop(name) for name in list(changes) if name not in {*matter, "sensitivity", "is_anonymous"}}
    return NewPetition(case=NewCase(**{**matter, **changes}), kind=kind, **own)


def petitioned(house: House, *, now: datetime, **changes: Any) -> Case:
    by = house.officer if changes.get("sensitivity") == "sealed" else house.petition_clerk
    return register_petition(new_petition(house, **changes), actor=by, received_at=now, now=now)[0]


def sorted_as(
    house: House, case: Case, *, now: datetime, kind: Kind = Kind.CLAIM, route: ClaimRoute | None = ClaimRoute.PETITION
) -> Case:
    sealed = case.is_sealed
    triage = Triage(
        kind=kind,
        route=route if kind is Kind.CLAIM else None,
        category=Category.EXPROPRIATION,
        grade=Grade.GENERAL,
        handler=house.officer if sealed else house.petition_handler,
    )
    return triage_petition(case.pk, triage=triage, actor=house.officer if sealed else house.town_triage, now=now)


def triaged(house: House, *, now: datetime, route: ClaimRoute | None = ClaimRoute.PETITION, **changes: Any) -> Case:
    kind = changes.get("kind", Kind.CLAIM)
    return sorted_as(house, petitioned(house, now=now, **changes), now=now, kind=kind, route=route)


def told(on: date, **changes: Any) -> NewService:
    return replace(NewService(on, ServiceMethod.IN_PERSON, "信访人签收（示例）"), **changes)


def served(house: House, case: Case, kind: NoticeKind, *, now: datetime) -> None:
    """Record that a notice reached the petitioner today."""
    notice = case.petition_notices.owed().get(kind=kind)
    serve_notice(case.pk, notice_id=notice.pk, new=told(clock.local_day(now)), actor=house.petition_handler, now=now)


def accepted(house: House, *, now: datetime, **changes: Any) -> Case:
    """Return a claim that was accepted; of whom somebody can be told, that was done."""
    case = triaged(house, now=now, **changes)
    accept_petition(case.pk, actor=house.petition_handler, now=now)
    if case.petition_notices.owed().exists():
        served(house, case, NoticeKind.ACCEPTANCE, now=now)
    return Case.objects.get(pk=case.pk)


def new_opinion(heard_on: date | None, **changes: Any) -> NewOpinion:
    opinion = NewOpinion(
        outcome=OpinionOutcome.NOT_SUPPORTED,
        claim="请求增加征地补偿款。（示例）",
        facts="补偿款已按公告标准足额发放。（示例）",
        opinion="不予支持，补偿标准已当面说明。（示例）",
        basis="土地管理法第48条",
        review_organ="诸暨市人民政府",
        heard_on=heard_on,
    )
    return replace(opinion, **changes)


def drafted(house: House, *, now: datetime, **changes: Any) -> Case:
    case = accepted(house, now=now, **changes)
    heard_on = None if changes.get("is_anonymous") else clock.local_day(now)
    draft_opinion(case.pk, new=new_opinion(heard_on), actor=house.petition_handler, now=now)
    return Case.objects.get(pk=case.pk)


def signed(house: House, *, now: datetime, **changes: Any) -> Case:
    case = drafted(house, now=now, **changes)
    sign_opinion(case.pk, remark="同意（示例）", actor=house.petition_leader, now=now)
    return Case.objects.get(pk=case.pk)


def opinion_served(house: House, *, now: datetime, **changes: Any) -> Case:
    case = signed(house, now=now, **changes)
    serve_opinion(case.pk, new=told(clock.local_day(now)), actor=house.petition_handler, now=now)
    return Case.objects.get(pk=case.pk)
