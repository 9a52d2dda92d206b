"""The verdict: what the matters must have led to, against what the tables hold."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.db import connection

from faults.intended import FATES, FIRED, HELD, SET_ASIDE, Effects, allowed, intended
from faults.matters import Matter

EFFECTS: Final = Path(__file__).with_name("effects.sql").read_text()
NUMBERS: Final = """
    SELECT issuer_id, array_agg(substring(number FROM '第(\\d+)号')::int) FROM supervision_supervisionnotice
    GROUP BY issuer_id
"""
MESSAGES: Final = """
    SELECT message.key, message.sent_at IS NOT NULL, count(inbox.id)
    FROM core_outboxmessage AS message LEFT JOIN core_inboxmessage AS inbox ON inbox.outbox_id = message.id
    GROUP BY message.id
"""


@dataclass
class Verdict:
    """What went wrong, each thing in words: effects that are missing, that are there too often, that wait for ever."""

    lost: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    steps: int = 0

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.double or self.stuck)


def examine(matters: Mapping[int, Matter], *, poisoned: Iterable[int]) -> Verdict:
    """Compare the database with what ``matters`` must have led to, by the ids of their cases.

    Of the poisoned matters only those in ``poisoned`` have been let fall due.
    """
    lived = {pk: matter for pk, matter in matters.items() if not matter.story.is_poisoned or pk in set(poisoned)}
    verdict, found = Verdict(), _effects_found()
    for case_id, matter in lived.items():
        judge(verdict, case_id, matter, found[case_id])
    _judge_numbers(verdict)
    _judge_messages(verdict)
    return verdict


def judge(verdict: Verdict, case_id: int, matter: Matter, found: Effects) -> None:
    """Add what is wrong with one case.

    While a step has not fired, what is missing besides is not lost but waits for that step. A sound step that was set
    aside waits without a cause. A case has one holder, so a wrong one is a move that is missing.
    """
    wanted = intended(matter)
    missing, extra = wanted - found, found - wanted - allowed(matter)
    waiting = [f"not {name}" for name in missing.elements() if name.startswith(FATES)]
    lost = [] if waiting else [f"no {name}" for name in missing.elements()]
    if not matter.story.is_poisoned:
        waiting += [f"{name} without a cause" for name in extra if name.startswith(SET_ASIDE)]
        extra -= Effects({name: times for name, times in extra.items() if name.startswith(SET_ASIDE)})
    double = [f"one too many: {name}" for name in extra.elements() if not name.startswith(HELD)]
    for kind, texts in ((verdict.stuck, waiting), (verdict.lost, lost), (verdict.double, double)):
        kind += [f"case {case_id}: {text}" for text in texts]
    verdict.steps += sum(times for name, times in wanted.items() if name.startswith(FIRED))


def _effects_found() -> defaultdict[int, Effects]:
    found: defaultdict[int, Effects] = defaultdict(Effects)
    for case_id, name, times in _rows(EFFECTS):
        found[case_id][name] = times
    return found


def _judge_numbers(verdict: Verdict) -> None:
    """Add the gaps in the series of notices, which run from 1, and the numbers that were given twice."""
    for issuer_id, numbers in _rows(NUMBERS):
        given = Counter(numbers)
        verdict.lost += [f"center {issuer_id}: no notice {n}" for n in range(1, max(given) + 1) if n not in given]
        verdict.double += [f"center {issuer_id}: notice {n} {times} times" for n, times in given.items() if times > 1]


def _judge_messages(verdict: Verdict) -> None:
    """Every message has been sent and lies in one inbox once."""
    for key, is_sent, times in _rows(MESSAGES):
        if not is_sent:
            verdict.stuck.append(f"message {key}: not sent")
        elif not times:
            verdict.lost.append(f"message {key}: in no inbox")
        if times > 1 or (times and not is_sent):
            verdict.double.append(f"message {key}: in an inbox {times} times")


def _rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()
