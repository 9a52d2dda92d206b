"""What a place may set as a limit of its own, and what it may not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind
from cases.rules.defaults import DEFAULT_RULES
from cases.rules.kinds import CAPS, DATED_KINDS, LEVEL_CLOCKS, WINDOW_KINDS, exceeds, longest
from cases.rules.lengths import UNIT_NAMES, length_text
from centers.enums import Level
from centers.rules import LEVELS
from core.errors import DomainError
from core.workdays import Limit, LimitUnit

ARTICLES: Final[Mapping[ClockKind, str]] = {rule.kind: rule.article for rule in DEFAULT_RULES}
_STATUTORY: Final[Mapping[ClockKind, Limit]] = {rule.kind: rule.limit for rule in DEFAULT_RULES}
_LEVEL_OF: Final[Mapping[ClockKind, Level]] = {kind: level for level, kind in LEVEL_CLOCKS.items()}

FAMILIES: Final[Mapping[str, str | Promise]] = {
    "SIGN": _("Triage"),
    "LVL": _("Levels"),
    "PET": _("Petitions"),
    "MED": _("Mediation"),
    "COURT": _("Mediation"),
    "PAUSE": _("Pauses"),
    "NOTICE": _("Supervision notices"),
}
RULED_KINDS: Final = tuple(kind for kind in ClockKind if kind not in DATED_KINDS)
SETTABLE_KINDS: Final = tuple(kind for kind in RULED_KINDS if kind not in WINDOW_KINDS)

# Where no law binds a limit it still has to end within the calendar that is always loaded.
HOUSE_CAP: Final = Limit(90, LimitUnit.DAYS)
_HOUSE_LONGEST: Final[Mapping[LimitUnit, int]] = {
    LimitUnit.HOURS: 90 * 24,
    LimitUnit.WORKING_DAYS: 60,
    LimitUnit.DAYS: 90,
    LimitUnit.MONTHS: 3,
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A limit that a place wants to set.

    ``place`` is the level of the place's center, None for everywhere; ``level`` is where the matters it is about are
    held, None for any level.
    """

    kind: ClockKind
    limit: Limit
    place: Level | None
    level: Level | None
    article: str
    valid_from: date


# The part of the proposal that is wrong, and why.
Refusal = tuple[str, DomainError]


def cap_of(kind: ClockKind) -> Limit:
    """Return the most a limit of ``kind`` may be, by law or else by the house, in the unit it is told in."""
    return CAPS.get(kind, _STATUTORY[kind] if kind in WINDOW_KINDS else HOUSE_CAP)


def units_of(kind: ClockKind) -> tuple[LimitUnit, ...]:
    """Return the units a limit of ``kind`` may be written in."""
    return tuple(longest(kind)) if kind in CAPS else tuple(_HOUSE_LONGEST)


def family_of(kind: ClockKind) -> str:
    """Return the heading under which a limit stands in a list."""
    return str(FAMILIES[kind.value.partition("_")[0]])


def level_bound(kind: ClockKind, level: Level | None) -> Level | None:
    """Return the level whose holders a rule is for: that of a level's limit, or the chosen one; None for any."""
    return _LEVEL_OF.get(kind, level)


def refusals(proposal: Proposal, *, today: date) -> list[Refusal]:
    """Return everything that is wrong with ``proposal``, each with the name of the part; empty when nothing is."""
    found = (
        ("amount", _length_refusal(proposal.kind, proposal.limit)),
        ("level", _level_refusal(proposal)),
        ("center", _reach_refusal(proposal)),
        ("article", _article_refusal(proposal.article)),
        ("valid_from", _day_refusal(proposal.valid_from, today=today)),
    )
    return [(part, refusal) for part, refusal in found if refusal is not None]


def _length_refusal(kind: ClockKind, limit: Limit) -> DomainError | None:
    told = {"article": ARTICLES[kind], "most": length_text(cap_of(kind))}
    if limit.amount < 1:
        return DomainError(_("A limit is at least 1. Enter a number from 1 on."))
    if kind in WINDOW_KINDS and limit != _STATUTORY[kind]:
        return DomainError(
            _("%(article)s: %(most)s, everywhere. It is the time of the applicants or of the court; no place sets it."),
            **told,
        )
    if kind not in CAPS:
        return _house_refusal(limit)
    if limit.unit not in longest(kind):
        units = " / ".join(str(UNIT_NAMES[unit]) for unit in units_of(kind))
        return DomainError(
            _(
                "%(article)s: at most %(most)s. Counted in %(unit)s it could last longer. "
                "Choose another unit: %(units)s."
            ),
            unit=UNIT_NAMES[limit.unit],
            units=units,
            **told,
        )
    if exceeds(kind, limit):
        return DomainError(_("%(article)s: at most %(most)s. Enter a shorter limit."), **told)
    return None


def _house_refusal(limit: Limit) -> DomainError | None:
    if limit.amount <= _HOUSE_LONGEST[limit.unit]:
        return None
    return DomainError(
        _("No law binds this limit, but no limit is longer than %(most)s here. Enter a shorter one."),
        most=length_text(Limit(_HOUSE_LONGEST[limit.unit], limit.unit)),
    )


def _level_refusal(proposal: Proposal) -> DomainError | None:
    own = _LEVEL_OF.get(proposal.kind)
    if own is None or proposal.level in (None, own):
        return None
    return DomainError(
        _("This limit is for matters at this level only: %(level)s. Leave the level empty."), level=own.label
    )


def _reach_refusal(proposal: Proposal) -> DomainError | None:
    bound = level_bound(proposal.kind, proposal.level)
    if bound is None or proposal.place is None or LEVELS.index(bound) >= LEVELS.index(proposal.place):
        return None
    return DomainError(
        _(
            "A center sets limits for itself and for what lies below it. This one (%(place)s) cannot bind the level "
            "above it (%(level)s). Choose a place of that level, or another limit."
        ),
        place=proposal.place.label,
        level=bound.label,
    )


def _article_refusal(article: str) -> DomainError | None:
    if article.strip():
        return None
    return DomainError(_("Name the article or the local document that this limit follows from."))


def _day_refusal(valid_from: date, *, today: date) -> DomainError | None:
    if valid_from >= today:
        return None
    return DomainError(
        _("A rule holds from today (%(today)s) or a later day on; the limits that have started keep their length."),
        today=today.isoformat(),
    )
