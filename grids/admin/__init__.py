"""The back-office's pages for grids, their members and the files they come in."""

from grids.admin.exports import ExportJobAdmin
from grids.admin.imports import RosterImportAdmin
from grids.admin.rosters import GridAdmin, GridMemberAdmin

__all__ = ["ExportJobAdmin", "GridAdmin", "GridMemberAdmin", "RosterImportAdmin"]
