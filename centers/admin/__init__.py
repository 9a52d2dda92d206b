"""The back-office's pages about who and when: centers, units, posts, stand-ins, and the work calendar."""

from centers.admin.calendar import WorkCalendarDayAdmin
from centers.admin.offices import CenterAdmin, PostAdmin, StandInAdmin, UnitAdmin
from centers.enums import Role
from core.admin.audit import CODES

CODES["role"] = dict(Role.choices)

__all__ = ["CenterAdmin", "PostAdmin", "StandInAdmin", "UnitAdmin", "WorkCalendarDayAdmin"]
