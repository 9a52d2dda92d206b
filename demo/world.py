"""The sample city: which divisions take part, who holds office in them, and how the demo's people sign in."""

import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from django.conf import settings

from centers.enums import Level, Role, UnitKind
from centers.models import Center, Unit
from centers.services.appoint import appoint
from core import clock
from core.door.passwords import mark_as_own
from core.jobs import system_account
from core.models import User

IN_OFFICE_SINCE: Final = date(2024, 1, 1)
FENGQIAO: Final = "330681109"
COUNTIES: Final = ("330681", "330602", "330683")
TOWNS_PER_COUNTY: Final = 2
VILLAGES_PER_TOWN: Final = 3
VILLAGES_OF_FENGQIAO: Final = 6

VILLAGE_ROLES: Final = (Role.INTAKE_CLERK, Role.TRIAGE_OFFICER, Role.MEDIATOR, Role.UNIT_LEADER)
TOWN_ROLES: Final = (
    Role.TRIAGE_OFFICER,
    Role.SUPERVISOR,
    Role.MEDIATOR,
    Role.CONFIDENTIAL_OFFICER,
    Role.ROSTER_MANAGER,
)
PETITION_ROLES: Final = (Role.INTAKE_CLERK, Role.HANDLER, Role.UNIT_LEADER)
UNIT_ROLES: Final = (Role.HANDLER, Role.UNIT_LEADER)
CITY_ROLES: Final = (*UNIT_ROLES, Role.SUPERVISOR)
COUNTY_ROLES: Final = (Role.TRIAGE_OFFICER, Role.SUPERVISOR, Role.MEDIATOR, Role.CENTER_DIRECTOR)


@dataclass
class Office:
    """The people of one center, by role, and the unit the handlers sit in."""

    center: Center
    unit: Unit
    people: dict[Role, User] = field(default_factory=dict)


@dataclass
class World:
    """Everything the sample matters happen in: offices by center id, and the villages where they arise.

    Of the petition offices one handles what comes in; those of the centers above it, by center id, review it. What is
    not its own it refers to the competent office of the town.
    """

    offices: dict[int, Office]
    villages: list[Center]
    petition_office: Office
    review_offices: dict[int, Office]
    competent_office: Office

    def holder(self, center_id: int | None, role: Role) -> User:
        """Return who holds an office; raises KeyError for a center that takes no part."""
        return self.offices[center_id or 0].people[role]


@dataclass(frozen=True, slots=True)
class Login:
    """One account of the demo that somebody can sign in with."""

    role: str
    username: str
    center_code: str
    post: Role
    is_at_competent_office: bool = False


def logins(village_codes: list[str]) -> list[Login]:
    """Return the demo's accounts; the first two villages of Fengqiao have their own clerks."""
    first, second = village_codes[:2]
    return [
        Login("窗口登记员·村", "clerk", first, Role.INTAKE_CLERK),
        Login("分流员·村", "triage", first, Role.TRIAGE_OFFICER),
        Login("人民调解员·村", "mediator", first, Role.MEDIATOR),
        Login("承办单位负责人·村", "leader", first, Role.UNIT_LEADER),
        Login("窗口登记员·邻村", "neighbour", second, Role.INTAKE_CLERK),
        Login("分流员·枫桥镇", "town", FENGQIAO, Role.TRIAGE_OFFICER),
        Login("督办员·枫桥镇", "supervisor", FENGQIAO, Role.SUPERVISOR),
        Login("人民调解员·枫桥镇", "townmediator", FENGQIAO, Role.MEDIATOR),
        Login("密件办理员·枫桥镇", "officer", FENGQIAO, Role.CONFIDENTIAL_OFFICER),
        Login("信访窗口登记员·枫桥镇", "petitionclerk", FENGQIAO, Role.INTAKE_CLERK),
        Login("信访承办人·枫桥镇", "petitionhandler", FENGQIAO, Role.HANDLER),
        Login("信访办负责人·枫桥镇", "petitionleader", FENGQIAO, Role.UNIT_LEADER),
        Login("村镇建设办承办人·枫桥镇", "unithandler", FENGQIAO, Role.HANDLER, is_at_competent_office=True),
        Login("村镇建设办负责人·枫桥镇", "unitleader", FENGQIAO, Role.UNIT_LEADER, is_at_competent_office=True),
        Login("综治中心主任·枫桥镇", "towndirector", FENGQIAO, Role.CENTER_DIRECTOR),
        Login("花名册管理员·枫桥镇", "roster", FENGQIAO, Role.ROSTER_MANAGER),
        Login("督办员·诸暨市", "county", FENGQIAO[:6], Role.SUPERVISOR),
        Login("综治中心主任·诸暨市", "director", FENGQIAO[:6], Role.CENTER_DIRECTOR),
        Login("复查承办人·诸暨市", "reviewer", FENGQIAO[:6], Role.HANDLER),
        Login("信访局负责人·诸暨市", "reviewleader", FENGQIAO[:6], Role.UNIT_LEADER),
        Login("复核承办人·绍兴市", "cityreviewer", FENGQIAO[:4], Role.HANDLER),
        Login("信访局负责人·绍兴市", "cityleader", FENGQIAO[:4], Role.UNIT_LEADER),
        Login("督办员·绍兴市", "citysupervisor", FENGQIAO[:4], Role.SUPERVISOR),
        Login("系统管理员", "sysadmin", FENGQIAO[:4], Role.SYSADMIN),
        Login("安全管理员", "secadmin", FENGQIAO[:4], Role.SECADMIN),
        Login("审计管理员", "auditadmin", FENGQIAO[:4], Role.AUDITADMIN),
    ]


