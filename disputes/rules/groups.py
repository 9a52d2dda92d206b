"""Which disputes of one cause can be heard together, and how few speak for all. No rows are read here."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.enums import Sensitivity
from disputes.enums import Action, State
from disputes.rules.procedure import is_open

MOST_REPRESENTATIVES: Final = 5  # Regulations of Ningbo on People's Mediation (2015), art. 20
MEETS: Final = frozenset(state for state in State if is_open(state, Action.PLAN_SESSION))


def bar_to_grouping(state: State, sensitivity: Sensitivity, *, is_flagged: bool) -> str | Promise | None:
    """Return why a dispute cannot be heard together with others, None where nothing is against it.

    Others would learn of a matter that is kept closely; where somebody's safety is at stake the parties are heard
    apart, all the more from strangers.
    """
    if state not in MEETS:
        return _("only disputes that are accepted or in mediation are heard together.")
    if sensitivity is not Sensitivity.NORMAL:
        return _("it is kept closely and heard with no others.")
    if is_flagged:
        return _("somebody's safety is at stake: the parties are heard apart.")
    return None


def makes_a_group(disputes: int) -> bool:
    """Return whether so many disputes can be heard together.

    >>> makes_a_group(1)
    False
    """
    return disputes > 1


def are_few_enough(representatives: int) -> bool:
    """Return whether so many may speak for all parties of a group.

    >>> [are_few_enough(5), are_few_enough(6)]
    [True, False]
    """
    return representatives <= MOST_REPRESENTATIVES


def may_be_chosen_on(chosen_on: date, *, received_on: Collection[date], today: date) -> bool:
    """Return whether the parties can have chosen on ``chosen_on``: after the last dispute came in, and by today.

    >>> monday, tuesday = date(2026, 11, 16), date(2026, 11, 17)
    >>> may_be_chosen_on(monday, received_on=[monday, tuesday], today=tuesday)
    False
    """
    return max(received_on) <= chosen_on <= today


def speaks_for(*, named_at: datetime, joined_at: datetime) -> bool:
    """Return whether a representative speaks for the parties of a dispute: it was in the group by then.

    Whoever comes later has chosen nobody.
    """
    return joined_at <= named_at
