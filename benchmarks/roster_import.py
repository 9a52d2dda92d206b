"""A large roster file from upload to the last row written, against the stock way and against the bare minimum."""

import io
from collections.abc import Iterable
from datetime import date
from itertools import islice
from typing import Any, Final, LiteralString

import psycopg
from import_export.fields import Field
from import_export.resources import ModelResource
from python_calamine import CalamineWorkbook
from tablib import Dataset

from benchmarks.city import as_owner
from benchmarks.common import Figures, timed
from benchmarks.rosters import build_county, import_file, roster_rows, workbook
from core.crypto import lookup_hash
from grids.enums import GridPost, ImportState
from grids.models import Assignment, Grid, GridMember
from grids.rules import columns
from grids.rules.columns import SEXES
from grids.rules.identity import ID_HASH, MOBILE_HASH, sex_of

ROWS = 100_000
SAMPLE = 5_000

_BARE_TABLES: Final = """
CREATE SCHEMA bare;
CREATE TABLE bare.grid (LIKE grids_grid INCLUDING ALL);
CREATE TABLE bare.member (LIKE grids_gridmember INCLUDING ALL);
CREATE TABLE bare.assignment (
    LIKE grids_assignment INCLUDING ALL,
    FOREIGN KEY (grid_id) REFERENCES bare.grid DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (member_id) REFERENCES bare.member DEFERRABLE INITIALLY DEFERRED
);
"""


def run() -> Figures:
    return measure(ROWS, sample=SAMPLE)


def measure(rows: int, *, sample: int) -> Figures:
    """Import ``rows`` new people by a file, and ``sample`` others the stock way; compare the time of a row."""
    manager, grids = build_county(rows + sample)
    content = workbook(islice(roster_rows(rows + sample, grids), rows))
    measured = import_file(content, manager)
    if (measured.roster_import.state, GridMember.objects.count()) != (ImportState.WRITTEN, rows):
        raise SystemExit(f"the file was not written: {measured.roster_import.state} {measured.roster_import.failure}")
    limit = _limit(content, islice(roster_rows(rows + sample, grids), rows))
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


def _limit(content: bytes, people: Iterable[list[Any]]) -> float:
    """Return the seconds that any import must take at the least: calamine reads the file, COPY writes its rows.

    The rows go, in plain text as the file has them, into tables of their own with the columns, indexes and foreign
    keys of the real ones, logged and committed as those are. Nothing is checked, encrypted, hashed or compared, and no
    history is kept.
    """
    with timed() as parsing:
        for _row in CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).iter_rows():
            pass
    grids = {grid.code: grid for grid in Grid.objects.all()}
    members, services = [], []
    for pk, row in enumerate(people, start=1):
        code, _, name, id_number, sex, mobile, _, starts_on, ends_on, badge_no, note, _ = row
        members.append((pk, name, id_number, id_number, SEXES[sex], mobile, mobile, badge_no, note))
        services.append((grids[code].pk, pk, GridPost.PART_TIME.value, starts_on, ends_on))
    with as_owner() as session, session.cursor() as cursor:
        cursor.execute(_BARE_TABLES)
        _copy(cursor, "grid (id, code, name, kind, is_active, village_id)", map(_plain, grids.values()))
        with timed() as copying, session.transaction():
            _copy(cursor, "member (id, name, id_number, id_hash, sex, mobile, mobile_hash, badge_no, note)", members)
            _copy(cursor, "assignment (grid_id, member_id, post, starts_on, ends_on)", services)
        cursor.execute("DROP SCHEMA bare CASCADE")
    return parsing.seconds + copying.seconds


def _plain(grid: Grid) -> tuple[Any, ...]:
    return grid.pk, grid.code, grid.name, grid.kind, grid.is_active, grid.village_id


def _copy(cursor: psycopg.Cursor, table: LiteralString, rows: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY bare.{table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


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
