"""Reading a file that was uploaded: from its bytes to staged rows, each checked and compared with the system."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from core import clock
from core.bulk import without_collector, write_columns
from core.crypto import lookup_hasher
from core.errors import InvalidFile
from core.tables import Table, read_table
from grids.enums import ImportPhase, ImportState, RosterKind, RowAction, RowOutcome
from grids.models import RosterFile, RosterImport, StagedGrid, StagedMember
from grids.reports import drawable_villages, rosterable_grids
from grids.rules.checks import GridCheck, MemberCheck
from grids.rules.columns import LAYOUTS, check_columns, unknown_columns
from grids.rules.identity import ID_HASH, MOBILE_HASH
from grids.rules.problems import WARNINGS
from grids.rules.reading import CheckedRows, RowCheck
from grids.services.compare_import import compare_import
from grids.services.staging import STAGED
from grids.services.take_up import Work

BLOCK: Final = 5000
_MEMBER: Final = (
    "number", "outcome", "action", "problems", "name", "id_number", "sex", "mobile", "badge_no", "note", "grid_id",
    "post", "starts_on", "ends_on",
)  # fmt: skip
_GRID: Final = ("number", "outcome", "action", "problems", "code", "name", "kind", "households", "village_id")


def read_roster(work: Work) -> Iterator[int]:
    """Read, check, stage and compare a file; yield how many rows each block had. Its state is READY at the end.

    What an earlier attempt has staged is dropped first. Raises InvalidFile for a file that is no roster, and Overtaken.
    """
    roster_import = RosterImport.objects.select_related("uploaded_by").get(pk=work.import_id)
    kind = RosterKind(roster_import.kind)
    staged = STAGED[kind]
    staged.objects.filter(roster_import=roster_import).delete()
    work.tell(ImportPhase.READING)
    table = read_file(roster_import)
    check = _row_check(table, roster_import)
    done = 0
    for rows in table.blocks(BLOCK):
        work.tell(ImportPhase.CHECKING, done=done, total=table.filled_rows)
        with translation.override(work.language), without_collector():
            checked = check.check(rows)
            _stage(checked, roster_import)
        done += len(rows)
        yield len(rows)
    work.tell(ImportPhase.COMPARING, done=done, total=done)
    RosterImport.objects.filter(pk=work.import_id).update(sheet=_told_of(table, kind), blank_rows=table.blank_rows)
    compare_import(work.import_id, attempt=work.attempt, now=clock.now())
    work.end(ImportState.READY, phase=_next_phase(staged, work.import_id))


def read_file(roster_import: RosterImport) -> Table:
    """Return the table in the file. Raises InvalidFile, in the language of whoever uploaded it."""
    layout = LAYOUTS[RosterKind(roster_import.kind)]
    with translation.override(roster_import.language):
        table = read_table(
            bytes(RosterFile.objects.get(pk=roster_import.pk).content),
            wanted=layout.headers,
            max_bytes=settings.ROSTER_MAX_BYTES,
            max_rows=settings.ROSTER_MAX_ROWS,
        )
        check_columns(table.columns, layout)
        if not table.filled_rows:
            raise InvalidFile(
                _("There is no row below the headers. Fill in the table and upload it again."), code="no_rows"
            )
    return table


def _row_check(table: Table, roster_import: RosterImport) -> RowCheck:
    kind, user = RosterKind(roster_import.kind), roster_import.uploaded_by
    if kind is RosterKind.GRIDS:
        return GridCheck(table.columns, villages=drawable_villages(user))
    return MemberCheck(table.columns, grids=rosterable_grids(user), today=clock.today())


def _stage(checked: CheckedRows, roster_import: RosterImport) -> None:
    """Write the rows of a block as they were read; an empty cell is an empty text or None.

    What may be written is taken for new; the comparison then changes only the rows of which the system knows.
    """
    count = len(checked.numbers)
    values = checked.values | _said_of(checked)
    names = _MEMBER if roster_import.kind == RosterKind.MEMBERS else _GRID
    model = STAGED[RosterKind(roster_import.kind)]
    texts = {field.attname for field in model._meta.concrete_fields if not field.null}  # noqa: SLF001 - documented
    told: dict[str, Iterable[Any]] = {"roster_import_id": repeat(roster_import.pk, count)}
    told |= {name: _without_none(values[name]) if name in texts else values[name] for name in names}
    if roster_import.kind == RosterKind.MEMBERS:
        told["id_hash"] = _hashed(values["id_number"], ID_HASH)
        told["mobile_hash"] = _hashed(values["mobile"], MOBILE_HASH)
        told["begins"] = [action == RowAction.NEW for action in values["action"]]
    write_columns(model, told, count=count)


def _said_of(checked: CheckedRows) -> dict[str, list[Any]]:
    """Return the columns that tell what is wrong with each row, and what it would do for all that the file says."""
    count = len(checked.numbers)
    outcomes, actions = [RowOutcome.OK] * count, [RowAction.NEW] * count
    problems: list[list[list[str]]] = [[]] * count
    for index, said in checked.problems.items():
        outcomes[index] = RowOutcome.ERROR if checked.is_wrong(index) else RowOutcome.WARNING
        actions[index] = RowAction.NOTHING if any(problem.code not in WARNINGS for problem in said) else RowAction.NEW
        problems[index] = [problem.as_list() for problem in said]
    return {"number": checked.numbers, "outcome": outcomes, "action": actions, "problems": problems}


def _hashed(values: Sequence[str | None], context: str) -> Iterator[str]:
    hash_one = lookup_hasher(context)
    return (hash_one(value) if value else "" for value in values)


def _without_none(values: Sequence[Any]) -> Sequence[Any]:
    return ["" if value is None else value for value in values] if None in values else values


def _next_phase(staged: type[StagedMember] | type[StagedGrid], import_id: int) -> str:
    has_problems = staged.objects.filter(roster_import_id=import_id).exclude(problems=[]).exists()
    return ImportPhase.MARKING if has_problems else ""


def _told_of(table: Table, kind: RosterKind) -> dict[str, Any]:
    """Return what people are told of the sheet that was read, and of what was not."""
    return {
        "name": table.sheet,
        "header_row": table.header_row,
        "hidden_rows": len(table.hidden_rows),
        "unknown_columns": unknown_columns(table.columns, LAYOUTS[kind]),
        "other_sheets": [other.name for other in table.other_sheets if other.is_alike],
    }
