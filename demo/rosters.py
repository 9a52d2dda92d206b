"""Grids and grid members that anybody can see are samples: names with 样本 or 示例, mobiles that begin with 1380000."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Final

from django.db import transaction

from centers.models import Center
from core.bulk import write_objects
from core.crypto import lookup_hash
from grids.enums import GridKind, GridPost
from grids.models import Assignment, Grid, GridMember
from grids.reports import ancestor_ids
from grids.rules.identity import ID_HASH, MOBILE_HASH, check_digit, sex_of
from grids.services.create_grid import new_grid

COUNTY: Final = "330681"
GRIDS_PER_VILLAGE: Final = 3
_NUMERALS: Final = "一二三四五六七八九十"
_STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
_BORN: Final = (date(1970, 1, 1), date(2000, 12, 31))
_BEGUN_DAYS_AGO: Final = (30, 1500)


@dataclass(frozen=True, slots=True)
class SampleGrid:
    """A grid of a village that exists, drawn for the sample."""

    code: str
    name: str
    kind: GridKind
    households: int


@dataclass(frozen=True, slots=True)
class SampleMember:
    """A person who does not exist, with numbers that are in order."""

    name: str
    id_number: str
    mobile: str
    badge_no: str


def sample_grids(village: Center) -> Iterator[SampleGrid]:
    """Yield the rows of a village's grids; the last one is a micro grid."""
    for number in range(1, GRIDS_PER_VILLAGE + 1):
        is_micro = number == GRIDS_PER_VILLAGE
        yield SampleGrid(
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
    rows = [row for village in villages for row in sample_grids(village)]
    codes = [row.code for row in rows]
    _write_missing_grids(rows, {village.code: village for village in villages})
    grids = list(Grid.objects.filter(code__in=codes).order_by("code"))
    if not Assignment.objects.filter(grid__in=grids).exists():
        _write_members(grids, list(sample_members(members, rng)), today, rng)
    return grids


def _write_missing_grids(rows: list[SampleGrid], villages: dict[str, Center]) -> None:
    present = set(Grid.objects.filter(code__in=[row.code for row in rows]).values_list("code", flat=True))
    above = ancestor_ids(villages.values())
    write_objects(
        [
            new_grid(villages[row.code[:12]], above[villages[row.code[:12]].pk], **asdict(row))
            for row in rows
            if row.code not in present
        ]
    )


def _write_members(grids: Sequence[Grid], people: Sequence[SampleMember], today: date, rng: random.Random) -> None:
    members = [
        GridMember(
            name=person.name,
            id_number=person.id_number,
            id_hash=lookup_hash(person.id_number, context=ID_HASH),
            sex=sex_of(person.id_number),
            mobile=person.mobile,
            mobile_hash=lookup_hash(person.mobile, context=MOBILE_HASH),
            badge_no=person.badge_no,
        )
        for person in people
    ]
    write_objects(members)
    write_objects(
        [
            Assignment(
                grid=grids[index % len(grids)],
                member=member,
                post=_post(index // len(grids)),
                starts_on=today - timedelta(days=rng.randint(*_BEGUN_DAYS_AGO)),
            )
            for index, member in enumerate(members)
        ]
    )


def _post(turn: int) -> GridPost:
    """Return the post of the nth person of a grid."""
    first = (GridPost.GRID_LEADER, GridPost.FULL_TIME)
    return first[turn] if turn < len(first) else (GridPost.PART_TIME, GridPost.INSTRUCTOR)[turn % 7 == 0]
