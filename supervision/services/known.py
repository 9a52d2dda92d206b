"""What stays as it is while one sweep runs, read when it is first asked for: calendars, rules, centers and units."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from cases.reports import RuleBook
from centers.models import Center, Unit
from centers.reports import Calendars
from core import clock
from core.bulk import among

LOOK_BACK: Final = timedelta(days=400)


@dataclass
class Known:
    """Shared by the batches of one sweep; who is in office is no part of it and is asked anew for each batch."""

    now: datetime
    _centers: dict[int, Center] = field(default_factory=dict)
    _units: dict[int, Unit] = field(default_factory=dict)

    @cached_property
    def calendars(self) -> Calendars:
        return Calendars.load(since=clock.local_day(self.now - LOOK_BACK))

    @cached_property
    def book(self) -> RuleBook:
        return RuleBook.load()

    def centers(self, ids: Iterable[int]) -> Mapping[int, Center]:
        """Return the centers with these ids, and others that were asked for before."""
        if missing := set(ids) - self._centers.keys():
            self._centers.update((row.pk, row) for row in Center.objects.filter(among("pk", missing)))
        return self._centers

    def units(self, ids: Iterable[int]) -> Mapping[int, Unit]:
        """Return the units with these ids, and others that were asked for before."""
        if missing := set(ids) - self._units.keys():
            self._units.update((row.pk, row) for row in Unit.objects.filter(among("pk", missing)))
        return self._units
