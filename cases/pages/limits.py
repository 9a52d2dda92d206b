"""How the limits of a case read on its page: as chips, as strips of days, and with what was granted or stopped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.enums import ClockKind, ClockState, ExtensionState, PauseReason
from cases.models import Case, Clock, Extension, Pause
from cases.pages.case import Chip, running_chip
from cases.reports import limit_of
from cases.reports.deadlines import DeadlineRow, Doubt
from cases.rules.extensions import EXTENSION_ARTICLES
from cases.rules.kinds import CAPS, KINDS_THAT_DATE_A_CASE, PRACTICE_CAPS, WINDOW_KINDS
from cases.rules.lengths import length_text
from cases.rules.pauses import PAUSE_ARTICLES
from core import clock
from core.workdays import DayKind


def deadline_chip(row: DeadlineRow) -> Chip:
    """Return how a limit stands or ended."""
    state = ClockState(row.clock.state)
    if row.is_late and row.clock.kind in WINDOW_KINDS:
        return Chip(_("not used in time"), "none")
    if state is ClockState.RUNNING:
        return running_chip(row.remaining_workdays, row.late_days)
    if state is ClockState.PAUSED:
        return Chip(_("Paused"), "paused")
    if state is ClockState.LAPSED:
        text = ngettext("%(days)s day late (final)", "%(days)s days late (final)", row.late_days) % {
            "days": row.late_days
        }
        return Chip(text, "late")
    return Chip(_("met in time"), "met")


DAY_TEXTS: Final[Mapping[DayKind, str | Promise]] = {
    DayKind.START: gettext_lazy("start, not counted"),
    DayKind.REST: gettext_lazy("rest day"),
    DayKind.MAKEUP: gettext_lazy("made-up working day"),
    DayKind.PAUSED: gettext_lazy("paused"),
    DayKind.EXTENDED: gettext_lazy("extended"),
    DayKind.ROLLED: gettext_lazy("gives way"),
}
DOUBTS: Final[Mapping[Doubt, str | Promise]] = {
    Doubt.CALENDAR_MISSING: gettext_lazy(
        "The work calendar lacks days of this limit, so they cannot be shown; its last day stays as it was computed."
    ),
    Doubt.CALENDAR_CHANGED: gettext_lazy(
        "The calendar was changed after this limit had been computed. Its last day holds by the calendar of its time, "
        "so the days of today's calendar are not shown."
    ),
}


@dataclass(frozen=True, slots=True)
class StripSquare:
    """One day of an explanation, as it is drawn."""

    on: date
    kind: str
    text: str
    is_last: bool


def explanation(row: DeadlineRow) -> list[StripSquare]:
    """Return the days of a limit with what each counted for, in words."""
    return [
        StripSquare(
            day.on,
            day.kind.value,
            " ".join(part for part in (str(day.number or ""), str(DAY_TEXTS.get(day.kind, "")), day.name) if part),
            day.is_last,
        )
        for day in row.strip
    ]


def span_text(row: DeadlineRow) -> str:
    """Return who has from when until when, in one sentence; a paused limit has no last day yet."""
    names = {"center": row.clock.holder, "first": row.clock.started_on, "last": row.due_on}
    if row.clock.state == ClockState.PAUSED:
        return _("%(center)s: from %(first)s; if it went on tomorrow it would end on %(last)s, 24:00") % names
    return _("%(center)s: from %(first)s to %(last)s, 24:00") % names


_NAMED_BY: Final[Mapping[ClockKind, str | Promise]] = {
    ClockKind.PET_EXECUTE: gettext_lazy("the opinion names this day"),
    ClockKind.PET_ASSIGNED: gettext_lazy("the letter of assignment names this day"),
}


def basis(row: DeadlineRow) -> str:
    """Return the length and the article behind a limit, in one sentence."""
    rule = row.clock.rule
    if rule is None:
        return str(_NAMED_BY.get(ClockKind(row.clock.kind)) or _("the parties agreed on this day"))
    return _("%(length)s, rule no. %(number)s: %(article)s") % {
        "length": length_text(limit_of(row.clock)),
        "number": rule.pk,
        "article": rule.article,
    }


def ceiling(row: DeadlineRow) -> str:
    """Return the most that any rule may give such a limit, nothing where no bound is set."""
    kind = ClockKind(row.clock.kind)
    if kind not in CAPS:
        return ""
    text = (
        _("no place may set more than %(length)s") if kind in PRACTICE_CAPS else _("the law allows %(length)s at most")
    )
    return text % {"length": length_text(CAPS[kind])}


def grounds(row: DeadlineRow) -> list[str]:
    """Return what moved the last day of a limit, or was asked for: who decided what, when and why."""
    moved = row.clock.due_at != row.clock.original_due_at and row.clock.state != ClockState.PAUSED
    first = [_("Its last day was %(day)s at first.") % {"day": _first_last_day(row.clock)}] if moved else []
    pauses = [_pause_text(pause) for pause in row.clock.pauses.all()]
    return first + pauses + [_extension_text(extension) for extension in row.clock.extensions.all()]


def _first_last_day(row: Clock) -> str:
    return clock.last_day(row.original_due_at).isoformat()


def _pause_text(pause: Pause) -> str:
    names = {
        "reason": pause.get_reason_display(),
        "article": PAUSE_ARTICLES[PauseReason(pause.reason)],
        "from": pause.started_on,
        "until": pause.ended_on or pause.until_on,
        "who": pause.started_by.full_name,
        "ground": pause.ground,
    }
    if pause.ended_on is None:
        return (
            _("Paused since %(from)s, %(until)s at the latest: %(reason)s (%(article)s), by %(who)s: %(ground)s")
            % names
        )
    return _("Paused from %(from)s to %(until)s: %(reason)s (%(article)s), by %(who)s: %(ground)s") % names


def _extension_text(extension: Extension) -> str:
    names = {
        "length": length_text(limit_of(extension)),
        "asker": extension.asked_by.full_name,
        "ground": extension.ground,
        "decider": extension.decided_by.full_name if extension.decided_by else "",
        "remark": extension.remark,
        "was": extension.was_due_on,
        "due": extension.due_on,
    }
    texts = {
        ExtensionState.ASKED: _("%(length)s more asked for by %(asker)s, not decided yet: %(ground)s"),
        ExtensionState.GRANTED: _(
            "Extended by %(length)s from %(was)s to %(due)s, asked for by %(asker)s (%(ground)s), "
            "granted by %(decider)s: %(remark)s"
        ),
        ExtensionState.REFUSED: _("%(length)s more asked for by %(asker)s, refused by %(decider)s: %(remark)s"),
    }
    return texts[ExtensionState(extension.state)] % names


@dataclass(frozen=True, slots=True)
class LimitBlock:
    """One limit of the case page: its chip, its days or why there are none, and what stands behind them."""

    row: DeadlineRow
    chip: Chip
    span: str
    squares: list[StripSquare]
    doubt: str | Promise
    basis: str
    ceiling: str
    grounds: list[str]
    granted: list[Extension]


def limit_blocks(rows: Sequence[DeadlineRow]) -> list[LimitBlock]:
    """Return the limits of a case as its page shows them, those that run first."""
    order = (ClockState.RUNNING, ClockState.PAUSED)
    sorted_rows = sorted(rows, key=lambda row: row.clock.state not in order)
    return [
        LimitBlock(
            row,
            deadline_chip(row),
            span_text(row),
            explanation(row),
            DOUBTS[row.doubt] if row.doubt else "",
            basis(row),
            ceiling(row),
            grounds(row),
            [one for one in row.clock.extensions.all() if one.state == ExtensionState.GRANTED],
        )
        for row in sorted_rows
    ]


def effective_due(rows: Sequence[DeadlineRow]) -> str:
    """Return which limit the case is due by, the nearest of those that run, nothing where none does."""
    running = [
        row for row in rows if row.clock.state == ClockState.RUNNING and row.clock.kind in KINDS_THAT_DATE_A_CASE
    ]
    if not running:
        return ""
    nearest = min(running, key=lambda row: row.clock.due_at)
    return _("The nearest limit that runs decides: %(limit)s, last day %(due)s.") % {
        "limit": nearest.clock.get_kind_display(),
        "due": nearest.clock.due_on,
    }


def extension_context(case: Case, granted: Extension) -> dict[str, Any]:
    """Return what stands on the notice that tells the applicant of an extension (延期告知书)."""
    return {
        "title": granted.number,
        "case": case,
        "extension": granted,
        "limit": granted.clock.get_kind_display(),
        "length": length_text(limit_of(granted)),
        "article": EXTENSION_ARTICLES[ClockKind(granted.clock.kind)],
    }
