"""A roster file in which everybody moves: each row ends a service that the system knows and begins another one."""

from collections.abc import Iterator

from benchmarks.common import Figures
from benchmarks.rosters import build_county, import_file, roster_rows, workbook
from grids.enums import ImportState
from grids.models import Assignment, Grid

ROWS = 100_000
MOVED_ON = "2026-02-02"
_GRID_CODE, _GRID_NAME, _STARTS_ON = 0, 1, 7


def run() -> Figures:
    return measure(ROWS)


def measure(rows: int) -> Figures:
    """Import ``rows`` people by one file, and move all of them to other grids by the next; compare the two times."""
    manager, grids = build_county(rows)
    first = import_file(workbook(roster_rows(rows, grids)), manager)
    moved = import_file(workbook(_moved(rows, grids)), manager)
    ended = Assignment.objects.exclude(ends_on=None).count()
    if (moved.roster_import.state, ended, Assignment.objects.count()) != (ImportState.WRITTEN, rows, 2 * rows):
        raise SystemExit(f"{ended} of {rows} services were ended: {moved.roster_import.failure}")
    return {
        "rows": rows,
        "seconds": moved.seconds,
        "rows_per_s": rows / moved.seconds,
        "ratio_vs_first": moved.seconds / first.seconds,
        "peak_mb": moved.peak_mb,
    }


def _moved(rows: int, grids: list[Grid]) -> Iterator[list[object]]:
    """Yield the rows of the same people, each of whom begins in the grid after their own."""
    after = {grid.code: other for grid, other in zip(grids, [*grids[1:], grids[0]], strict=True)}
    for row in roster_rows(rows, grids):
        grid = after[str(row[_GRID_CODE])]
        row[_GRID_CODE], row[_GRID_NAME], row[_STARTS_ON] = grid.code, grid.name, MOVED_ON
        yield row
