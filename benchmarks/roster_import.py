"""A large roster file from upload to the last row written, against the stock way and against the bare minimum."""

import io
from datetime import date
from itertools import islice
from typing import Any

from django.db import connection, transaction
from import_export.fields import Field
from import_export.resources import ModelResource
from python_calamine import CalamineWorkbook
from tablib import Dataset

from benchmarks.common import Figures, timed
from benchmarks.rosters import build_county, import_file, roster_rows, workbook
from core.crypto import lookup_hash
from grids.enums import GridPost, ImportState
from grids.models import Assignment, Grid, GridMember
from grids.rules import columns
from grids.rules.identity import ID_HASH, MOBILE_HASH, sex_of

ROWS = 100_000
SAMPLE = 5_000


def run() -> Figures:
    return measure(ROWS, sample=SAMPLE)


def measure(rows: int, *, sample: int) -> Figures:
    """Import ``rows`` new people by a file, and ``sample`` others the stock way; compare the time of a row."""
    manager, grids = build_county(rows + sample)
    content = workbook(islice(roster_rows(rows + sample, grids), rows))
    measured = import_file(content, manager)
    if (measured.roster_import.state, GridMember.objects.count()) != (ImportState.WRITTEN, rows):
        raise SystemExit(f"the file was not written: {measured.roster_import.state} {measured.roster_import.failure}")
    limit = _parsed(content) + _copied()
    stock = _stock_way([*islice(roster_rows(rows + sample, grids), rows, None)])
    return {
        "rows": rows,
        "seconds": measured.seconds,
        "rows_per_s": rows / measured.seconds,
        "ratio_vs_stock": (rows / measured.seconds) / (sample / stock),
        "ratio_vs_limit": measured.seconds / limit,
        "limit_seconds": limit,
        "peak_mb": measured.peak_mb,
    }


def _parsed(content: bytes) -> float:
    """Return the seconds in which calamine reads the file, and nothing else is done."""
    with timed() as watch:
        for _row in CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).iter_rows():
            pass
    return watch.seconds


def _copied() -> float:
    """Return the seconds in which COPY writes the people and services of the file into tables like their own."""
    seconds = 0.0
    with connection.cursor() as cursor, transaction.atomic():
        for table in ("grids_gridmember", "grids_assignment"):
            cursor.execute(f"CREATE TEMPORARY TABLE copied_{table} (LIKE {table} INCLUDING ALL)")
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            found = cursor.fetchall()
            with timed() as watch, cursor.copy(f"COPY copied_{table} FROM STDIN") as copy:
                for row in found:
                    copy.write_row(row)
            seconds += watch.seconds
        transaction.set_rollback(True)
    return seconds


class StockResource(ModelResource):
    """A roster as django-import-export imports it out of the box, with the same columns and the same two tables."""

    name = Field("name", columns.NAME)
    mobile = Field("mobile", columns.MOBILE)
    badge_no = Field("badge_no", columns.BADGE_NO)
    note = Field("note", columns.NOTE)
    id_number = Field("id_number", columns.ID_NUMBER)
    id_hash = Field("id_hash", "id_hash")

    class Meta:
        model = GridMember
        import_id_fields = ("id_hash",)
        fields = ("name", "id_number", "mobile", "badge_no", "note", "id_hash")

    def before_import(self, dataset: Dataset, **_kwargs: Any) -> None:
        dataset.append_col([""] * len(dataset), header="id_hash")

    def before_import_row(self, row: dict[str, Any], **_kwargs: Any) -> None:
        row["id_hash"] = lookup_hash(row[columns.ID_NUMBER], context=ID_HASH)

    def after_import(self, *_args: Any, **_kwargs: Any) -> None:
        """Leave out the reset of sequences, for which the application's role has no right."""

    def before_save_instance(self, instance: GridMember, _row: dict[str, Any], **_kwargs: Any) -> None:
        instance.sex = sex_of(instance.id_number)
        instance.mobile_hash = lookup_hash(instance.mobile, context=MOBILE_HASH)

    def after_save_instance(self, instance: GridMember, row: dict[str, Any], **_kwargs: Any) -> None:
        Assignment.objects.update_or_create(
            grid=Grid.objects.get(code=row[columns.GRID_CODE]),
            member=instance,
            post=GridPost.PART_TIME,
            starts_on=date.fromisoformat(row[columns.STARTS_ON]),
        )


def _stock_way(people: list[list[Any]]) -> float:
    """Return the seconds of the stock dry run and the stock import of the same kind of rows."""
    headers = [
        columns.GRID_CODE, columns.GRID_NAME, columns.NAME, columns.ID_NUMBER, columns.SEX, columns.MOBILE,
        columns.POST, columns.STARTS_ON, columns.ENDS_ON, columns.BADGE_NO, columns.NOTE, "学历",
    ]  # fmt: skip
    with timed() as watch:
        for dry_run in (True, False):
            result = StockResource().import_data(Dataset(*map(tuple, people), headers=headers), dry_run=dry_run)
            if result.has_errors() or result.has_validation_errors():
                raise SystemExit("the stock way refuses the rows")
    if GridMember.objects.filter(name__in=[row[2] for row in people]).count() < len(people):
        raise SystemExit("the stock way wrote fewer rows")
    return watch.seconds
