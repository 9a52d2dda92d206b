"""Grids and grid members that anybody can see are samples: names with 样本 or 示例, mobiles that begin with 1380000."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from centers.models import Center
from grids.enums import GridKind, GridPost
from grids.models import Assignment, Grid
from grids.reports import known_roster
from grids.rules.identity import check_digit, sex_of
from grids.rules.roster import GridPlan, plan_members
from grids.rules.rows import GridRow, Reading
from grids.services.write_roster import write_grids, write_members

COUNTY: Final = "330681"
GRIDS_PER_VILLAGE: Final = 3
_NUMERALS: Final = "一二三四五六七八九十"
_STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
_BORN: Final = (date(1970, 1, 1), date(2000, 12, 31))
_BEGUN_DAYS_AGO: Final = (30, 1500)


class Everywhere:
    """The area of the seed, which may reach every center."""

    def covers(self, prefix: str = "") -> Q:  # noqa: ARG002 - an Area
        return Q()


@dataclass(frozen=True, slots=True)
class SampleMember:
    """A person who does not exist, with numbers that are in order."""

    name: str
    id_number: str
    mobile: str
    badge_no: str


def sample_grids(village: Center) -> Iterator[GridRow]:
    """Yield the rows of a village's grids; the last one is a micro grid."""
    for number in range(1, GRIDS_PER_VILLAGE + 1):
        is_micro = number == GRIDS_PER_VILLAGE
        yield GridRow(
            code=f"{village.code}{number:03}",
            name=f"{village.name}第{_NUMERALS[number - 1]}网格"[:60],
            kind=GridKind.MICRO if is_micro else GridKind.COMPREHENSIVE,
            households=60 if is_micro else 280 + 10 * number,
        )


def sample_members(count: int, rng: random.Random) -> Iterator[SampleMember]:
    """Yield ``count`` different people born between 1970 and 2000."""
    taken: set[str] = set()
    while len(taken) < count:
        number = _id_number(rng)
        if number not in taken:
            taken.add(number)
            index = len(taken)
            yield SampleMember(_name(index), number, f"1380000{index % 10_000:04}", f"示例{index:05}")


def _name(index: int) -> str:
    if index <= len(_STEMS) * len(_NUMERALS):
        stem, numeral = divmod(index - 1, len(_NUMERALS))
        return f"样本·{_STEMS[stem]}{_NUMERALS[numeral]}"
    return f"示例网格员{index:04}"


def _id_number(rng: random.Random) -> str:
    first, last = _BORN
    born = first + timedelta(days=rng.randrange((last - first).days + 1))
    digits = f"{COUNTY}{born:%Y%m%d}{rng.randrange(1000):03}"
    return digits + check_digit(digits)


@transaction.atomic
def seed_grids_and_members(villages: list[Center], members: int, today: date, rng: random.Random) -> list[Grid]:
    """Make the grids of ``villages`` and spread ``members`` people over them; what is there already stays.

    Every grid has one leader first, then one full-time member, then others.
    """
    by_code = {village.code: village for village in villages}
    rows = [row for village in villages for row in sample_grids(village)]
    _write_missing_grids(rows, by_code)
    grids = list(Grid.objects.filter(code__in=[row.code for row in rows]).order_by("code"))
    if not Assignment.objects.filter(grid__in=grids).exists():
        write_members(_member_plans(grids, members, today, rng))
    return grids


def _write_missing_grids(rows: list[GridRow], villages: dict[str, Center]) -> None:
    present = set(Grid.objects.filter(code__in=[row.code for row in rows]).values_list("code", flat=True))
    missing = [row for row in rows if row.code not in present]
    plans = [
        GridPlan(
            number,
            row,
            None,
            villages[row.code[:12]].pk,
            {"name": row.name, "kind": row.kind, "households": row.households},
        )
        for number, row in enumerate(missing)
    ]
    write_grids(plans, villages)


def _member_plans(grids: Sequence[Grid], count: int, today: date, rng: random.Random) -> list:
    readings = []
    for index, person in enumerate(sample_members(count, rng)):
        grid, turn = grids[index % len(grids)], index // len(grids)
        values = {
            "grid_code": grid.code,
            "name": person.name,
            "id_number": person.id_number,
            "sex": sex_of(person.id_number),
            "mobile": person.mobile,
            "post": _post(turn),
            "starts_on": today - timedelta(days=rng.randint(*_BEGUN_DAYS_AGO)),
            "badge_no": person.badge_no,
        }
        readings.append(Reading(index, values))
    return plan_members(readings, known_roster(readings, Everywhere()), today=today)


def _post(turn: int) -> GridPost:
    """Return the post of the nth person of a grid."""
    first = (GridPost.GRID_LEADER, GridPost.FULL_TIME)
    return first[turn] if turn < len(first) else (GridPost.PART_TIME, GridPost.INSTRUCTOR)[turn % 7 == 0]
