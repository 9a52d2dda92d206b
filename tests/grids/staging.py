"""Roster files as the checks leave them: rows staged, nothing compared yet. And what becomes of them."""

from datetime import date

from django.utils import timezone

from core.bulk import write_rows
from core.crypto import lookup_hash
from grids.enums import ImportState, RosterKind, RowOutcome
from grids.models import Assignment, Grid, GridMember, RosterImport, StagedGrid, StagedMember
from grids.rules.identity import ID_HASH, MOBILE_HASH
from grids.services.compare_import import compare_import
from grids.services.decide_import import ask_undo, confirm_import
from grids.services.undo_import import undo_import
from grids.services.write_import import write_import
from tests.grids.conftest import id_number

NOW = timezone.datetime.fromisoformat("2026-06-30T08:00:00+00:00")
STAGED = {RosterKind.MEMBERS: StagedMember, RosterKind.GRIDS: StagedGrid}
OUTCOMES = {RowOutcome.OK: "ok_rows", RowOutcome.WARNING: "warning_rows", RowOutcome.ERROR: "error_rows"}


def person(number, grid, **changes):
    """Return a row of a roster; ``id=…`` is another ID number and ``mobile=…`` another mobile."""
    card, mobile = changes.pop("id", id_number(number)), changes.pop("mobile", f"138{number:08}")
    told = {
        "name": f"样本·甲{number}",
        "id_number": card,
        "id_hash": lookup_hash(card, context=ID_HASH),
        "sex": "1",
        "mobile": mobile,
        "mobile_hash": mobile and lookup_hash(mobile, context=MOBILE_HASH),
        "badge_no": "",
        "note": "",
        "grid_id": grid.pk,
        "post": "part_time",
        "starts_on": date(2025, 1, 1),
        "ends_on": None,
        "struck": [],
        "redated": [],
    }
    return told | changes


def plot(village, number, **changes):
    """Return a row of a list of grids."""
    told = {"code": f"{village.code}{number:03}", "name": f"第{number}网格", "kind": "", "households": 300}
    return told | {"village_id": village.pk} | changes


def stage(actor, *rows, kind=RosterKind.MEMBERS, language="en"):
    """Stage ``rows``, numbered from 2, as one file of ``actor``."""
    given = [{"number": number, "outcome": "ok", "problems": []} | row for number, row in enumerate(rows, start=2)]
    counts = {name: sum(row["outcome"] == outcome for row in given) for outcome, name in OUTCOMES.items()}
    roster_import = RosterImport.objects.create(
        uploaded_by=actor,
        uploaded_at=NOW,
        kind=kind,
        file_name="roster.xlsx",
        file_size=1,
        file_hash="0" * 64,
        language=language,
        attempt=1,
        **counts,
    )
    columns = ("roster_import_id", *given[0])
    write_rows(STAGED[kind], columns, [(roster_import.pk, *row.values()) for row in given])
    return roster_import


def compared(actor, *rows, now=NOW, **options):
    """Return the file with ``rows`` as it is shown to whoever is to confirm it."""
    roster_import = compare_import(stage(actor, *rows, **options).pk, attempt=1, now=now)
    roster_import.state = ImportState.READY
    roster_import.save(update_fields=["state"])
    return roster_import


def confirmed(actor, *rows, only_good_rows=False, now=NOW, **options):
    """Return the file with ``rows`` as a worker has taken it up to write it."""
    roster_import = compared(actor, *rows, now=now, **options)
    confirm_import(roster_import.pk, only_good_rows=only_good_rows, actor=actor, now=now)
    RosterImport.objects.filter(pk=roster_import.pk).update(attempt=1)
    roster_import.refresh_from_db()
    return roster_import


def write(roster_import, now=NOW):
    """Write a file as the worker does that takes it up."""
    RosterImport.objects.filter(pk=roster_import.pk).update(attempt=1)
    return write_import(roster_import.pk, attempt=1, now=now)


def written(actor, *rows, now=NOW, **options):
    return write(confirmed(actor, *rows, now=now, **options))


def undone(roster_import, now=NOW):
    ask_undo(roster_import.pk, actor=roster_import.uploaded_by, now=now)
    RosterImport.objects.filter(pk=roster_import.pk).update(attempt=1)
    return undo_import(roster_import.pk, attempt=1, now=now)


def found(roster_import):
    """Return (row, code) of everything that is said of the rows of a file."""
    rows = STAGED[RosterKind(roster_import.kind)].objects.filter(roster_import=roster_import).order_by("number")
    return [(row.number, code) for row in rows for _, code, _ in row.problems]


def actions(roster_import):
    rows = STAGED[RosterKind(roster_import.kind)].objects.filter(roster_import=roster_import).order_by("number")
    return [row.action for row in rows]


def services():
    """Return who serves where, as what, from when until when."""
    rows = Assignment.objects.order_by("member__name", "starts_on", "grid__code")
    return [
        (row.member.name[-1], row.grid.code[-3:], row.post, str(row.starts_on), row.ends_on and str(row.ends_on))
        for row in rows.select_related("member", "grid")
    ]


def everything():
    """Return every row of the three tables as it is, ids and ciphertexts included."""
    return [sorted(model.objects.values_list()) for model in (Grid, GridMember, Assignment)]
