from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cases.enums import Category, ClockKind, Stage
from cases.pages.case import Chip, case_chip, standing_at
from centers.models import Center
from core import clock
from core.links import address_of, page_of
from core.models import User
from core.templatetags.moments import moment_in_full
from supervision.enums import NoticeLevel, NoticeState
from supervision.reports import TABS, QueueFilter, QueueKey, queue_page, queue_scope
from supervision.reports.lines import QueueRow, Sent
from supervision.reports.tallies import COUNT_CAP, tallies_of

# What a line says in words of the reader's language, each looked up once for all lines.
WORDS: Final[tuple[type[TextChoices], ...]] = (Category, NoticeLevel, NoticeState)
Words = Mapping[type[TextChoices], Mapping[str, str]]
TAG: Final = '<span class="tag">{}</span>'
SENT: Final = '<span class="sent">{}</span>'
NOTICE: Final = '<a class="notice notice-{}" href="{}" title="{}">{}</a>'


def chosen_filter(query: QueryDict) -> QueueFilter:
    """Return the filter that a URL asks for; what makes no sense in it is left out."""
    tab = query.get("tab", "late")
    kind, center_id = query.get("kind", ""), query.get("center", "")
    return QueueFilter(
        tab if tab in TABS else "late",
        kind if kind in ClockKind.values else "",
        int(center_id) if center_id.isdecimal() and len(center_id) < 19 else None,  # noqa: PLR2004 - the width of a bigint
    )


def chosen_start(query: QueryDict) -> QueueKey | None:
    """Return the key after which a page begins, None for the first page; without a due date it is a number alone."""
    due_text, _comma, pk = query.get("after", "").partition(",")
    if not (pk.isdecimal() and len(pk) < 19):  # noqa: PLR2004 - the width of a bigint
        return None
    if not due_text:
        return None, int(pk)
    try:
        due_at = parse_datetime(due_text)
        due_at = due_at.astimezone(UTC) if due_at and due_at.tzinfo else None
    except (ValueError, OverflowError):
        return None
    return (due_at, int(pk)) if due_at else None


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One line of the queue, ready to be drawn: a template asks for each word in one step and has no loop."""

    row: QueueRow
    chip: Chip
    due: str
    number: str
    title: str
    about: str
    way: SafeString
    handler: str
    office: str
    paused: str
    sent: SafeString
    url: str
    next_act: str


def queue_context(user: User, query: QueryDict, *, now: datetime) -> dict[str, Any]:
    """Return everything the queue page shows."""
    chosen, scope = chosen_filter(query), queue_scope(user)
    rows, following = queue_page(scope, chosen, after=chosen_start(query), now=now)
    tallies = tallies_of(scope, now=now)
    return {
        "title": _("Escalation queue"),
        "tabs": _tabs(tallies.tabs, chosen),
        "lines": queue_lines(rows, now=now),
        "matrix_centers": tallies.matrix.centers,
        "matrix_rows": [
            (
                label,
                [
                    (count, _url(tab="late", kind=kind, center=pk) if count else "")
                    for count, (pk, _name) in zip(counts, tallies.matrix.centers, strict=True)
                ],
            )
            for kind, label, counts in tallies.matrix.rows
        ],
        "filter_text": _filter_text(chosen),
        "is_filtered": bool(chosen.kind and chosen.center_id),
        "clear_url": _url(tab=chosen.tab),
        "next_url": _url(**_as_query(chosen), after=_as_start(following)) if following else "",
    }


def queue_lines(rows: Sequence[QueueRow], *, now: datetime) -> list[QueueLine]:
    """Return rows as the lines of a table, each with the act that comes next."""
    today = clock.local_day(now)
    words = {choices: {value: str(label) for value, label in choices.choices} for choices in WORDS}
    return [_line(row, words, today) for row in rows]


def _line(row: QueueRow, words: Words, today: date) -> QueueLine:
    return QueueLine(
        row,
        Chip(_("Paused"), "paused") if row.sent.paused and row.due_at is None else case_chip(row, today=today),
        due=moment_in_full(row.due_at),
        number=row.number,
        title=row.title,
        about=f"{words[Category][row.category]} · {standing_at(row)} · {row.village}",
        way=_way(*(row.sent.way or (row.holder,))),
        handler=row.handler or "—",
        office=row.unit or row.holder,
        paused=_paused_text(row.sent),
        sent=_sent(row.sent, words),
        url=page_of("admin:cases_case_change", row.pk),
        next_act=_next_act(row),
    )


@lru_cache(maxsize=1024)
def _way(*names: str) -> SafeString:
    """Return the centers from and to which a case climbed, or the one that has it; the same few on most lines."""
    return format_html_join(" → ", TAG, [(name,) for name in names])


def _sent(sent: Sent, words: Words) -> SafeString:
    """Return how often people were reminded of a case, and the notices about it, each a link."""
    reminded = format_html(SENT, _("Reminders ×%(count)s") % {"count": sent.reminders}) if sent.reminders else ""
    notices = format_html_join(
        " ",
        NOTICE,
        (
            (
                notice.level,
                page_of("admin:supervision_supervisionnotice_change", notice.pk),
                words[NoticeState][notice.state],
                f"{words[NoticeLevel][notice.level]} {notice.number}",
            )
            for notice in sent.notices
        ),
    )
    return format_html("{} {}", reminded, notices)


def _paused_text(sent: Sent) -> str:
    """Return since when the limits of a case are paused, and how long that may last; nothing if none is."""
    if sent.paused is None:
        return ""
    started_on, until_on = sent.paused
    return _("paused since %(from)s, until %(until)s at the latest") % {"from": started_on, "until": until_on}


def _as_start(key: QueueKey) -> str:
    due_at, pk = key
    return f"{due_at.isoformat() if due_at else ''},{pk}"


def _url(**query: Any) -> str:
    return f"{address_of('admin:supervision_queue')}?{urlencode(query)}"


def _as_query(chosen: QueueFilter) -> dict[str, Any]:
    cell = {"kind": chosen.kind, "center": chosen.center_id} if chosen.kind and chosen.center_id else {}
    return {"tab": chosen.tab, **cell}


def _tabs(counts: dict[str, int], chosen: QueueFilter) -> list[dict[str, Any]]:
    return [
        {
            "label": tab.label,
            "count": f"{COUNT_CAP:,}+" if counts[tab.name] > COUNT_CAP else str(counts[tab.name]),
            "url": _url(tab=tab.name),
            "is_current": tab.name == chosen.tab,
        }
        for tab in TABS.values()
    ]


def _filter_text(chosen: QueueFilter) -> str:
    label = str(TABS[chosen.tab].label)
    if not (chosen.kind and chosen.center_id):
        return label
    name = Center.objects.filter(pk=chosen.center_id).values_list("name", flat=True).first() or ""
    return f"{label} · {ClockKind(chosen.kind).label} · {name}"


def _next_act(row: QueueRow) -> str:
    if row.stage == Stage.REGISTERED:
        return _("Triage")
    if row.stage == Stage.REPORTED:
        return _("Verify the result")
    if row.sent.is_to_sign_for:
        return _("Sign for and assign")
    return ""
