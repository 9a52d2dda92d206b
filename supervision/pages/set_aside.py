"""The steps of limits whose effects were refused: what went wrong, in words, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import utils
from django.db.models import Count, Min
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Case, ClockStep
from cases.querysets import ClockStepQuerySet
from cases.services.retry_steps import RETRY
from core.links import page_of
from core.models import User
from supervision.services.sweep import PATIENCE

STEPS_AT_MOST: Final = 50
TEXTS_AT_MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a refusal means, and what to do about it."""

    meaning: str | Promise
    remedy: str | Promise


# By the name of the error, with which its text begins.
UNEXPECTED: Final = Trouble(
    gettext_lazy("The database ended the step with an error that nobody expected."),
    gettext_lazy("Ask the system administrator, who finds the reason in the technical detail below."),
)
OF_THE_DATABASE: Final = frozenset(name for name in vars(utils) if name.endswith("Error"))
REFUSED: Final = Trouble(
    gettext_lazy("A rule of the house refused what the step was to do."),
    gettext_lazy("Do what the text says; the step is tried again by itself."),
)
TROUBLES: Final[Mapping[str, Trouble]] = {
    **dict.fromkeys(OF_THE_DATABASE, UNEXPECTED),
    "IntegrityError": Trouble(
        gettext_lazy("A constraint of the database refused the step: what it was to write contradicts what is there."),
        gettext_lazy(
            "Look whether somebody has done by hand what the step was to do. If not, the system administrator finds "
            "the constraint in the technical detail below and puts the contradiction right."
        ),
    ),
    "DataError": Trouble(
        gettext_lazy("A value that the step was to write is too long, or of a kind that the database does not take."),
        gettext_lazy(
            "Shorten unusually long names of centers and units that the step names. Otherwise ask the system "
            "administrator, who finds the column in the technical detail below."
        ),
    ),
    "RuleMissing": Trouble(
        gettext_lazy("No rule says how long a limit is that the step was to start."),
        gettext_lazy("Set the limit on the page of the rules, or ask the system administrator to load the rules."),
    ),
    "CalendarMissing": Trouble(
        gettext_lazy("The work calendar does not reach as far as a limit that the step was to start."),
        gettext_lazy("Ask the system administrator to load the calendar of that year."),
    ),
}


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step set aside, without the case's number and address for who may not see the case."""

    step: ClockStep
    number: str
    url: str
    again_at: datetime


@dataclass(frozen=True, slots=True)
class TroubleBlock:
    """The steps set aside for one kind of refusal: how many, since when, what was said, and the oldest of them.

    ``texts`` are in the users' words; ``details`` are the database's own, for the administrator.
    """

    name: str
    trouble: Trouble
    count: int
    since: datetime
    texts: list[str]
    details: list[str]
    lines: list[StepLine]


def set_aside_steps(user: User) -> ClockStepQuerySet:
    """Return the steps set aside that ``user`` may let be tried again."""
    return ClockStep.objects.set_aside().reachable_by(user, RETRY)


def set_aside_context(user: User) -> dict[str, Any]:
    """Return everything the page of the steps set aside shows: one block for each kind of refusal."""
    steps = set_aside_steps(user)
    counted = steps.order_by().values_list("error_name").annotate(count=Count("pk"), since=Min("at")).order_by("since")
    return {
        "title": _("Steps of limits that could not be done"),
        "blocks": [_block(steps.filter(error_name=name), user, name, count, since) for name, count, since in counted],
        "steps_at_most": STEPS_AT_MOST,
    }


def _block(steps: ClockStepQuerySet, user: User, name: str, count: int, since: datetime) -> TroubleBlock:
    rows = list(steps.select_related("clock__case", "clock__holder").defer("clock__case__summary")[:STEPS_AT_MOST])
    cases = {step.clock.case_id for step in rows}
    visible = set(Case.objects.visible_to(user).filter(pk__in=cases).values_list("pk", flat=True))
    errors = steps.order_by("error").values_list("error", flat=True).distinct()[:TEXTS_AT_MOST]
    said = [text for text in dict.fromkeys(told(error) for error in errors) if text]
    return TroubleBlock(
        name=name,
        trouble=TROUBLES.get(name, REFUSED),
        count=count,
        since=since,
        texts=[] if name in OF_THE_DATABASE else said,
        details=said if name in OF_THE_DATABASE else [],
        lines=[_line(step, is_visible=step.clock.case_id in visible) for step in rows],
    )


def told(error: str) -> str:
    r"""Return the text of an error without its name; of the database's only the first line, for rows stand below it.

    >>> told("IntegrityError: a constraint was violated\nDETAIL: Failing row contains …")
    'a constraint was violated'
    """
    name, _colon, text = error.partition(": ")
    return text.partition("\n")[0] if name in OF_THE_DATABASE else text


def _line(step: ClockStep, *, is_visible: bool) -> StepLine:
    case = step.clock.case
    return StepLine(
        step,
        case.number if is_visible else "",
        page_of("admin:cases_case_change", case.pk) if is_visible else "",
        (step.failed_at or step.at) + PATIENCE,
    )
