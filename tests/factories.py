"""Builders of small worlds. Every person is a sample."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from threading import Barrier
from typing import Any

from django.contrib.auth.models import Permission
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction

from cases.enums import Category, Channel, ClockKind, Grade, PartyRole, PauseReason, Procedure, RecusalSource, Step
from cases.models import Attachment, AttachmentContent, Case, Clock, ClockRule, ClockStep, Extension, Recusal
from cases.services.attach import fingerprint_of
from cases.services.identities import NewParty
from cases.services.load_rules import load_default_rules
from cases.services.pause import start_pause
from cases.services.register import NewCase
from centers.enums import CalendarSource, Level, Role, UnitKind
from centers.models import CalendarChange, Center, CenterGrant, Post, Unit, WorkCalendarDay
from centers.reports.calendar import plan_day
from centers.rules import ROLE_PERMISSIONS
from centers.rules.calendar import DayValue
from centers.services import appoint as appointing
from centers.services.change_days import change_days
from centers.services.load_calendar import load_calendar
from core import acting, clock
from core.bulk import write_rows
from core.door import passwords
from core.door.models import PasswordRecord
from core.errors import DomainError
from core.examination import FileKind
from core.jobs import system_account
from core.models import User
from disputes.enums import Action, AgreementForm, ConsentForm, EndReason, Route
from disputes.models import Session
from disputes.services.consent import Said
from disputes.services.end import NewEnding, end_dispute
from disputes.services.mediate import NewAgreement, accept_dispute, record_agreement, start_mediation
from disputes.services.register import register_dispute
from disputes.services.triage import triage_dispute
from grids.models import Grid
from supervision.models import SupervisionNotice
from supervision.services.sweep import sweep

LONG_AGO = date(2020, 1, 1)
_DAYS: list[WorkCalendarDay] = []
SHAOXING = [
    ("3306", "绍兴市", Level.CITY, None),
    ("330681", "诸暨市", Level.COUNTY, "3306"),
    ("330681109", "枫桥镇", Level.TOWN, "330681"),
    ("330681109201", "枫源村", Level.VILLAGE, "330681109"),
    ("330681109202", "洄村", Level.VILLAGE, "330681109"),
    ("330681110", "赵家镇", Level.TOWN, "330681"),
    ("330681110201", "上京村", Level.VILLAGE, "330681110"),
    ("330602", "越城区", Level.COUNTY, "3306"),
    ("330602001", "塔山街道", Level.TOWN, "330602"),
    ("330602001201", "望花社区", Level.VILLAGE, "330602001"),
]
SENIOR_POSTS = [
    ("town_triage", Role.TRIAGE_OFFICER, "330681109"),
    ("town_supervisor", Role.SUPERVISOR, "330681109"),
    ("town_mediator", Role.MEDIATOR, "330681109"),
    ("county_supervisor", Role.SUPERVISOR, "330681"),
    ("county_triage", Role.TRIAGE_OFFICER, "330681"),
    ("roster_manager", Role.ROSTER_MANAGER, "330681109"),
    ("sysadmin", Role.SYSADMIN, "3306"),
    ("secadmin", Role.SECADMIN, "3306"),
    ("auditadmin", Role.AUDITADMIN, "3306"),
    ("neighbour_clerk", Role.INTAKE_CLERK, "330681109202"),
    ("neighbour_town_supervisor", Role.SUPERVISOR, "330681110"),
    ("neighbour_town_roster", Role.ROSTER_MANAGER, "330681110"),
    ("other_county_supervisor", Role.SUPERVISOR, "330602"),
]
VILLAGE_POSTS = [
    ("clerk", Role.INTAKE_CLERK),
    ("village_triage", Role.TRIAGE_OFFICER),
    ("mediator", Role.MEDIATOR),
    ("unit_leader", Role.UNIT_LEADER),
]


OF_HOUSE = (Center, Unit, User, PasswordRecord, Post, CenterGrant, WorkCalendarDay, ClockRule, Grid)
_BUILT: dict[range, tuple["House", list[list[Any]]]] = {}


@dataclass
class House:
    """A city with two counties, three towns and four villages, and people in office."""

    centers: dict[str, Center]
    people: dict[str, User]
    unit: Unit
    grid: Grid

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def village(self) -> Center:
        return self.centers["330681109201"]

    @property
    def town(self) -> Center:
        return self.centers["330681109"]


def at(day: str, hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment of office time in China."""
    return datetime.combine(date.fromisoformat(day), time(hour, minute), clock.SHANGHAI)


