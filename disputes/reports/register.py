"""The register of mediation: what was accepted, mediated and agreed on in a period, and what each figure counts.

A matter is accepted, and its mediation begun, in the period in which that happened; it is concluded, has succeeded or
was performed in the one in which that was reported, as long as nobody has returned the report. Each matter counts once.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import BigIntegerField, Count, F, Q, QuerySet, Sum, When
from django.db.models import Case as Choose
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.enums import Category, EventKind, Outcome, Procedure, Sensitivity
from cases.models import Case, Event, Result
from cases.querysets import CaseQuerySet
from centers.enums import Level
from centers.models import Center
from centers.rules import LEVELS
from core import clock
from core.models import User
from disputes.enums import AgreementForm, Source
from disputes.models import Agreement, Ending, Obligation
from disputes.rules.register import Period, Selection

VIEW_REGISTER: Final = "disputes.view_register"
EXPORT_LEDGER: Final = "disputes.export_ledger"
Span = tuple[datetime, datetime]


def _happened(kind: EventKind) -> Callable[[Span], Q]:
    def condition(span: Span) -> Q:
        return Q(pk__in=Event.objects.filter(kind=kind, at__gte=span[0], at__lt=span[1]).values("case"))

    return condition


def _reported(span: Span, *outcomes: Outcome) -> QuerySet[Result]:
    """Return the results of a period that nobody has returned."""
    kept = Q(is_confirmed=None) | Q(is_confirmed=True)
    return Result.objects.filter(kept, outcome__in=outcomes, reported_at__gte=span[0], reported_at__lt=span[1])


def _concluded(span: Span) -> Q:
    ended = Ending.objects.filter(result__in=_reported(span, Outcome.TERMINATED), is_after_start=True)
    return _succeeded(span) | Q(pk__in=ended.values("case"))


def _succeeded(span: Span) -> Q:
    return Q(pk__in=_reported(span, Outcome.AGREED).values("case"))


def _agreed_in(form: AgreementForm) -> Callable[[Span], Q]:
    def condition(span: Span) -> Q:
        agreements = Agreement.objects.filter(result__in=_reported(span, Outcome.AGREED), form=form)
        return Q(pk__in=agreements.values("case"))

    return condition


def _performed(span: Span) -> Q:
    """Return the condition "reported as performed, or agreed on and done at once, so that one check closed it"."""
    at_once = Agreement.objects.filter(result__in=_reported(span, Outcome.AGREED), obligations=None)
    at_once = at_once.filter(result__is_confirmed=True)
    return Q(pk__in=_reported(span, Outcome.PERFORMED).values("case")) | Q(pk__in=at_once.values("case"))


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the register: its name in an address, its title and the condition on the matters it counts."""

    name: str
    label: str | Promise
    condition: Callable[[Span], Q]


FIGURES: Final[Mapping[str, Figure]] = {
    figure.name: figure
    for figure in (
        Figure("accepted", pgettext_lazy("figure", "Accepted"), _happened(EventKind.ACCEPTED)),
        Figure("mediated", _("Mediation begun"), _happened(EventKind.MEDIATION_STARTED)),
        Figure("concluded", _("Mediation concluded"), _concluded),
        Figure("succeeded", _("Succeeded"), _succeeded),
        Figure("written", _("Written agreements"), _agreed_in(AgreementForm.WRITTEN)),
        Figure("oral", _("Oral agreements"), _agreed_in(AgreementForm.ORAL)),
        Figure("performed", pgettext_lazy("figure", "Performed"), _performed),
        Figure("filed", _("Files closed"), lambda span: Q(closed_at__gte=span[0], closed_at__lt=span[1])),
    )
}


