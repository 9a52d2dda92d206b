"""The whole matrix: every endpoint, as every kind of user, about every row; and what is wrong with the answers."""

import multiprocessing
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import partial
from typing import Final

from django.db import connection, connections

from core import acting
from matrix.asking import KEPT_FROM_THE_HOUSE, KEY_OF_CASE, LEAVES_A_MARK, Told, Visitor, visitor
from matrix.declared import CHANGE_NOTHING, DECLARED, SEEN
from matrix.law import ANY, Answer, Undeclared, declared, unused
from matrix.people import ANONYMOUS, AT_THE_DOOR, KINDS
from matrix.policy import DOOR, POLICIES
from matrix.registry import Endpoint, endpoints
from matrix.world import World

NO_ROW: Final = ""
ONE_IN: Final = 3


@dataclass(frozen=True, slots=True)
class Cell:
    endpoint: Endpoint
    method: str
    kind: str
    row: str

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint.name} as {self.kind}" + (f" about {self.row}" if self.row else "")


@dataclass
class Report:
    """What was asked and what was wrong; ``line`` is what the command prints."""

    endpoints: int = 0
    users: int = 0
    cells: int = 0
    seconds: float = 0.0
    undeclared: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)

    @property
    def has_passed(self) -> bool:
        return not (self.undeclared or self.wrong or self.leaks)

    @property
    def problems(self) -> list[str]:
        return [*self.undeclared, *self.wrong, *self.leaks]

    @property
    def line(self) -> str:
        figures = {
            "endpoints": self.endpoints,
            "users": self.users,
            "cells": self.cells,
            "wrong": len(self.wrong),
            "undeclared": len(self.undeclared),
            "canary_leaks": len(self.leaks),
            "seconds": round(self.seconds),
        }
        return " ".join(["matrix:", *(f"{name}={value}" for name, value in figures.items())])

    def add(self, other: "Report") -> None:
        self.cells += other.cells
        self.wrong += other.wrong
        self.leaks += other.leaks


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of the matrix is asked: patterns of endpoints and kinds of user, all where there are none."""

    endpoints: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    stops_at_first: bool = False

    def has_endpoint(self, name: str) -> bool:
        return not self.endpoints or any(fnmatchcase(name, pattern) for pattern in self.endpoints)

    def has_kind(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds

    def has_method(self, method: str) -> bool:
        return not self.methods or method in self.methods


def run(world: World, *, part: Part, processes: int) -> Report:
    """Ask every cell of ``part``, kinds of user side by side in so many processes."""
    started = time.perf_counter()
    known = endpoints()
    asked = [one for one in known if part.has_endpoint(one.name)]
    kinds = [kind for kind in KINDS if part.has_kind(kind)]
    report = Report(endpoints=len(asked), users=len(kinds), undeclared=undeclared(known))
    ask = partial(_ask_as, world=world, asked=[one for one in asked if _has_policy(one)], part=part)
    for found in _each(ask, kinds, processes):
        report.add(found)
        if part.stops_at_first and report.problems:
            break
    report.seconds = time.perf_counter() - started
    return report


def _each(ask: "partial[Report]", kinds: Sequence[str], processes: int) -> Iterator[Report]:
    if processes == 1:
        yield from map(ask, kinds)
        return
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        yield from pool.imap_unordered(ask, kinds)


def undeclared(known: Iterable[Endpoint]) -> list[str]:
    """Return what the policy does not say, and what it says too much."""
    names = [one.name for one in known]
    return [*_silent(names), *unused(names, DECLARED, POLICIES, beside=SEEN.values())]


def _silent(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        try:
            declared(name, DECLARED)
        except Undeclared as problem:
            yield str(problem)


def _has_policy(endpoint: Endpoint) -> bool:
    return not [*_silent([endpoint.name])]


def _ask_as(kind: str, *, world: World, asked: Sequence[Endpoint], part: Part) -> Report:
    """Ask all that one kind of user is to ask, in one transaction that is taken back."""
    report = Report()
    with visitor(kind, world) as who:
        for cell in _cells(kind, world, asked, part):
            _judge(cell, _told(who, cell), report)
            if part.stops_at_first and report.problems:
                break
    return report


def _cells(kind: str, world: World, asked: Iterable[Endpoint], part: Part) -> Iterator[Cell]:
    for place, endpoint in enumerate(asked):
        if "SELECT" in endpoint.methods and kind in AT_THE_DOOR and kind != ANONYMOUS:
            continue  # the database knows nothing of doors
        rows = _rows(endpoint, world)
        for method in filter(part.has_method, endpoint.methods):
            # What a look does to the database is seen with one row as well as with all.
            cells = [Cell(endpoint, method, kind, row) for row in (rows[:1] if method == "HEAD" else rows)]
            yield from (cell for nth, cell in enumerate(cells) if not _is_like_others(cell, place + nth))


def _is_like_others(cell: Cell, nth: int) -> bool:
    """Return whether a look at a form is left out: of those that are allowed one in three is asked.

    They differ in the row's number only. Whatever is denied, and whatever acts, is asked about every row.
    """
    is_form = cell.method == "GET" and ":" in cell.endpoint.name and cell.endpoint.takes_row
    return is_form and nth % ONE_IN != 0 and _expected(cell) is Answer.ALLOW


def _rows(endpoint: Endpoint, world: World) -> list[str]:
    if not endpoint.takes_row:
        return [NO_ROW]
    rows = world.rows[endpoint.model]
    if "SELECT" not in endpoint.methods:
        return [*rows][:1] if endpoint.action else [*rows]
    with acting.as_house(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {KEY_OF_CASE.get(endpoint.route, 'case_id')} FROM {endpoint.route}")  # noqa: S608 - a table's name, from the catalogue
        there = {pk for (pk,) in cursor.fetchall()}
    if endpoint.route in KEPT_FROM_THE_HOUSE:
        return [*rows]
    return [name for name, pk in rows.items() if pk in there]


def _told(who: Visitor, cell: Cell) -> Told:
    return who.ask(cell.endpoint, cell.method, cell.row)


def _judge(cell: Cell, told: Told, report: Report) -> None:
    """Compare what came back with the policy, and note what is wrong."""
    report.cells += 1
    expected = _expected(cell)
    if told.answer != expected:
        report.wrong.append(f"{cell}: expected {expected}, was told {told.answer} ({told.status})")
    changed = told.wrote - set(LEAVES_A_MARK)
    if changed and not _may_change(cell, expected):
        report.wrong.append(f"{cell}: changed rows of {', '.join(sorted(changed))}")
    hidden = {mark for mark in told.canaries if expected is not Answer.ALLOW or not _may_see(cell.kind, mark)}
    if hidden:
        report.leaks.append(f"{cell}: shows {', '.join(sorted(hidden))}")


def _expected(cell: Cell) -> Answer:
    line = declared(cell.endpoint.name, DECLARED)
    policy = POLICIES[line.acts if cell.method == "POST" else line.looks]
    return policy.answer(cell.kind, cell.row or ANY, DOOR)


def _may_change(cell: Cell, expected: Answer) -> bool:
    shut = any(fnmatchcase(cell.endpoint.name, pattern) for pattern in CHANGE_NOTHING)
    return cell.method == "POST" and expected is Answer.ALLOW and not shut


def _may_see(kind: str, mark: str) -> bool:
    """Return whether the policy lets somebody see the row whose mark was found."""
    app, model, row = mark.split(".")
    return POLICIES[SEEN[f"{app}.{model}"]].answer(kind, row, DOOR) is Answer.ALLOW