def make_centers() -> dict[str, Center]:
    centers: dict[str, Center] = {}
    for code, name, level, parent_code in SHAOXING:
        parent = centers.get(parent_code)
        path = f"{parent.path if parent else ''}{code}/"
        centers[code] = Center.objects.create(code=code, name=name, level=level, parent=parent, path=path)
    return centers


def appoint(user: User, **post: Any) -> Post:
    """Put somebody into office, as an administrator whom nobody asks about would."""
    return appointing.appoint(user, **post, actor=system_account(), now=clock.now())


def end_post(post: Post, *, ends_on: date) -> Post:
    return appointing.end_post(post, ends_on=ends_on, actor=system_account(), now=clock.now())


def hold_every_office(user: User, center: Center, *, ends_on: date | None = None) -> None:
    """Give somebody the rights of all roles at once, which no appointment does."""
    post = appoint(user, role=Role.MEDIATOR, center=center, starts_on=LONG_AGO, ends_on=ends_on)
    post.grants.all().delete()
    rights = set().union(*ROLE_PERMISSIONS.values())
    CenterGrant.objects.bulk_create(
        CenterGrant(user=user, permission=permission, content_object=center, post=post)
        for permission in Permission.objects.select_related("content_type")
        if f"{permission.content_type.app_label}.{permission.codename}" in rights
    )


def make_person(
    username: str, role: Role | None = None, center: Center | None = None, *, unit: Unit | None = None
) -> User:
    user = User.objects.create_user(username, "Sample-pass-1", full_name=f"{username}（示例）")
    passwords.mark_as_own(user)
    if role is not None:
        appoint(user, role=role, center=center, starts_on=LONG_AGO, unit=unit)
    return user


def make_grid(village: Center, centers: dict[str, Center], number: int = 1) -> Grid:
    ancestors = {
        level: centers[code]
        for code, level in zip(village.path.split("/")[:-1], ["city", "county", "town", "village"], strict=True)
    }
    return Grid.objects.create(code=f"{village.code}{number:03d}", name=f"{village.name}第{number}网格", **ancestors)


def make_house() -> House:
    """Return the house. The first one is made, the others are copies of its rows: most tests want one."""
    years = range(2025, max(2028, clock.today().year + 2))
    if User.objects.get_queryset().exists() or Center.objects.exists():
        return _build_house(years)
    if years not in _BUILT:
        house = _build_house(years)
        tables = [list(model._default_manager.get_queryset().order_by("pk")) for model in OF_HOUSE]
        _BUILT[years] = deepcopy(house), tables
        return house
    house, tables = _BUILT[years]
    for rows in tables:
        columns = tuple(field.attname for field in rows[0]._meta.concrete_fields)
        write_rows(type(rows[0]), columns, [*map(attrgetter(*columns), rows)])
    PasswordRecord.objects.update(set_at=clock.now())
    return deepcopy(house)


def _build_house(years: range) -> House:
    load_calendar(years, now=clock.now())
    load_default_rules()
    centers = make_centers()
    village = centers["330681109201"]
    unit = Unit.objects.create(center=village, name="枫源村人民调解委员会", kind=UnitKind.MEDIATION_COMMITTEE)
    people = {name: make_person(name, role, village, unit=unit) for name, role in VILLAGE_POSTS}
    people |= {name: make_person(name, role, centers[code]) for name, role, code in SENIOR_POSTS}
    people["nobody"] = make_person("nobody")
    return House(centers, people, unit, make_grid(village, centers))


def new_case(house: House, **changes: object) -> NewCase:
    fields = {
        "procedure": Procedure.DISPUTE,
        "category": Category.NEIGHBOUR,
        "channel": Channel.CENTER_WINDOW,
        "title": "楼上漏水赔偿（示例）",
        "summary": "楼上水管破裂，楼下天花板受损。（示例）",
        "place": house.village,
        "grid": house.grid,
        "parties": [
            NewParty(PartyRole.APPLICANT, "样本甲", "13800000001", "示例路1号"),
            NewParty(PartyRole.RESPONDENT, "样本乙", "13800000002"),
        ],
    }
    return NewCase(**{**fields, **changes})


