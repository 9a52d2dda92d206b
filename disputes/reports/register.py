"""The register of mediation: what was accepted, mediated and agreed on in a period, and what each figure counts.

A matter is accepted, and its mediation begun, in the period in which that happened; it is concluded, has succeeded or
was performed in the one in which that was reported, as long as nobody has returned the report, confirmed by a court in
the one of its ruling, and filed in the one in which the file of a round was archived. Each matter counts once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.enums import Category, EventKind, Outcome, Procedure, Sensitivity
from cases.models import ArchivedFile, Event, Result
from cases.querysets import CaseQuerySet
from centers.enums import Level
from centers.models import Center
from centers.rules import LEVELS
from core import clock
from core.models import User
from disputes.enums import AgreementForm, CourtResult, Source
from disputes.models import Confirmation
from disputes.rules.register import Holding, Period, Selection

VIEW_REGISTER: Final = "disputes.view_register"
EXPORT_LEDGER: Final = "disputes.export_ledger"
Span = tuple[datetime, datetime]


# The keys of matters, each under the name ``matter``.
Matters = QuerySet[Any, Any]


def _happened(kind: EventKind) -> Callable[[Span], Matters]:
    return lambda span: _of(Event.objects.filter(kind=kind, at__gte=span[0], at__lt=span[1]))


def reported(span: Span, *outcomes: Outcome) -> QuerySet[Result]:
    """Return the results of a period that nobody has returned."""
    kept = Q(is_confirmed=None) | Q(is_confirmed=True)
    return Result.objects.filter(kept, outcome__in=outcomes, reported_at__gte=span[0], reported_at__lt=span[1])


def _of(rows: QuerySet[Any]) -> Matters:
    return rows.order_by().values(matter=F("case"))


def _concluded(span: Span) -> Matters:
    results = reported(span, Outcome.AGREED, Outcome.TERMINATED)
    return _of(results.filter(Q(outcome=Outcome.AGREED) | Q(ending__is_after_start=True)))


def _succeeded(span: Span) -> Matters:
    return _of(reported(span, Outcome.AGREED))


def _agreed_in(form: AgreementForm) -> Callable[[Span], Matters]:
    return lambda span: _of(reported(span, Outcome.AGREED).filter(agreement__form=form))


def _confirmed(span: Span) -> Matters:
    """Return those whose agreement a court confirmed, by the day of its ruling."""
    first, end = map(clock.local_day, span)
    rulings = Confirmation.objects.filter(result=CourtResult.CONFIRMED, decided_on__gte=first, decided_on__lt=end)
    return _of(rulings.exclude(agreement__result__is_confirmed=False))


def _performed(span: Span) -> Matters:
    """Return those reported as performed, and those agreed on and done at once, so that one check closed them."""
    at_once = Q(is_confirmed=True, agreement__isnull=False, agreement__obligations=None)
    results = reported(span, Outcome.PERFORMED, Outcome.AGREED)
    return _of(results.filter(Q(outcome=Outcome.PERFORMED) | at_once))


def _filed(span: Span) -> Matters:
    """Return those of which the file of a round was put into the archive."""
    first, end = map(clock.local_day, span)
    return _of(ArchivedFile.objects.filter(archived_on__gte=first, archived_on__lt=end))


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the register: its name in an address, its title and the matters it counts, whoever sees them."""

    name: str
    label: str | Promise
    matters: Callable[[Span], Matters]


FIGURES: Final[Mapping[str, Figure]] = {
    figure.name: figure
    for figure in (
        Figure("accepted", pgettext_lazy("figure", "Accepted"), _happened(EventKind.ACCEPTED)),
        Figure("mediated", _("Mediation begun"), _happened(EventKind.MEDIATION_STARTED)),
        Figure("concluded", _("Mediation concluded"), _concluded),
        Figure("succeeded", _("Succeeded"), _succeeded),
        Figure("written", _("Written agreements"), _agreed_in(AgreementForm.WRITTEN)),
        Figure("oral", _("Oral agreements"), _agreed_in(AgreementForm.ORAL)),
        Figure("confirmed", _("Judicially confirmed"), _confirmed),
        Figure("performed", pgettext_lazy("figure", "Performed"), _performed),
        Figure("filed", _("Files archived"), _filed),
    )
}


HOLDINGS: Final[Mapping[Holding, str | Promise]] = {
    Holding.OWN: _("the own committee alone"),
    Holding.WITHIN: _("without what centers above have taken up"),
    Holding.ABOVE: _("taken up by centers above"),
}


def in_register(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    """Return those of ``cases`` that are in the registers ``user`` may read. What is under seal is in none."""
    read = cases.reachable_by(user, VIEW_REGISTER).filter(procedure=Procedure.DISPUTE)
    return read.exclude(sensitivity=Sensitivity.SEALED)


def selected(cases: CaseQuerySet, selection: Selection, *, user: User) -> CaseQuerySet:
    """Return those of ``cases`` that a figure counts for ``user``; none for a figure, or a place, that there is not."""
    found = _within(in_register(cases, user), selection)
    figure = FIGURES.get(selection.figure)
    return found.filter(pk__in=figure.matters(span_of(selection.period))) if figure else found.none()


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
    found = found.filter(**{center.level: center.pk})
    within = Q(holder__level__in=[center.level, *levels_below(center)])
    return found.filter(
        {
            Holding.ANYBODY: Q(),
            Holding.OWN: Q(holder=center),
            Holding.WITHIN: within,
            Holding.ABOVE: ~within,
        }[selection.holding]
    )


def levels_below(center: Center) -> Sequence[Level]:
    """Return the levels under a center's own, the nearest first."""
    return LEVELS[LEVELS.index(Level(center.level)) + 1 :]


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
    words += [str(HOLDINGS[selection.holding])] if selection.holding in HOLDINGS else []
    words += [str(Category(selection.category).label)] if selection.category in Category.values else []
    words += [str(Source(selection.source).label)] if selection.source in Source.values else []
    return " · ".join(word for word in words if word)
