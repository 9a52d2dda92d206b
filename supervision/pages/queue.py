from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from cases.enums import Category, ClockKind, Stage
from cases.models import Transfer
from cases.pages.case import Chip, case_chip
from centers.models import Center
from core import clock
from core.links import page_of
from core.models import User
from supervision.enums import NoticeLevel, NoticeState
from supervision.models import SupervisionNotice
from supervision.reports import (
    COUNT_CAP,
    TABS,
    QueueFilter,
    QueueKey,
    QueueRow,
    lateness_matrix,
    queue_page,
    queue_scope,
    tab_counts,
)


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
class NoticeTag:
    """A supervision notice as a line of the queue names it."""

    level: str
    text: str
    state: str
    url: str


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One line of the queue, ready to be drawn."""

    row: QueueRow
    chip: Chip
    about: str
    paused: str
    notices: list[NoticeTag]
    url: str
    next_act: str


def queue_context(user: User, query: QueryDict, *, now: datetime) -> dict[str, Any]:
    """Return everything the queue page shows."""
    chosen, scope = chosen_filter(query), queue_scope(user)
    rows, following = queue_page(scope, chosen, after=chosen_start(query), now=now)
    matrix = lateness_matrix(scope, now=now)
    return {
        "title": _("Escalation queue"),
        "tabs": _tabs(tab_counts(scope, now=now), chosen),
        "lines": queue_lines(rows, now=now),
        "matrix_centers": matrix.centers,
        "matrix_rows": [
            (
                label,
                [
                    (count, _url(tab="late", kind=kind, center=pk))
                    for count, (pk, _name) in zip(counts, matrix.centers, strict=True)
                ],
            )
            for kind, label, counts in matrix.rows
        ],
        "filter_text": _filter_text(chosen),
        "is_filtered": bool(chosen.kind and chosen.center_id),
        "clear_url": _url(tab=chosen.tab),
        "next_url": _url(**_as_query(chosen), after=_as_start(following)) if following else "",
    }


def queue_lines(rows: Sequence[QueueRow], *, now: datetime) -> list[QueueLine]:
    """Return rows as the lines of a table, each with the act that comes next."""
    today = clock.local_day(now)
    cases = [row.case.pk for row in rows]
    unsigned = set(Transfer.objects.waiting().filter(case__in=cases).values_list("case", flat=True))
    return [
        QueueLine(
            row,
            Chip(_("Paused"), "paused") if row.pause and row.case.due_at is None else case_chip(row.case, today=today),
            f"{Category(row.case.category).label} · {Stage(row.case.stage).label}",
            _paused_text(row),
            [_notice_tag(notice) for notice in row.notices],
            page_of("admin:cases_case_change", row.case.pk),
            _next_act(row, unsigned),
        )
        for row in rows
    ]


def _notice_tag(notice: SupervisionNotice) -> NoticeTag:
    return NoticeTag(
        notice.level,
        f"{NoticeLevel(notice.level).label} {notice.number}",
        str(NoticeState(notice.state).label),
        page_of("admin:supervision_supervisionnotice_change", notice.pk),
    )


def _paused_text(row: QueueRow) -> str:
    """Return since when the limits of a case are paused, and how long that may last; nothing if none is."""
    if row.pause is None:
        return ""
    return _("paused since %(from)s, until %(until)s at the latest") % {
        "from": row.pause.started_on,
        "until": row.pause.until_on,
    }


def _as_start(key: QueueKey) -> str:
    due_at, pk = key
    return f"{due_at.isoformat() if due_at else ''},{pk}"


def _url(**query: Any) -> str:
    return f"{reverse('admin:supervision_queue')}?{urlencode(query)}"


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


def _next_act(row: QueueRow, unsigned: set[int]) -> str:
    case = row.case
    if case.stage == "registered":
        return _("Triage")
    if case.stage == "reported":
        return _("Verify and close")
    if case.pk in unsigned:
        return _("Sign for and assign")
    return ""
