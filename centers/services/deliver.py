from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Final

from centers.reports import stand_ins_of
from centers.reports.duty import at_work
from core import clock
from core.models import OutboxMessage, User
from core.outbox import deliver_batch

# Which of these pairs of a matter and an account must not be: the rooms above, which know matters, add their answers.
KEPT_FROM: Final[list[Callable[[Collection[tuple[int, int]], date], Collection[tuple[int, int]]]]] = []


def deliver_messages(*, now: datetime) -> int:
    """Put the oldest messages that may go out at ``now`` into inboxes, those of stand-ins included; return how many.

    To those who are at work all of them go, to others only the urgent ones; the rest wait, in order, for the next
    start of work where the recipient serves. Nobody gets a message about a matter that they may not be told of.
    """
    on = clock.local_day(now)
    stand_ins = partial(_stand_ins_for, on=on)
    return deliver_batch(now=now, at_work=at_work(now=now), stand_ins=stand_ins, kept_from=partial(kept_from, on=on))


def _stand_ins_for(rows: Sequence[OutboxMessage], *, on: date) -> Mapping[int, User]:
    """Return, by message, who receives it as well on ``on``."""
    named = stand_ins_of({row.recipient_id for row in rows}, on=on)
    copies = {row.pk: (row.matter_id, named[row.recipient_id]) for row in rows if row.recipient_id in named}
    pairs = {(matter, person.pk) for matter, person in copies.values() if matter is not None}
    kept = kept_from(pairs, on=on)
    return {pk: person for pk, (matter, person) in copies.items() if (matter, person.pk) not in kept}


def kept_from(pairs: Collection[tuple[int, int]], *, on: date) -> set[tuple[int, int]]:
    """Return those of the pairs of a matter and an account in which the account may not be told of the matter."""
    return {pair for ask in KEPT_FROM for pair in ask(pairs, on)} if pairs else set()
