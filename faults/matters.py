"""The matters of a campaign: which limits run on them, when their steps fall due, which are poisoned. Pure."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cases.enums import ClockKind, Step
from centers.enums import Level

STEPS_PER_SECOND: Final = 60  # what falls due while faults are injected
OVERDUE_SHARE: Final = 0.1  # of all matters: due a day before anybody swept
LONG_OVERDUE_SHARE: Final = 0.05  # due so long ago that the levels above are late as well
POISONED_EVERY_SECONDS: Final = 1.5

RECENTLY: Final = timedelta(days=1)  # no limit that starts then has come to its first step
LONG_AGO: Final = timedelta(days=120)  # every limit that starts then, and the next one after it, is over
NOT_IN_THIS_RUN: Final = timedelta(days=1)

NOTICES: Final = (Step.YELLOW, Step.RED, Step.MEASURES)
TOWN_LADDER: Final = (Step.NUDGE, Step.REMIND, Step.PREWARN, Step.CLIMB, *NOTICES)
TOP_LADDER: Final = (Step.NUDGE, Step.REMIND, Step.PREWARN, Step.LAPSE, *NOTICES)
VILLAGE_LADDER: Final = (Step.REMIND, Step.PREWARN, Step.CLIMB, *NOTICES)


@dataclass(frozen=True, slots=True)
class Story:
    """One kind of matter: who holds it, which limit runs on it, and that limit's steps in their order."""

    kind: ClockKind
    level: Level
    steps: tuple[Step, ...]
    is_triaged: bool = True
    is_closed: bool = False
    is_poisoned: bool = False


VILLAGE: Final = Story(ClockKind.LVL_VILLAGE, Level.VILLAGE, VILLAGE_LADDER)
UNTRIAGED: Final = Story(ClockKind.SIGN_FOR, Level.VILLAGE, (Step.CLIMB, *NOTICES), is_triaged=False)
TOWN: Final = Story(ClockKind.LVL_TOWN, Level.TOWN, TOWN_LADDER)
COUNTY: Final = Story(ClockKind.LVL_COUNTY, Level.COUNTY, TOP_LADDER)
MEDIATION: Final = Story(ClockKind.MED_GENERAL, Level.VILLAGE, TOP_LADDER)
CLOSED: Final = Story(ClockKind.LVL_VILLAGE, Level.VILLAGE, VILLAGE_LADDER, is_closed=True)
POISONED: Final = Story(ClockKind.LVL_VILLAGE, Level.VILLAGE, (Step.CLIMB,), is_poisoned=True)

CHANCES: Final = {VILLAGE: 40, UNTRIAGED: 15, TOWN: 15, COUNTY: 10, MEDIATION: 15, CLOSED: 5}
STEPS_OF_A_MATTER: Final = sum(len(story.steps) * chance for story, chance in CHANCES.items()) / sum(CHANCES.values())


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter: its story, the moments of its steps, and whether the levels above will be found late too."""

    story: Story
    moments: tuple[datetime, ...]
    is_long_overdue: bool = False


def matters(rng: random.Random, *, start: datetime, seconds: float) -> list[Matter]:
    """Return matters whose steps fall due all through the ``seconds`` after ``start``, and some due long before."""
    arriving = round(seconds * STEPS_PER_SECOND / STEPS_OF_A_MATTER)
    total = arriving / (1 - OVERDUE_SHARE - LONG_OVERDUE_SHARE)
    return [
        *(_arriving(rng, start=start, seconds=seconds) for _ in range(arriving)),
        *(_overdue(rng, start - RECENTLY) for _ in range(round(total * OVERDUE_SHARE))),
        *(_overdue(rng, start - LONG_AGO, is_long_overdue=True) for _ in range(round(total * LONG_OVERDUE_SHARE))),
        *(Matter(POISONED, (start + NOT_IN_THIS_RUN,)) for _ in range(round(seconds / POISONED_EVERY_SECONDS))),
    ]


def _arriving(rng: random.Random, *, start: datetime, seconds: float) -> Matter:
    story = _story(rng)
    pauses = [rng.uniform(0.02, 0.12) * seconds for _ in story.steps]
    first = rng.uniform(0, seconds - sum(pauses))
    return Matter(story, tuple(start + timedelta(seconds=first + passed) for passed in _sums(pauses)))


def _overdue(rng: random.Random, end: datetime, *, is_long_overdue: bool = False) -> Matter:
    story = _story(rng)
    hours = [rng.uniform(1, 4) for _ in story.steps]
    moments = tuple(end - timedelta(hours=sum(hours) - passed) for passed in _sums(hours))
    return Matter(story, moments, is_long_overdue)


def _story(rng: random.Random) -> Story:
    return rng.choices(list(CHANCES), list(CHANCES.values()))[0]


def _sums(parts: list[float]) -> Iterator[float]:
    passed = 0.0
    for part in parts:
        passed += part
        yield passed
