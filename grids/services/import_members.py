from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from centers.reports import scope_of
from core import clock
from core.errors import DomainError
from grids.models import RosterImport
from grids.reports import IMPORT_ROSTER, known_roster
from grids.rules.roster import GridPlan, MemberPlan, plan_members
from grids.rules.rows import Cells, Reading, read_member
from grids.services.write_roster import write_members

if TYPE_CHECKING:
    from core.models import User

Rows = Iterable[tuple[int, Cells]]
P = TypeVar("P", MemberPlan, GridPlan)


class RosterCollision(DomainError):
    """Somebody else wrote the same people or grids in between."""

    code = "roster_collision"


@dataclass(frozen=True, slots=True)
class ImportPlan(Generic[P]):
    """What a whole file would do: every row as it was read, and a plan for each row that is in order."""

    readings: list[Reading]
    plans: list[P]

    @property
    def wrong(self) -> list[Reading]:
        return [reading for reading in self.readings if reading.problems]

    @property
    def new_rows(self) -> int:
        return sum(plan.is_new for plan in self.plans)

    @property
    def changed_rows(self) -> int:
        return sum(plan.is_changed for plan in self.plans)

    @property
    def same_rows(self) -> int:
        return len(self.plans) - self.new_rows - self.changed_rows


def preview_members(rows: Rows, *, actor: "User", today: date, lock: bool = False) -> ImportPlan[MemberPlan]:
    """Return what the rows would do under the centers whose rosters ``actor`` may send in. Nothing is written."""
    readings = [read_member(number, cells, today=today) for number, cells in rows]
    known = known_roster(readings, scope_of(actor, IMPORT_ROSTER), lock=lock)
    return ImportPlan(readings, plan_members(readings, known, today=today))


def import_members(rows: Rows, *, actor: "User", now: datetime, file_name: str) -> ImportPlan[MemberPlan]:
    """Write a roster whole, or not at all when a row is wrong; the plan that is returned tells which.

    The grids and people concerned are locked before they are read. Raises RosterCollision when somebody else
    entered one of the new people at the same moment.
    """
    try:
        with transaction.atomic():
            plan = preview_members(rows, actor=actor, today=clock.local_day(now), lock=True)
            if not plan.wrong:
                write_members(plan.plans)
                record_import(plan, actor=actor, now=now, file_name=file_name)
    except IntegrityError:
        raise collision() from None
    return plan


def collision() -> RosterCollision:
    return RosterCollision(
        _("Somebody else changed the same people or grids at this moment. Nothing was written; upload the file again.")
    )


def record_import(plan: ImportPlan[P], *, actor: "User", now: datetime, file_name: str) -> RosterImport:
    """Note who sent in which file and what it did."""
    return RosterImport.objects.create(
        imported_by=actor,
        imported_at=now,
        file_name=file_name[:200],
        new_rows=plan.new_rows,
        changed_rows=plan.changed_rows,
        same_rows=plan.same_rows,
    )
