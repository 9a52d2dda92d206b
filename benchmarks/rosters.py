"""Roster files for the benchmarks: a county with grids and a roster manager, files of any size, what a job costs."""

import contextlib
import io
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from openpyxl import Workbook

from benchmarks.city import build_city
from benchmarks.common import timed
from centers.enums import Level, Role
from centers.models import Center
from centers.services.appoint import appoint
from core import clock
from core.bulk import write_objects
from core.jobs import system_account
from core.models import User
from grids.enums import RosterKind
from grids.models import Grid, RosterImport
from grids.reports import ancestor_ids
from grids.rules import columns
from grids.rules.identity import check_digit
from grids.services.carry_out import carry_out
from grids.services.create_grid import new_grid
from grids.services.decide_import import confirm_import
from grids.services.take_up import take_up
from grids.services.upload_roster import upload_roster

ROWS_A_GRID = 50
UNKNOWN = "学历"  # a column from which nothing is read
SAMPLE_SECONDS = 0.02
OWN = Path("/proc/self")


@dataclass(frozen=True, slots=True)
class Measured:
    """What one file cost: seconds from the upload to the last row written, and the most memory all processes held."""

    roster_import: RosterImport
    seconds: float
    peak_mb: int


def build_county(rows: int) -> tuple[User, list[Grid]]:
    """Fill an empty database with a city, and one of its counties with grids for ``rows`` members and their manager."""
    build_city(years=range(2026, 2028))
    county = Center.objects.filter(level=Level.COUNTY).order_by("code")[0]
    villages = list(Center.objects.filter(level=Level.VILLAGE, path__startswith=county.path).order_by("code"))
    above = ancestor_ids(villages)
    grids = []
    for index in range(max(1, rows // ROWS_A_GRID)):
        turn, place = divmod(index, len(villages))
        village = villages[place]
        code, name = f"{village.code}{turn + 1:03}", f"第{turn + 1}网格"
        grids.append(new_grid(village, above[village.pk], code=code, name=name))
    write_objects(grids)
    manager = User.objects.create_user("roster-manager", full_name="花名册管理员（示例）")
    appoint(
        manager,
        role=Role.ROSTER_MANAGER,
        center=county,
        starts_on=date(2026, 1, 1),
        actor=system_account(),
        now=clock.now(),
    )
    return manager, grids


def roster_rows(rows: int, grids: list[Grid], *, wrong_every: int = 0) -> Iterator[list[object]]:
    """Yield rows of sample people; in one of ``wrong_every`` a cell is wrong, another kind of cell each time."""
    rng = random.Random(1)  # noqa: S311 - a sample
    taken: set[str] = set()
    while len(taken) < rows:
        born = date(1962, 1, 1) + timedelta(days=rng.randrange(15_000))
        digits = f"330681{born:%Y%m%d}{rng.randrange(1000):03}"
        if digits in taken:
            continue
        index = len(taken)
        taken.add(digits)
        grid = grids[index % len(grids)]
        name = f"样本{chr(0x4E00 + index % 5000)}{chr(0x4E00 + index // 5000)}"
        sex = "男" if int(digits[-1]) % 2 else "女"
        row = [grid.code, grid.name, name, digits + check_digit(digits), sex, f"138{index:08}"]
        row += ["兼职网格员", "2026-01-05", None, f"B{index:06}", "样本数据", "本科"]
        if wrong_every and index % wrong_every == 0:
            place, value = [(3, row[3][:-1]), (5, "12345"), (7, "1/5/26"), (6, "队长"), (0, "1"), (2, "")][index % 6]
            row[place] = value
        yield row


def workbook(rows: Iterator[list[object]]) -> bytes:
    """Return the rows as the .xlsx in which an office would send them."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(columns.MEMBERS.title)
    sheet.append(
        [
            columns.GRID_CODE, columns.GRID_NAME, columns.NAME, columns.ID_NUMBER, columns.SEX, columns.MOBILE,
            columns.POST, columns.STARTS_ON, columns.ENDS_ON, columns.BADGE_NO, columns.NOTE, UNKNOWN,
        ]
    )  # fmt: skip
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def import_file(content: bytes, manager: User, *, confirmed: bool = True) -> Measured:
    """Send a file its whole way, as the pages and the worker do: upload, read, compare, confirm, write."""
    with peak_memory() as peak, timed() as watch:
        found = upload_roster(
            content,
            kind=RosterKind.MEMBERS,
            file_name="roster.xlsx",
            language="zh-hans",
            actor=manager,
            now=clock.now(),
        )
        take_one_step()
        if confirmed:
            confirm_import(found.pk, only_good_rows=False, actor=manager, now=clock.now())
            take_one_step()
    found.refresh_from_db()
    return Measured(found, watch.seconds, peak.megabytes)


def take_one_step() -> None:
    """Do for the file that waits what a worker would do next."""
    work = take_up(now=clock.now())
    if work is None:
        raise SystemExit("no file waits")
    for _rows in carry_out(work):
        pass


class Peak:
    megabytes = 0


@contextlib.contextmanager
def peak_memory() -> Iterator[Peak]:
    """Watch how much memory this process and those it starts hold together; the most is there when the block ends.

    What was there before, the embedded servers above all, is no part of the job.
    """
    peak, over = Peak(), threading.Event()
    servers = {process for process in _family() if process != OWN}

    def watch() -> None:
        while not over.is_set():
            held = sum(_resident_kb(process) for process in _family() if process not in servers)
            peak.megabytes = max(peak.megabytes, held // 1024)
            time.sleep(SAMPLE_SECONDS)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


def _family() -> Iterator[Path]:
    """Yield this process and all that descend from it."""
    waiting = [OWN]
    while waiting:
        process = waiting.pop()
        yield process
        with contextlib.suppress(OSError):
            for task in (process / "task").iterdir():
                waiting += [Path("/proc") / pid for pid in (task / "children").read_text().split()]


def _resident_kb(process: Path) -> int:
    try:
        lines = (process / "status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)
