"""The sample city of a campaign and its matters as rows."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from typing import Final

from benchmarks import city as sample
from cases.enums import Category, Channel, ClockKind, Grade, Procedure, Stage, TransferReason
from cases.models import Case, Clock, ClockRule, ClockStep, Transfer
from cases.rules.matters import case_code, case_number
from centers.enums import Level, Role
from centers.models import Center, Post
from centers.rules import short_name
from core import clock
from faults.matters import LONG_AGO, Matter, Story

RECEIVED_BEFORE: Final = LONG_AGO + timedelta(days=10)  # before the first of its steps


def above(center: Center) -> Center:
    """Return the center that ``center`` belongs to."""
    if center.parent is None:
        raise LookupError(f"{center} belongs to nobody")
    return center.parent


@dataclass(frozen=True, slots=True)
class Desk:
    """A village where matters arise, and the people there."""

    village: Center
    mediator: Post
    officer: Post

    @property
    def town(self) -> Center:
        return above(self.village)

    def at(self, level: Level) -> Center:
        """Return the center of ``level`` over this village, or the village itself."""
        return {Level.VILLAGE: self.village, Level.TOWN: self.town, Level.COUNTY: above(self.town)}[level]


def build_city() -> None:
    """Fill an empty database with a city whose calendar reaches a year back and a year on.

    No rule says any more how long a critical matter may lie with a town, so none can climb there: a slip that an
    administrator can make, and that is made good by grading the matter anew.
    """
    year = clock.today().year
    sample.build_city(years=range(year - 1, year + 2))
    for rule in ClockRule.objects.filter(kind=ClockKind.LVL_TOWN, grade=Grade.CRITICAL):
        rule.valid_until = rule.valid_from
        rule.save(update_fields=["valid_until"])


def write(planned: Sequence[Matter], *, rng: random.Random, start: datetime) -> dict[int, Matter]:
    """Write ``planned``, strewn over the villages, as cases with clocks and steps, and return them by id."""
    desks = _desks()
    rng.shuffle(desks)
    places = list(zip(planned, cycle(desks), strict=False))
    rules = {rule.kind: rule for rule in ClockRule.objects.filter(center=None, level="", grade__in=["", Grade.GENERAL])}
    cases = Case.objects.bulk_create(_case(n, *place, start=start) for n, place in enumerate(places, 1))
    Transfer.objects.bulk_create(_registration(case) for case in cases)
    clocks = Clock.objects.bulk_create(
        _clock(case, matter, rules[matter.story.kind]) for case, matter in zip(cases, planned, strict=True)
    )
    ClockStep.objects.bulk_create(
        step for late, matter in zip(clocks, planned, strict=True) for step in _steps(late, matter)
    )
    return {case.pk: matter for case, matter in zip(cases, planned, strict=True)}


def _desks() -> list[Desk]:
    villages = Center.objects.filter(level=Level.VILLAGE).select_related("parent__parent__parent").order_by("pk")
    posts = {(post.center_id, post.role): post for post in Post.objects.select_related("user", "unit")}
    return [
        Desk(village, posts[village.pk, Role.MEDIATOR], posts[village.pk, Role.TRIAGE_OFFICER]) for village in villages
    ]


def _case(number: int, matter: Matter, desk: Desk, *, start: datetime) -> Case:
    story, town = matter.story, desk.town
    return Case(
        code=case_code(town.code, start.year, number),
        number=case_number(short_name(town.name), start.year, number),
        procedure=Procedure.DISPUTE,
        category=Category.NEIGHBOUR,
        grade=Grade.CRITICAL if story.is_poisoned else Grade.GENERAL,
        channel=Channel.CENTER_WINDOW,
        title="楼上漏水赔偿（示例）",
        summary="楼上水管破裂，楼下天花板受损。（示例）",
        city=above(above(town)),
        county=above(town),
        town=town,
        village=desk.village,
        holder=desk.at(story.level),
        received_at=start - RECEIVED_BEFORE,
        registered_by=desk.officer.user,
        due_at=matter.moments[-1],
        query_code_hash=f"{number:032d}",
        **_progress(story, desk, start=start),
    )


def _progress(story: Story, desk: Desk, *, start: datetime) -> dict[str, object]:
    if not story.is_triaged:
        return {"stage": Stage.REGISTERED}
    given = {"unit": desk.mediator.unit, "handler": desk.mediator.user}
    if story.is_closed:
        return given | {"stage": Stage.CLOSED, "closed_at": start}
    return given | {"stage": Stage.TRIAGED}


def _registration(case: Case) -> Transfer:
    return Transfer(
        case=case,
        reason=TransferReason.REGISTRATION,
        to_center=case.holder,
        moved_at=case.received_at,
        signed_at=case.received_at,
        signed_by=case.registered_by,
    )


def _clock(case: Case, matter: Matter, rule: ClockRule) -> Clock:
    kind, end = matter.story.kind, matter.moments[-1]
    return Clock(
        case=case,
        kind=kind,
        key=f"1:{kind}",
        rule=rule,
        holder=case.holder,
        unit=case.unit if matter.story.level is Level.VILLAGE else None,
        started_on=clock.local_day(case.received_at),
        amount=rule.amount,
        unit_of_time=rule.unit_of_time,
        roll_forward=rule.roll_forward,
        due_on=clock.local_day(end),
        due_at=end,
        original_due_at=end,
    )


def _steps(late: Clock, matter: Matter) -> Iterator[ClockStep]:
    for step, at in zip(matter.story.steps, matter.moments, strict=True):
        yield ClockStep(clock=late, step=step, at=at)
