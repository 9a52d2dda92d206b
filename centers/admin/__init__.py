"""The back-office's pages about who and when: centers, units, posts, stand-ins, and the work calendar."""

from centers.admin.calendar import WorkCalendarDayAdmin
from centers.admin.offices import CenterAdmin, PostAdmin, StandInAdmin, UnitAdmin
from centers.admin.reorganisations import ReorganisationAdmin
from centers.enums import ReorganisationKind, Role
from core.admin.audit import CODES

CODES["role"] = dict(Role.choices)
CODES["kind"] = dict(ReorganisationKind.choices)

__all__ = ["CenterAdmin", "PostAdmin", "ReorganisationAdmin", "StandInAdmin", "UnitAdmin", "WorkCalendarDayAdmin"]
