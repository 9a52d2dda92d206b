"""What must have come of a matter once all of it is swept, told from its story alone. Pure; knows nothing of the sweep.

An effect is a text that says what happened to one case, such as ``moved village town``; ``effects.sql`` says what
the tables hold in the same words.
"""

from collections import Counter, deque
from typing import Final

from cases.enums import ClockKind, EventKind, Step
from centers.enums import Level
from faults.matters import TOP_LADDER, TOWN_LADDER, Matter

Effects = Counter[str]

ABOVE: Final = {Level.VILLAGE: Level.TOWN, Level.TOWN: Level.COUNTY}
LIMIT_AT: Final = {Level.TOWN: ClockKind.LVL_TOWN, Level.COUNTY: ClockKind.LVL_COUNTY}
LADDER_AT: Final = {Level.TOWN: TOWN_LADDER, Level.COUNTY: TOP_LADDER}
EVENT_OF: Final = {
    Step.NUDGE: EventKind.NUDGED,
    Step.REMIND: EventKind.REMINDED,
    Step.PREWARN: EventKind.PREWARNED,
    Step.LAPSE: EventKind.LIMIT_PASSED,
    Step.CLIMB: EventKind.ESCALATED,
    Step.YELLOW: EventKind.NOTICE_ISSUED,
    Step.RED: EventKind.RED_PROPOSED,
    Step.MEASURES: EventKind.MEASURES_PROPOSED,
}

# How many people of the sample city are told, by the level whose limit it is.
LEADERS: Final = {Level.VILLAGE: 1, Level.TOWN: 0, Level.COUNTY: 0}
WATCHERS: Final = {Level.VILLAGE: 1, Level.TOWN: 2, Level.COUNTY: 2}
RECEIVERS: Final = 2  # the triage officer and the supervisor of the center that a matter climbs to

FIRED, CANCELLED, SET_ASIDE, HELD, MESSAGE = "fired", "cancelled", "set aside", "held", "message"
FATES: Final = (FIRED, CANCELLED, SET_ASIDE)


def intended(matter: Matter) -> Effects:
    """Return the effects that a matter must have had, each with how often."""
    return _lived(matter)[0]


def allowed(matter: Matter) -> Effects:
    """Return what may be there besides: messages about steps that a later one may speak for."""
    return _lived(matter)[1]


def _lived(matter: Matter) -> tuple[Effects, Effects]:
    story, effects, optional = matter.story, Effects(), Effects()
    holder = story.level
    clocks = deque([(story.kind, story.level, story.steps)])
    effects[f"clock {story.kind}"] += 1
    effects[f"{SET_ASIDE} {story.kind} {Step.CLIMB}"] += story.is_poisoned
    while clocks:
        kind, level, steps = clocks.popleft()
        if story.is_closed:
            effects.update(f"{CANCELLED} {kind} {step}" for step in steps)
            continue
        for step in steps:
            if step is Step.CLIMB:
                effects.update(_climbed(holder))
                holder = ABOVE[holder]
                if matter.is_long_overdue:
                    clocks.append((LIMIT_AT[holder], holder, LADDER_AT[holder]))
            effects.update(_fired(kind, step, holder))
            is_told = step is Step.CLIMB or step is steps[-1]
            (effects if is_told else optional)[f"{MESSAGE} {kind} {step}"] += told(
                step, level, has_handler=story.is_triaged
            )
    effects[f"{HELD} by {holder}"] += 1
    return +effects, optional


def _climbed(origin: Level) -> list[str]:
    target = ABOVE[origin]
    started = LIMIT_AT[target]
    return [f"moved {origin} {target}", f"clock {started}", f"event {EventKind.CLOCK_STARTED} {started}"]


def _fired(kind: ClockKind, step: Step, holder: Level) -> list[str]:
    done = [f"{FIRED} {kind} {step}", f"event {EVENT_OF[step]} {kind}"]
    if step is Step.YELLOW:
        done += [f"notice {kind} by {holder}", f"clock {ClockKind.NOTICE_REPLY}"]
    return done


def told(step: Step, level: Level, *, has_handler: bool) -> int:
    """Return how many people are told of a step of the limit of a center at ``level``."""
    if step is Step.NUDGE:
        return has_handler
    if step in {Step.RED, Step.MEASURES}:
        return WATCHERS[level]
    concerned = has_handler + LEADERS[level]
    if step is Step.REMIND:
        return concerned
    return concerned + (RECEIVERS if step is Step.CLIMB else WATCHERS[level])
