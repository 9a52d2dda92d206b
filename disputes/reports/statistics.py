"""The figures of the register for one place and period, counted for all tables of its page in one pass."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BigIntegerField, CharField, F, Sum, Value, When
from django.db.models import Case as Choose

from cases.enums import Outcome
from cases.models import Case
from centers.models import Center
from core import acting
from core.bulk import among
from core.models import User
from disputes.reports.register import FIGURES, Span, in_register, levels_below, reported, span_of
from disputes.rules.register import Period


@dataclass(frozen=True, slots=True)
class Key:
    """What a cell of the register is about.

    ``center_id`` is the place right below under which a matter is held, or the place itself; None where a center above
    has taken it up.
    """

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
    """The figures of one place and period, counted once for all its tables.

    Which matters a figure counts, the house says; which of them the reader may know of, the database is asked as the
    reader, once for all figures and before anything but their keys is read. Asked of every row of every event and
    result instead, the same answer takes longer the larger the archive is.
    """

    def __init__(self, center: Center, period: Period, *, user: User) -> None:
        span = span_of(period)
        with acting.as_house():
            self._counted = _counted(span)
        with acting.as_person(user.pk):
            seen = _seen(set().union(*self._counted.values()), center, user)
        with acting.as_house():
            self._cells, self._amounts = _cells(seen, center), _amounts(seen, span)

    def lines(self, key_of: Callable[[Key], Any]) -> dict[Any, Line]:
        """Return the figures grouped by ``key_of``; rows of which there is nothing to tell are left out."""
        rows = {pk: key_of(key) for pk, key in self._cells.items()}
        counts: dict[Any, dict[str, int]] = defaultdict(lambda: dict.fromkeys(FIGURES, 0))
        for name, found in self._counted.items():
            for row, count in Counter(rows[pk] for pk in found if pk in rows).items():
                counts[row][name] = count
        amounts: dict[Any, Decimal] = defaultdict(Decimal)
        for pk, amount in self._amounts.items():
            amounts[rows[pk]] += amount
        return {row: Line(figures, amounts[row]) for row, figures in counts.items()}

    def total(self) -> Line:
        """Return the figures of everything together."""
        return self.lines(lambda _key: None).get(None, Line(dict.fromkeys(FIGURES, 0), Decimal()))


def _counted(span: Span) -> dict[str, set[int]]:
    """Return the keys of the matters that each figure counts, in one statement."""
    first, *others = (
        figure.matters(span)
        .annotate(figure=Value(name, output_field=CharField()))
        .values("figure")
        .annotate(ids=ArrayAgg("matter"))
        for name, figure in FIGURES.items()
    )
    return {row["figure"]: set(row["ids"] or ()) for row in first.union(*others, all=True)}


def _seen(ids: Iterable[int], center: Center, user: User) -> list[int]:
    """Return those of the matters ``ids`` to which both walls let pass, and that arose under ``center``."""
    cases = in_register(Case.objects.visible_to(user), user).filter(among("pk", ids), **{center.level: center.pk})
    return list(cases.order_by().values_list("pk", flat=True))


def _cells(ids: Collection[int], center: Center) -> dict[int, Key]:
    """Return to which cell each matter belongs."""
    below = levels_below(center)
    held_below = [When(holder__level__in=below, then=F(f"{below[0]}_id"))] if below else []
    held_here = When(holder=center, then=Value(center.pk))
    row_center = Choose(*held_below, held_here, default=None, output_field=BigIntegerField())
    rows = Case.objects.filter(among("pk", ids)).order_by().values_list("pk", row_center, "category", "dispute__source")
    return {pk: Key(*about) for pk, *about in rows}


def _amounts(ids: Collection[int], span: Span) -> dict[int, Decimal]:
    """Return what the agreements of a period come to, by matter."""
    results = reported(span, Outcome.AGREED).filter(among("case", ids)).order_by()
    sums = results.values_list("case").annotate(sum=Sum("agreement__obligations__amount"))
    return {pk: amount for pk, amount in sums if amount}
