"""The same large roster file a second time: everything is read, checked and compared, and nothing is written."""

from benchmarks.common import Figures
from benchmarks.rosters import build_county, import_file, roster_rows, workbook
from core.history import RowChange

ROWS = 100_000


def run() -> Figures:
    return measure(ROWS)


def measure(rows: int) -> Figures:
    manager, grids = build_county(rows)
    content = workbook(roster_rows(rows, grids))
    first = import_file(content, manager)
    recorded = RowChange.objects.count()
    again = import_file(content, manager, confirmed=False)
    written = RowChange.objects.count() - recorded
    if (again.roster_import.same_rows, written) != (rows, 0):
        raise SystemExit(f"{again.roster_import.same_rows} of {rows} rows are unchanged, {written} were written")
    return {
        "rows": rows,
        "seconds": again.seconds,
        "rows_per_s": rows / again.seconds,
        "ratio_vs_first": again.seconds / first.seconds,
        "written": written,
        "peak_mb": again.peak_mb,
    }