def registered(house: House, *, now: datetime, **changes: object) -> Case:
    return register_dispute(new_case(house, **changes), actor=house.clerk, received_at=now, now=now)[0]


def triaged(house: House, *, now: datetime, grade: Grade = Grade.GENERAL, **changes: object) -> Case:
    case = registered(house, now=now, **changes)
    return triage_dispute(
        case.pk,
        grade=grade,
        category=Category(case.category),
        handler=house.mediator,
        actor=house.village_triage,
        now=now,
    )


def mediating(house: House, *, now: datetime, **changes: object) -> Case:
    case = triaged(house, now=now, **changes)
    accept_dispute(case.pk, said=said(now), actor=house.mediator, now=now)
    return start_mediation(case.pk, rights_told_on=clock.local_day(now), actor=house.mediator, now=now)


def paused(house: House, *, now: datetime, since: datetime) -> Case:
    """Return a medical dispute accepted at ``now``, all of whose limits are paused since ``since``."""
    case = mediating(house, now=now, category=Category.MEDICAL)
    start_pause(case.pk, reason=PauseReason.MEDICAL_APPRAISAL, ground="示例", actor=house.mediator, now=since)
    return Case.objects.get(pk=case.pk)


def said(now: datetime) -> Said:
    """Return a consent given by word of mouth on the day of ``now``."""
    return Said(clock.local_day(now), ConsentForm.ORAL)


def new_ending(now: datetime, reason: EndReason = EndReason.IMPOSSIBLE, routes: Iterable[Route] = Route) -> NewEnding:
    return NewEnding(reason, "分歧过大（示例）", list(routes), clock.local_day(now))


def met(case: Case, *, now: datetime, says: Mapping[str, Any] | None = None, **changes: Any) -> Session:
    """Write down a session of the matter's round that was held and recorded at ``now``; nobody is noted as present.

    ``says`` is what its record says that is other than usual.
    """
    number = Case.objects.values_list("round", flat=True).get(pk=case.pk)
    by, fields = case.handler_id or case.registered_by_id, {"round": number, "is_joint": True, "state": "held"}
    fields |= {"center_id": case.holder_id, "starts_at": now, "place": "调解室（示例）", "planned_at": now} | changes
    session = case.sessions.create(planned_by_id=by, **fields)
    told = {"rights_told": True, "statements": "示例", "is_agreed": True, "outcome": "示例", "read_back": "read"}
    told |= says or {}
    times = {"started_at": now, "ended_at": now + timedelta(minutes=1), "recorded_by_id": by, "recorded_at": now}
    case.session_records.create(session=session, **told, **times)
    return session


def new_agreement(now: datetime, case: Case) -> NewAgreement:
    """Return what the parties agreed on at a session that was held at ``now``, and is written down with it."""
    met(case, now=now)
    return NewAgreement(
        form=AgreementForm.WRITTEN,
        facts="楼上水管破裂，双方对责任无争议。（示例）",
        content="乙方赔偿甲方人民币800元。（示例）",
        performance="签订之日起十日内一次付清",
        signed_on=clock.local_day(now),
        signatures=dict.fromkeys(case.parties.values_list("pk", flat=True), clock.local_day(now)),
    )


def agreed(house: House, *, now: datetime, later: timedelta = timedelta(hours=2), **changes: object) -> Case:
    case = mediating(house, now=now, **changes)
    record_agreement(case.pk, new_agreement(now + later, case), actor=house.mediator, now=now + later)
    return Case.objects.get(pk=case.pk)


def terminated(house: House, *, now: datetime, **changes: object) -> Case:
    case = mediating(house, now=now, **changes)
    end_dispute(case.pk, action=Action.TERMINATE, new=new_ending(now), actor=house.mediator, now=now)
    return Case.objects.get(pk=case.pk)


