from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from cases.enums import Category
from centers.models import Center
from centers.reports import centers_in_scope, scope_of
from core.links import address_of
from core.models import User
from disputes.enums import Source
from disputes.reports.register import EXPORT_LEDGER, VIEW_REGISTER, period_label
from disputes.reports.statistics import Line, Register
from disputes.rules.register import Holding, Period, Selection, period_of, periods_up_to

OFFERED: Final = (("month", 13), ("quarter", 8), ("year", 4))
BEFORE_THE_RATE: Final = ("accepted", "mediated", "concluded", "succeeded")
AGREEMENTS: Final = ("written", "oral")
LAST: Final = ("confirmed", "performed", "filed")


@dataclass(frozen=True, slots=True)
class Counted:
    """One figure on the page, and the list of the matters that it counts; none for nothing."""

    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: what it is about, its figures in the order of the columns, the rate and the amount in words.

    ``url`` leads to the same page about the place of the row.
    """

    title: str
    url: str
    first: Sequence[Counted]
    rate: str
    agreements: Sequence[Counted]
    amount: str
    amount_url: str
    last: Sequence[Counted]


def statistics_context(user: User, query: QueryDict, *, today: date) -> dict[str, Any] | None:
    """Return what the page of the register shows; None for a place outside the user's registers."""
    center = _chosen_center(user, query.get("center", ""))
    if center is None:
        return None
    period = period_of(query.get("period", "")) or periods_up_to(today, "month", 1)[0]
    register, chosen = Register(center, period, user=user), Selection(period, center_id=center.pk)
    return {
        "title": _("Register and statistics"),
        "center": center,
        "above": _places_above(user, center, period),
        "others": _other_places(user, center, period),
        "period": period,
        "periods": _offered(today, period),
        "total": _row(_("Total"), register.total(), chosen),
        "tables": [
            (_("By committee"), _by_center(register, chosen, center)),
            (_("By category"), _by_kind(register, chosen, Category, "category")),
            (_("By source"), _by_kind(register, chosen, Source, "source")),
        ],
        "register": str(chosen) if user.has_perm(EXPORT_LEDGER) else "",
    }


def _chosen_center(user: User, text: str) -> Center | None:
    """Return the center that is asked for, the highest of the user's where none is."""
    if text.isascii() and text.isdigit() and len(text) < 19:  # noqa: PLR2004 - the width of a bigint
        return centers_in_scope(user, VIEW_REGISTER).filter(pk=int(text)).first()
    return _own_centers(user).first() if not text else None


def _own_centers(user: User) -> Any:
    ids = [pk for pks in scope_of(user, VIEW_REGISTER).center_ids.values() for pk in pks]
    return Center.objects.filter(pk__in=ids).order_by("path")


def _places_above(user: User, center: Center, period: Period) -> list[tuple[str, str]]:
    above = Center.objects.above(center).filter(pk__in=centers_in_scope(user, VIEW_REGISTER).values("pk"))
    return [(one.name, _page(one.pk, period)) for one in above.exclude(pk=center.pk).order_by("path")]


def _other_places(user: User, center: Center, period: Period) -> list[tuple[str, str]]:
    """Return the user's other centers, of whoever holds several posts."""
    return [(one.name, _page(one.pk, period)) for one in _own_centers(user).exclude(pk=center.pk)]


def _page(center_id: int, period: Period) -> str:
    return (
        f"{address_of('admin:disputes_dispute_statistics')}?{urlencode({'center': center_id, 'period': period.text})}"
    )


def _offered(today: date, chosen: Period) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the periods to choose from; another one that was asked for stands among those of its kind."""
    titles = {"month": _("Months"), "quarter": _("Quarters"), "year": _("Years")}
    groups = []
    for kind, count in OFFERED:
        periods = periods_up_to(today, kind, count)
        missing = [chosen] if chosen.kind == kind and chosen not in periods else []
        groups.append((titles[kind], [(one.text, period_label(one)) for one in [*periods, *missing]]))
    return groups


def _by_center(register: Register, chosen: Selection, center: Center) -> list[Row]:
    lines = register.lines(lambda key: key.center_id)
    apart = (
        (center.pk, _("%(center)s itself"), Holding.OWN),
        (None, _("%(center)s: taken up by centers above"), Holding.ABOVE),
    )
    below = Center.objects.filter(pk__in=[pk for pk in lines if pk not in {center.pk, None}]).order_by("path")
    return [
        _row(title % {"center": center.name}, lines[key], replace(chosen, holding=holding))
        for key, title, holding in apart
        if key in lines
    ] + [
        _row(
            one.name,
            lines[one.pk],
            replace(chosen, center_id=one.pk, holding=Holding.WITHIN),
            url=_page(one.pk, chosen.period),
        )
        for one in below
    ]


def _by_kind(register: Register, chosen: Selection, kinds: Any, field: str) -> list[Row]:
    lines: dict[Any, Line] = register.lines(_part(field))
    return [
        _row(str(kind.label), lines[kind.value], replace(chosen, **{field: kind.value}))
        for kind in kinds
        if kind.value in lines
    ]


def _part(field: str) -> Callable[[Any], Any]:
    return lambda key: getattr(key, field)


def _row(title: str, line: Line, selection: Selection, *, url: str = "") -> Row:
    rate = line.rate
    return Row(
        title,
        url,
        _counted(line, selection, BEFORE_THE_RATE),
        "—" if rate is None else f"{rate:.1f} %",
        _counted(line, selection, AGREEMENTS),
        f"{line.amount:,.2f}" if line.amount else "—",
        _list(replace(selection, figure="succeeded")) if line.amount else "",
        _counted(line, selection, LAST),
    )


def _counted(line: Line, selection: Selection, names: Iterable[str]) -> list[Counted]:
    return [
        Counted(line.counts[name], _list(replace(selection, figure=name)) if line.counts[name] else "")
        for name in names
    ]


def _list(selection: Selection) -> str:
    return f"{address_of('admin:cases_case_changelist')}?{urlencode({'register': str(selection)})}"