def sample_villages() -> list[Center]:
    """Return the villages that take part: six of Fengqiao, three of each other town."""
    villages: list[Center] = []
    for county in COUNTIES:
        towns = Center.objects.current().filter(level=Level.TOWN, parent__code=county)
        chosen = sorted(towns.order_by("code")[:20], key=lambda town: (town.code != FENGQIAO, town.code))[
            :TOWNS_PER_COUNTY
        ]
        for town in chosen:
            count = VILLAGES_OF_FENGQIAO if town.code == FENGQIAO else VILLAGES_PER_TOWN
            villages += town.children.current().order_by("code")[:count]
    return villages


def staff_the_offices(villages: list[Center]) -> World:
    """Put sample people into office in the villages, their towns and counties."""
    towns = Center.objects.filter(pk__in={village.parent_id for village in villages})
    counties = Center.objects.filter(pk__in={town.parent_id for town in towns})
    offices = {center.pk: _open_office(center) for center in [*villages, *towns, *counties]}
    accounts = logins([village.code for village in villages])
    named = {(login.center_code, login.post, login.is_at_competent_office): login for login in accounts}
    town = next(town for town in towns if town.code == FENGQIAO)
    petition_office, competent_office = _open_petition_office(town), _open_competent_office(town)
    above = Center.objects.filter(code__in=[FENGQIAO[:6], FENGQIAO[:4]])
    review_offices = {center.pk: _open_petition_office(center) for center in above}
    staffed = [(office, _roles(office.center)) for office in offices.values()]
    staffed += [
        (office, CITY_ROLES if office.center.level == Level.CITY else UNIT_ROLES) for office in review_offices.values()
    ]
    for office, roles in [*staffed, (petition_office, PETITION_ROLES), (competent_office, UNIT_ROLES)]:
        for role in roles:
            login = named.pop((office.center.code, role, office is competent_office), None)
            username = login.username if login else f"s{office.center.code}{role.value}"
            office.people[role] = _hold_office(username, role, office)
    for login in named.values():
        user = _make_user(login.username, login.role)
        _appoint(user, login.post, Center.objects.get(code=login.center_code))
    return World(offices, villages, petition_office, review_offices, competent_office)


def _roles(center: Center) -> Iterable[Role]:
    return {Level.VILLAGE: VILLAGE_ROLES, Level.TOWN: TOWN_ROLES}.get(Level(center.level), COUNTY_ROLES)


def _open_office(center: Center) -> Office:
    suffix = "人民调解委员会" if center.level == Level.VILLAGE else "司法所"
    kind = UnitKind.MEDIATION_COMMITTEE if center.level == Level.VILLAGE else UnitKind.JUDICIAL_OFFICE
    unit, _ = Unit.objects.get_or_create(center=center, name=f"{center.name}{suffix}", defaults={"kind": kind})
    return Office(center, unit)


def _open_petition_office(center: Center) -> Office:
    name = f"{center.name}{'信访工作办公室' if center.level == Level.TOWN else '信访局'}（示例）"
    unit, _ = Unit.objects.get_or_create(center=center, name=name, defaults={"kind": UnitKind.PETITION_DEPT})
    return Office(center, unit)


def _open_competent_office(town: Center) -> Office:
    name = f"{town.name}村镇建设办公室（示例）"
    unit, _ = Unit.objects.get_or_create(center=town, name=name, defaults={"kind": UnitKind.ORGAN})
    return Office(town, unit)


def _hold_office(username: str, role: Role, office: Office) -> User:
    user = _make_user(username, f"{office.center.name}{role.label}")
    sits_in_unit = role in {Role.MEDIATOR, Role.UNIT_LEADER, Role.HANDLER}
    _appoint(user, role, office.center, office.unit if sits_in_unit else None)
    return user


def _appoint(user: User, role: Role, center: Center, unit: Unit | None = None) -> None:
    since, actor = IN_OFFICE_SINCE, system_account()
    appoint(user, role=role, center=center, unit=unit, starts_on=since, actor=actor, now=clock.now())


def _make_user(username: str, title: str) -> User:
    user, _ = User.objects.get_or_create(
        username=username, defaults={"full_name": f"{title}（示例）"[:40], "password": "!"}
    )
    return user


def _new_password() -> str:
    """Return a password that keeps the rules: twelve random characters and one of each kind."""
    return f"{secrets.token_urlsafe(9)}-Aa1"


def hand_out_passwords(accounts: list[Login]) -> None:
    """Give the demo's accounts fresh random passwords, and write them where only this system's user reads them."""
    written = []
    for login in accounts:
        user = User.objects.get(username=login.username)
        password = _new_password()
        user.set_password(password)
        user.save(update_fields=["password"])
        mark_as_own(user)
        written.append({"role": login.role, "username": login.username, "password": password})
    path = logins_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(written, file, ensure_ascii=False, indent=1)


def logins_path() -> Path:
    return settings.LOCAL_STATE_DIR / "logins.json"
