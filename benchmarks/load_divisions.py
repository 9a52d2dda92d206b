"""The divisions of a whole country from a file, against a loop of ``update_or_create``."""

import csv
import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.common import Figures, peak_megabytes, timed

SIZES = {"province": 31, "city": 342, "county": 2_978, "town": 41_352, "village": 620_573}
WORDS = {"province": "省", "city": "市", "county": "县", "town": "镇", "village": "村村民委员会"}
DIGITS_ADDED = {"province": 2, "city": 2, "county": 2, "town": 3, "village": 3}
ROWS = sum(SIZES.values())
SAMPLE = 2_000


def run() -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "country.csv"
        _write_country(file)
        sample_seconds = _loop_seconds(file)
        seconds = _load_seconds(file, created=ROWS)
        reload_seconds = _load_seconds(file, created=0)
    return {
        "rows": ROWS,
        "seconds": seconds,
        "rows_per_s": ROWS / seconds,
        "ratio_vs_orm": (ROWS / seconds) / (SAMPLE / sample_seconds),
        "reload_seconds": reload_seconds,
        "peak_mb": peak_megabytes(),
    }


def _country() -> Iterator[tuple[str, str, str, str]]:
    """Yield code, name, level and parent code, top down; each level is spread evenly over the one above."""
    above = [""]
    for level, size in SIZES.items():
        codes = []
        for number in range(size):
            parent = above[number % len(above)]
            codes.append(f"{parent}{number // len(above) + 1:0{DIGITS_ADDED[level]}}")
            yield codes[-1], f"第{number + 1}{WORDS[level]}", level, parent
        above = codes


def _write_country(file: Path) -> None:
    with file.open("w", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["code", "name", "level", "parent_code"])
        writer.writerows(_country())


def _load_seconds(file: Path, *, created: int) -> float:
    from centers.models import Center  # noqa: PLC0415 - Django is set up by the caller
    from centers.services.load_divisions import load_divisions  # noqa: PLC0415 - the same

    with file.open("rb") as handle, timed() as watch:
        loaded = load_divisions(handle)
    counts = (loaded.lines, loaded.created.count, loaded.unchanged, Center.objects.count())
    if counts != (ROWS, created, ROWS - created, ROWS):
        raise SystemExit(f"the load went wrong: {loaded}")
    return watch.seconds


def _loop_seconds(file: Path) -> float:
    """Return how long a loop takes for the first rows, in one transaction that is rolled back."""
    from django.db import transaction  # noqa: PLC0415 - Django is set up by the caller

    from centers.models import Center  # noqa: PLC0415 - the same

    with file.open(newline="") as handle, transaction.atomic(), timed() as watch:
        for row in itertools.islice(csv.DictReader(handle), SAMPLE):
            parent = Center.objects.get(code=row["parent_code"]) if row["parent_code"] else None
            path = f"{parent.path if parent else ''}{row['code']}/"
            Center.objects.update_or_create(
                code=row["code"], defaults={"name": row["name"], "level": row["level"], "parent": parent, "path": path}
            )
        transaction.set_rollback(True)
    return watch.seconds
