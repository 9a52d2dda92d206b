"""For whom the database is read and written: one person, or the house itself.

Each transaction begins by saying so (``core.database``), in settings that end with it. Row-level security refuses
every case to a transaction that says nothing, and so to a statement outside a transaction (``core.rowsecurity``). What
is written is recorded as done by the same person (``core.history``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from typing import Any, Final, NamedTuple

from django.db import connection


class Sight(Enum):
    """What row-level security lets a transaction see: nothing, what one person may, or all."""

    NOTHING = "nothing"
    PERSON = "person"
    HOUSE = "house"


class Acting(NamedTuple):
    """Who acts: ``sight`` says what is seen, ``person_id`` is the account that writes, if it is one."""

    sight: Sight
    person_id: int | None


UNSAID: Final = None
NOBODY: Final = Acting(Sight.NOTHING, None)
_SAY: Final = "SELECT set_config('maplebridge.sight', %s, true), set_config('maplebridge.actor', %s, true)"
_UNSAY: Final = "SET LOCAL maplebridge.sight TO DEFAULT; SET LOCAL maplebridge.actor TO DEFAULT"
_acting: ContextVar[Acting | None] = ContextVar("acting", default=UNSAID)


@contextmanager
def as_person(person_id: int | None) -> Iterator[None]:
    """Let the block see and write what one account may; nothing when there is none."""
    with _as(NOBODY if person_id is None else Acting(Sight.PERSON, person_id)):
        yield


@contextmanager
def as_house() -> Iterator[None]:
    """Let the block see and write every case: for jobs, commands, and what follows from an act its actor may not see.

    What is written stays on record as done by the person who acted before, if one did.
    """
    with _as(Acting(Sight.HOUSE, person_id())):
        yield


def person_id() -> int | None:
    """Return the account that acts here, None when it is the house or nobody."""
    who = _acting.get()
    return who.person_id if who else None


def announce(database: Any) -> None:
    """Say at the beginning of a transaction on ``database`` for whom it is.

    Past Django's cursor: it belongs to the transaction and is nobody's query.
    """
    who = _acting.get()
    if who is not UNSAID:
        with database.wrap_database_errors:
            database.connection.execute(_SAY, _settings(who))


@contextmanager
def _as(who: Acting) -> Iterator[None]:
    before = _acting.get()
    token = _acting.set(who)
    _say_now(who)
    try:
        yield
    finally:
        _acting.reset(token)
        _say_now(before)


def _say_now(who: Acting | None) -> None:
    """Say it inside a transaction that has begun; one that is broken says nothing more and ends."""
    if not connection.in_atomic_block or connection.needs_rollback:
        return
    with connection.cursor() as cursor:
        if who is UNSAID:
            cursor.execute(_UNSAY)
        else:
            cursor.execute(_SAY, _settings(who))


def _settings(who: Acting) -> list[str]:
    return [who.sight.value, str(who.person_id or "")]
