"""The mediation committees of the sample city: who sits on them, what they take and what they speak."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from cases.enums import Category
from centers.enums import Level, Role, UnitKind
from centers.models import Unit
from core import clock
from core.models import User
from demo.world import Office, World
from disputes.enums import FormedBy, Language, MinorityMember, Seat
from disputes.models import Committee
from disputes.rules.committees import Statement, last_day_of_term
from disputes.services.committees import NewTerm, open_term
from disputes.services.seats import NewMember, Offer, add_member

STATED: Final = Statement(has_woman=True, minority=MinorityMember.NOT_DUE)
AT_HOME: Final = Offer(
    (Category.NEIGHBOUR, Category.HOUSING_HOMESTEAD, Category.MARRIAGE_FAMILY, Category.VILLAGE_AFFAIRS),
    (Language.PUTONGHUA, Language.WU),
    "诸暨话（示例）",
)
OF_WORK: Final = Offer((Category.LABOUR, Category.MIGRANT_WAGES, Category.CONTRACT), (Language.PUTONGHUA,))
OF_ALL: Final = Offer((), (Language.PUTONGHUA, Language.WU, Language.MANDARIN), "绍兴话、四川话（示例）")
# Whoever has no account yet sits on the committee by name.
BY_NAME: Final = (
    ("示例甲", Seat.CHAIR, AT_HOME),
    ("示例乙", Seat.MEMBER, OF_WORK),
    ("示例丙", Seat.MEMBER, AT_HOME),
)


def form_committees(world: World, *, now: datetime) -> None:
    """Open the running term of every committee; the village seen first has one that is over as well."""
    today = clock.local_day(now)
    since = date(today.year - 1, 1, 10)
    offices = [office for office in world.offices.values() if office.center.level != Level.COUNTY]
    for number, office in enumerate(offices):
        actor = _keeper(office, world)
        unit = _committee_of(office)
        if not number:
            _form(unit, since=date(since.year - 3, 1, 10), people=[], actor=actor, now=now)
        _form(unit, since=since, people=[office.people[Role.MEDIATOR]], actor=actor, now=now)


def _keeper(office: Office, world: World) -> User:
    """Return who keeps the record: the leader of the village's unit, for a town the director of the county."""
    if office.center.level == Level.VILLAGE:
        return office.people[Role.UNIT_LEADER]
    return world.holder(office.center.parent_id, Role.CENTER_DIRECTOR)


def _committee_of(office: Office) -> Unit:
    if office.unit.kind == UnitKind.MEDIATION_COMMITTEE:
        return office.unit
    name = f"{office.center.name}人民调解委员会"
    return Unit.objects.create(center=office.center, name=name, kind=UnitKind.MEDIATION_COMMITTEE)


def _form(unit: Unit, *, since: date, people: Sequence[User], actor: User, now: datetime) -> Committee:
    formed_by = FormedBy.RESIDENTS if unit.center.level == Level.VILLAGE else FormedBy.FOUNDER
    new = NewTerm(since, last_day_of_term(since), formed_by, STATED)
    term = open_term(unit, new=new, actor=actor, now=now)
    seats = [NewMember(None, name, seat, since, offer) for name, seat, offer in BY_NAME]
    seats += [NewMember(person, "", Seat.ENGAGED, since, OF_ALL) for person in people]
    for member in seats:
        add_member(term.pk, new=member, statement=STATED, actor=actor, now=now)
    return term
