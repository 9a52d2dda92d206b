from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from centers.models import Center
from centers.reports import centers_in_scope, scope_of
from grids.reports import IMPORT_ROSTER, known_grids, villages_by_code
from grids.rules.roster import GridPlan, plan_grids
from grids.rules.rows import read_grid
from grids.services.import_members import ImportPlan, Rows, collision, record_import
from grids.services.write_roster import write_grids

if TYPE_CHECKING:
    from core.models import User


def preview_grids(rows: Rows, *, actor: "User") -> ImportPlan[GridPlan]:
    """Return what the rows would do under the centers whose rosters ``actor`` may send in. Nothing is written."""
    return _planned(rows, actor)[0]


def import_grids(rows: Rows, *, actor: "User", now: datetime, file_name: str) -> ImportPlan[GridPlan]:
    """Write a list of grids whole, or not at all when a row is wrong; the plan that is returned tells which.

    The grids that exist are locked before they are read. Raises RosterCollision when somebody else drew one of
    the new grids at the same moment.
    """
    try:
        with transaction.atomic():
            plan, villages = _planned(rows, actor, lock=True)
            if not plan.wrong:
                write_grids(plan.plans, villages)
                record_import(plan, actor=actor, now=now, file_name=file_name)
    except IntegrityError:
        raise collision() from None
    return plan


def _planned(rows: Rows, actor: "User", *, lock: bool = False) -> tuple[ImportPlan[GridPlan], dict[str, Center]]:
    readings = [read_grid(number, cells) for number, cells in rows]
    codes = {reading.values["code"][:12] for reading in readings if "code" in reading.values}
    villages = villages_by_code(codes, centers_in_scope(actor, IMPORT_ROSTER))
    grids = known_grids(readings, scope_of(actor, IMPORT_ROSTER), lock=lock)
    ids = {code: village.pk for code, village in villages.items()}
    return ImportPlan(readings, plan_grids(readings, ids, grids)), villages
