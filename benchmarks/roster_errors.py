"""A large roster file in which a third of the rows are wrong: every error is found, and the marked copy is made."""

from benchmarks.common import Figures, timed
from benchmarks.rosters import build_county, import_file, roster_rows, take_one_step, workbook
from grids.models import RosterFile

ROWS = 100_000
WRONG_EVERY = 3


def run() -> Figures:
    return measure(ROWS)


def measure(rows: int) -> Figures:
    manager, grids = build_county(rows)
    content = workbook(roster_rows(rows, grids, wrong_every=WRONG_EVERY))
    measured = import_file(content, manager, confirmed=False)
    with timed() as watch:
        take_one_step()
    found, wrong = measured.roster_import, len(range(0, rows, WRONG_EVERY))
    if RosterFile.objects.get(pk=found.pk).annotated is None:
        raise SystemExit("there is no marked copy")
    if (found.error_rows, found.rows) != (wrong, rows):
        raise SystemExit(f"{found.error_rows} wrong rows of {found.rows} were found, there are {wrong} of {rows}")
    return {
        "rows": rows,
        "errors": found.error_rows,
        "seconds": measured.seconds,
        "rows_per_s": rows / measured.seconds,
        "marked_seconds": watch.seconds,
        "peak_mb": measured.peak_mb,
    }
