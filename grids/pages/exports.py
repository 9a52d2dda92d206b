"""What the page of a long export shows: how far it is, and until when its file is kept."""

from datetime import date
from typing import Any

from core import clock
from grids.enums import ExportState
from grids.models import ExportJob
from grids.services.forget_files import KEPT


def export_progress_of(job: ExportJob) -> dict[str, Any]:
    """Return how far the list is: rows done of all rows, and whether it goes on at all."""
    return {
        "is_running": job.state == ExportState.WAITING,
        "state": job.state,
        "phase": str(ExportState(job.state).label),
        "done": job.rows_done,
        "total": job.rows_total,
    }


def kept_until(job: ExportJob) -> date:
    """Return the day on which the file is removed."""
    return clock.local_day(job.export.exported_at + KEPT)
