"""The world that the matrix asks about: one city, one person of each kind, and rows of each kind, each with a canary.

A row is called by its relation to the people, as the policy calls it. Its canary is that name in marks which occur
nowhere else, planted in every text of the row that people wrote.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from core import clock
from core.door import passwords, second_factor
from core.door.models import SecondFactor
from core.models import User
from matrix import matters, things
from matrix.people import ANONYMOUS, AT_THE_DOOR, KINDS, Kind
from tests.factories import LONG_AGO, House, appoint, make_house

_CANARY: Final = re.compile(r"⟦([\w.]+)⟧|\\u27e6([\w.]+)\\u27e7|%E2%9F%A6([\w.]+)%E2%9F%A7")


def canary(model: str, row: str) -> str:
    """Return the mark of one row.

    >>> canary("cases.Case", "own")
    '⟦cases.Case.own⟧'
    """
    return f"⟦{model}.{row}⟧"


def canaries_in(text: str) -> frozenset[str]:
    """Return whose marks stand in a text, as it is or as JSON and addresses write it.

    >>> sorted(canaries_in("a ⟦cases.Case.own⟧ and %E2%9F%A6grids.Grid.far%E2%9F%A7"))
    ['cases.Case.own', 'grids.Grid.far']
    """
    return frozenset(filter(None, (mark for found in _CANARY.findall(text) for mark in found)))


@dataclass(frozen=True, slots=True)
class World:
    """The numbers of people and rows: ``rows[model][row]``, and of parts of a row ``parts[model.row][route]``."""

    people: Mapping[str, int]
    rows: Mapping[str, Mapping[str, int | str]]
    parts: Mapping[str, Mapping[str, int]]
    given: Mapping[str, int]  # what forms are filled in with

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def load(cls, path: Path) -> "World":
        return cls(**json.loads(path.read_text()))


def build() -> World:
    """Fill an empty, migrated database."""
    house = make_house()
    people = {name: _person(house, name, kind) for name, kind in KINDS.items() if name != ANONYMOUS}
    house.people.update(people)
    rows, parts = _collected([*matters.rows(house, canary), *things.rows(house, canary)])
    _end_of_the_revoked(people)
    given = {
        "handler": people["handler"].pk,
        "town_handler": people["town_handler"].pk,
        "nobody": people["nobody"].pk,
        "village": house.village.pk,
        "town": house.town.pk,
        "grid": house.grid.pk,
        "unit": house.unit.pk,
    }
    return World({name: user.pk for name, user in people.items()}, rows, parts, given)


def _person(house: House, name: str, kind: Kind) -> User:
    user: User = User.objects.create_user(f"the_{name}", "Sample-pass-1", full_name=f"{name}（示例）")
    passwords.mark_as_own(user)
    if name not in AT_THE_DOOR:
        secret, now = second_factor.new_secret(), clock.now()
        SecondFactor.objects.create(user=user, secret=secret, last_step=0, set_up_at=now)
    if kind.role is not None:
        since = LONG_AGO if kind.since_days is None else clock.today() + timedelta(days=kind.since_days)
        center = house.centers[kind.center]
        unit = things.unit_of(house, center, name) if kind.in_unit else None
        appoint(user, role=kind.role, center=center, unit=unit, starts_on=since)
    return user


def _end_of_the_revoked(people: Mapping[str, User]) -> None:
    """End the posts that end, last of all: until then their holders took part in what happened."""
    for name, kind in KINDS.items():
        if kind.until_days is not None:
            things.end_posts(people[name], ends_on=clock.today() + timedelta(days=kind.until_days))


def _collected(found: Iterable[Any]) -> tuple[dict[str, dict[str, int | str]], dict[str, dict[str, int]]]:
    rows: dict[str, dict[str, int | str]] = {}
    parts: dict[str, dict[str, int]] = {}
    for one in found:
        rows.setdefault(one.model, {})[one.row] = one.pk
        parts[f"{one.model}.{one.row}"] = dict(one.parts)
    return rows, parts
