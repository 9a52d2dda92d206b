"""Where: grids, the people who serve in them, and the roster files that say so."""

from grids.models.imports import TO_WORK_ON, RosterExport, RosterFile, RosterImport, StagedGrid, StagedMember
from grids.models.rosters import Assignment, Grid, GridMember

__all__ = [
    "TO_WORK_ON",
    "Assignment",
    "Grid",
    "GridMember",
    "RosterExport",
    "RosterFile",
    "RosterImport",
    "StagedGrid",
    "StagedMember",
]
