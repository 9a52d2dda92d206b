"""How the policy is read: tables of text become what each kind of user is to be told about each row."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final

from matrix.people import AT_THE_DOOR, INSIDE

ANY: Final = "*"  # every row, and a page without one


class Answer(StrEnum):
    """What somebody is told: yes, that there is no such thing, to sign in, what they owe first, that they may not."""

    ALLOW = "allow"
    NOT_FOUND = "not_found"
    LOGIN = "login"
    OWED = "owed"
    FORBIDDEN = "forbidden"
    BROKEN = "broken"  # never expected


class Undeclared(LookupError):
    """An endpoint has no policy, or one that there is not."""


@dataclass(frozen=True, slots=True)
class Line:
    kinds: frozenset[str]
    rows: frozenset[str]
    answer: Answer

    def speaks_of(self, kind: str, row: str) -> bool:
        return kind in self.kinds and (ANY in self.rows or row in self.rows)


@dataclass(frozen=True, slots=True)
class Policy:
    """What everybody is told: the first line that speaks of a kind and a row decides, ``otherwise`` where none does.

    Whoever has not come past the door is told so, but where ``at_door`` says something else.
    """

    lines: tuple[Line, ...]
    otherwise: Answer
    at_door: Mapping[str, Answer] = field(default_factory=dict)

    def answer(self, kind: str, row: str, door: Mapping[str, Answer]) -> Answer:
        if kind in AT_THE_DOOR:
            return self.at_door.get(kind, door[kind])
        return next((line.answer for line in self.lines if line.speaks_of(kind, row)), self.otherwise)


def table(
    text: str,
    names: Mapping[str, Iterable[str]],
    *,
    otherwise: Answer = Answer.NOT_FOUND,
    at_door: Mapping[str, Answer] | None = None,
) -> Policy:
    """Read lines ``kinds : rows [: answer]``. A word may be one of ``names``; ``-word`` takes away again."""
    lines = [line.split(":") for line in text.strip().splitlines() if line.strip()]
    return Policy(tuple(_line(columns, names) for columns in lines), otherwise, at_door or {})


def _line(columns: list[str], names: Mapping[str, Iterable[str]]) -> Line:
    kinds, rows, *rest = (column.strip() for column in columns)
    found = frozenset(_words(kinds, {**names, ANY: INSIDE}))
    if unknown := found - set(INSIDE):
        raise Undeclared(f"no such kind of user: {', '.join(sorted(unknown))}")
    return Line(found, frozenset(_words(rows, names)), Answer(rest[0]) if rest else Answer.ALLOW)


def _words(text: str, names: Mapping[str, Iterable[str]]) -> set[str]:
    found: set[str] = set()
    for word in text.split():
        meant = set(names.get(word.removeprefix("-"), {word.removeprefix("-")}))
        found = found - meant if word.startswith("-") else found | meant
    return found


@dataclass(frozen=True, slots=True)
class Declared:
    """Which policies an endpoint follows: one for a look (GET and HEAD), one for what it does (POST)."""

    looks: str
    acts: str


def declarations(text: str) -> dict[str, Declared]:
    """Read lines ``endpoint policy [policy of POST]``; an endpoint may end in ``*``."""
    lines = (line.split() for line in text.strip().splitlines() if line.strip() and not line.startswith("#"))
    return {endpoint: Declared(policies[0], policies[-1]) for endpoint, *policies in lines}


def declared(endpoint: str, known: Mapping[str, Declared]) -> Declared:
    """Return what is declared of an endpoint by its name, else by the closest pattern; raise Undeclared if nothing."""
    if endpoint in known:
        return known[endpoint]
    fitting = [pattern for pattern in known if fnmatchcase(endpoint, pattern)]
    if not fitting:
        raise Undeclared(
            f"no policy for {endpoint}: add a line “{endpoint} <policy>” to DECLARED in matrix/declared.py"
        )
    return known[max(fitting, key=len)]


def unused(
    endpoints: Iterable[str],
    known: Mapping[str, Declared],
    policies: Mapping[str, Policy],
    *,
    beside: Iterable[str] = (),
) -> Iterator[str]:
    """Return what the policy says too much: lines that no endpoint follows, policies that nothing names, and the like.

    Policies ``beside`` the lines are named elsewhere.
    """
    followed = [declared(name, known) for name in endpoints if _is_declared(name, known)]
    for pattern, line in known.items():
        if all(line is not one for one in followed):
            yield f"no endpoint follows the line “{pattern}”: take it out of DECLARED in matrix/declared.py"
    named = {name for line in known.values() for name in (line.looks, line.acts)} | set(beside)
    yield from (f"no line names the policy {name}" for name in sorted(set(policies) - named))
    yield from (f"there is no policy {name}" for name in sorted(named - set(policies)))


def _is_declared(name: str, known: Mapping[str, Declared]) -> bool:
    return name in known or any(fnmatchcase(name, pattern) for pattern in known)
