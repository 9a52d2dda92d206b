"""Where: grids, the people who serve in them, and the roster files that say so."""

from grids.models.exports import ExportFile, ExportJob, RosterExport
from grids.models.imports import TO_WORK_ON, RosterFile, RosterImport, StagedGrid, StagedMember
from grids.models.rosters import Assignment, Grid, GridMember

__all__ = [
    "TO_WORK_ON",
    "Assignment",
    "ExportFile",
    "ExportJob",
    "Grid",
    "GridMember",
    "RosterExport",
    "RosterFile",
    "RosterImport",
    "StagedGrid",
    "StagedMember",
]