def in_register(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    """Return those of ``cases`` that are in the registers ``user`` may read. What is under seal is in none."""
    read = cases.reachable_by(user, VIEW_REGISTER).filter(procedure=Procedure.DISPUTE)
    return read.exclude(sensitivity=Sensitivity.SEALED)


def selected(cases: CaseQuerySet, selection: Selection, *, user: User) -> CaseQuerySet:
    """Return those of ``cases`` that a figure counts for ``user``; none for a figure, or a place, that there is not."""
    found = _within(in_register(cases, user), selection)
    figure = FIGURES.get(selection.figure)
    return found.filter(figure.condition(span_of(selection.period))) if figure else found.none()


def span_of(period: Period) -> Span:
    """Return the moment a period begins, and the one at which it is over."""
    return clock.start_of(period.first), clock.start_of(period.last + timedelta(days=1))


def _within(cases: CaseQuerySet, selection: Selection) -> CaseQuerySet:
    about = {"category": selection.category, "dispute__source": selection.source}
    found = cases.filter(**{name: value for name, value in about.items() if value})
    if selection.center_id is None:
        return found
    center = Center.objects.filter(pk=selection.center_id).first()
    if center is None:
        return found.none()
    return found.filter(holder=center) if selection.is_own else found.filter(**{center.level: center.pk})


@dataclass(frozen=True, slots=True)
class Key:
    """What a cell of the register is about; ``center_id`` is the place right below, None the place itself."""

    center_id: int | None
    category: str
    source: str


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one row of a table, and the amount in yuan that its agreements come to."""

    counts: Mapping[str, int]
    amount: Decimal

    @property
    def rate(self) -> Decimal | None:
        """Per cent of the concluded mediations that succeeded; None where none was concluded."""
        concluded = self.counts["concluded"]
        return Decimal(100 * self.counts["succeeded"]) / concluded if concluded else None


class Register:
    """The figures of one place and period, counted once for all its tables: a query for each figure."""

    def __init__(self, center: Center, period: Period, *, user: User) -> None:
        cases = in_register(Case.objects.visible_to(user), user).filter(**{center.level: center.pk}).order_by()
        span = span_of(period)
        self._counts = {name: _counted(cases.filter(one.condition(span)), center) for name, one in FIGURES.items()}
        self._amounts = _amounts(cases, center, span)

    def lines(self, key_of: Callable[[Key], Any]) -> dict[Any, Line]:
        """Return the figures grouped by ``key_of``; rows of which there is nothing to tell are left out."""
        counts: dict[Any, dict[str, int]] = defaultdict(lambda: dict.fromkeys(FIGURES, 0))
        for name, cells in self._counts.items():
            for key, count in cells.items():
                counts[key_of(key)][name] += count
        amounts: dict[Any, Decimal] = defaultdict(Decimal)
        for key, amount in self._amounts.items():
            amounts[key_of(key)] += amount
        return {key: Line(row, amounts[key]) for key, row in counts.items()}

    def total(self) -> Line:
        """Return the figures of everything together."""
        return self.lines(lambda _key: None).get(None, Line(dict.fromkeys(FIGURES, 0), Decimal()))


def _counted(cases: CaseQuerySet, center: Center) -> dict[Key, int]:
    rows = cases.values(**_keys(center)).annotate(count=Count("pk"))
    return {_key(row): row["count"] for row in rows}


def _amounts(cases: CaseQuerySet, center: Center, span: Span) -> dict[Key, Decimal]:
    """Return what the agreements of a period come to."""
    owed = Obligation.objects.filter(agreement__result__in=_reported(span, Outcome.AGREED), case__in=cases)
    rows = owed.order_by().values(**_keys(center, "case__")).annotate(sum=Sum("amount"))
    return {_key(row): row["sum"] for row in rows if row["sum"]}


def _keys(center: Center, prefix: str = "") -> dict[str, Any]:
    """Return the expressions that say to which cell a matter belongs."""
    below = levels_below(center)
    held_below = [When(**{f"{prefix}holder__level__in": below}, then=F(f"{prefix}{below[0]}_id"))] if below else []
    return {
        "row_center": Choose(*held_below, default=None, output_field=BigIntegerField()),
        "row_category": F(f"{prefix}category"),
        "row_source": F(f"{prefix}dispute__source"),
    }


def levels_below(center: Center) -> Sequence[Level]:
    """Return the levels under a center's own, the nearest first."""
    return LEVELS[LEVELS.index(Level(center.level)) + 1 :]


def _key(row: Mapping[str, Any]) -> Key:
    return Key(row["row_center"], row["row_category"], row["row_source"])


def period_label(period: Period) -> str:
    """Return a period in the reader's words."""
    names = {
        "year": _("%(year)s"),
        "quarter": _("%(year)s, quarter %(quarter)s"),
        "month": _("%(year)s, month %(month)s"),
    }
    first = period.first
    return names[period.kind] % {"year": first.year, "quarter": (first.month + 2) // 3, "month": first.month}


def words_of(selection: Selection) -> str:
    """Return in words what a figure counts, for the list of its matters."""
    figure = FIGURES.get(selection.figure)
    center = Center.objects.filter(pk=selection.center_id).first() if selection.center_id else None
    words = [str(figure.label) if figure else "", period_label(selection.period), center.name if center else ""]
    words += [str(_("the own committee alone"))] if selection.is_own else []
    words += [str(Category(selection.category).label)] if selection.category in Category.values else []
    words += [str(Source(selection.source).label)] if selection.source in Source.values else []
    return " · ".join(word for word in words if word)