def noticed(house: House, *, now: datetime, **changes: object) -> SupervisionNotice:
    """Return the yellow notice to the village for a matter that was triaged at ``now`` and not done in time."""
    case = triaged(house, now=now, **changes)
    sweep(now=ClockStep.objects.get(clock__case=case, clock__kind=ClockKind.LVL_VILLAGE, step=Step.YELLOW).at)
    return SupervisionNotice.objects.get(case=case)


def change_day(
    day: str,
    *,
    now: datetime,
    is_workday: bool = False,
    center: Center | None = None,
    source: CalendarSource = CalendarSource.STAFF,
    ground: str = "市政府通知（示例）",
) -> CalendarChange:
    """Let the system change one day of the calendar, which is free from then on unless told otherwise."""
    becomes = DayValue(is_workday, "" if is_workday else "示例假日", source)
    change = plan_day(date.fromisoformat(day), center=center, becomes=becomes)
    return change_days([change], ground=ground, actor=system_account(), now=now)[0]


def decided_about(case: Case, *, by: User, ground: str, now: datetime) -> None:
    """Write one row of each kind that says what was decided about a case beside its procedure."""
    limit, today = case.clocks.first(), clock.local_day(now)
    days = {"started_on": today, "until_on": today}
    limit.pauses.create(reason="medical_appraisal", ground=ground, **days, started_by=by, started_at=now)
    limit.extensions.create(amount=1, unit_of_time="days", ground=ground, asked_by=by, asked_at=now)
    recused(case, person=make_person("kept_out"), by=by, ground=ground, now=now)
    case.accused.create(name="示例单位", named_by=by, named_at=now)
    case.reopenings.create(round=2, ground=ground, reopened_by=by, reopened_at=now)
    kept = {"round": 1, "volume": ground, "retention": "short", "pages": 1}
    case.archived_files.create(**kept, archived_on=today, archived_by=by, recorded_at=now)
    asked = {"ground": ground, "asked_by": by, "asked_at": now}
    case.sensitivity_changes.create(before="sealed", after="normal", **asked)
    with acting.as_person(by.pk):
        case.reveals.create(reason="contact", **asked)


def recused(case: Case, *, by: User, now: datetime, ground: str = "示例", **target: object) -> Recusal:
    """Write one recusal as decided; the case stays where it lies."""
    since = clock.local_day(case.received_at)
    kept = {"since": since, "source": RecusalSource.DECISION, "ground": ground} | target
    return case.recusals.create(**kept, recorded_by=by, recorded_at=now)


def extended(limit: Clock, *, asked_by: User, decided_by: User, now: datetime) -> Extension:
    """Write an extension by one working day as granted; the limit itself stays as it is."""
    notice = {"number": "(2026)示例延字第0001号", "center": limit.holder}
    notice |= {"was_due_on": limit.due_on, "due_on": limit.due_on + timedelta(days=1)}
    asked = {"amount": 1, "unit_of_time": "working_days", "ground": "示例", "asked_by": asked_by, "asked_at": now}
    decided = {"state": "granted", "decided_by": decided_by, "decided_at": now}
    return limit.extensions.create(**asked, **decided, **notice)


def attached(
    case: Case, *, by: User, now: datetime, content: bytes = b"sample", preview: bytes | None = None, **changes: Any
) -> Attachment:
    """Write something as attached; it is not looked at."""
    told = {"name": "示例.txt", "kind": FileKind.TEXT, "size": len(content), "fingerprint": fingerprint_of(content)}
    told |= changes
    attachment = case.attachments.create(**told, uploaded_by=by, uploaded_at=now)
    AttachmentContent.objects.create(attachment=attachment, content=content, preview=preview)
    return attachment


@contextmanager
def rolled_back() -> Iterator[None]:
    """Let what happens inside never have happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def race(*calls: Callable[[], object]) -> list[object]:
    """Run ``calls`` at the same moment, each on a connection of its own, and return what each returned or raised."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        try:
            with closing(connection):
                with connection.cursor() as cursor:
                    cursor.execute("SET lock_timeout = '20s'")  # whoever waits for ever fails instead
                barrier.wait(timeout=20)
                return call()
        except (DomainError, ObjectDoesNotExist) as refusal:
            return refusal

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
