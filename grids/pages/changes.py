"""What each row of a roster file changes: as it is and as it would be; once it is written, as it was and became."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Self

from django.db.models import Model
from django.utils.translation import gettext as _

from core.crypto import EncryptedTextField
from core.history import RowChange
from core.masking import mask_mobile
from grids.enums import GridKind, GridPost, Sex
from grids.models import Assignment, Grid, GridMember, StagedGrid, StagedMember
from grids.pages.rows import ShownRow, Staged, term_of
from grids.rules import columns

Show = Callable[[Any], str]
_MEMBER_FIELDS: Final[Mapping[str, tuple[str, Show]]] = {
    "name": (columns.NAME, str),
    "sex": (columns.SEX, lambda value: str(Sex(value).label)),
    "mobile": (columns.MOBILE, mask_mobile),
    "badge_no": (columns.BADGE_NO, str),
    "note": (columns.NOTE, str),
}
_GRID_FIELDS: Final[Mapping[str, tuple[str, Show]]] = {
    "name": (columns.GRID_NAME, str),
    "kind": (columns.GRID_KIND, lambda value: str(GridKind(value).label)),
    "households": (columns.HOUSEHOLDS, str),
}


@dataclass(frozen=True, slots=True)
class Before:
    """What rows of the system say, or said, before a file changes them, by primary key."""

    owners: Mapping[int, GridMember | Grid] = field(default_factory=dict)
    services: Mapping[int, Assignment] = field(default_factory=dict)

    @classmethod
    def now(cls, rows: Sequence[Staged]) -> Self:
        """Return what is there: of a file that is not written yet."""
        owners = [row.member if isinstance(row, StagedMember) else row.grid for row in rows]
        services = Assignment.objects.select_related("grid").in_bulk(_touched(rows))
        return cls({owner.pk: owner for owner in owners if owner}, services)

    @classmethod
    def recorded(cls, rows: Sequence[Staged], occasion: str) -> Self:
        """Return what the history kept when the file was written; the services with the grids of today."""
        members = [row.member_id for row in rows if isinstance(row, StagedMember)]
        grids = [row.grid_id for row in rows if isinstance(row, StagedGrid)]
        services: Mapping[int, Assignment] = _recorded(Assignment, _touched(rows), occasion)
        places = Grid.objects.in_bulk({service.grid_id for service in services.values()})
        for service in services.values():
            service.grid = places.get(service.grid_id) or Grid(name="—")
        if grids:
            return cls(_recorded(Grid, grids, occasion), services)
        return cls(_recorded(GridMember, members, occasion), services)


def shown_changes(rows: Sequence[Staged], *, written_on: str) -> list[ShownRow]:
    """Return rows with each thing that changes; ``written_on`` is the occasion of a file that has been written."""
    before = Before.recorded(rows, written_on) if written_on else Before.now(rows)
    return [ShownRow(row.number, (row.name,), tuple(_changes(row, before))) for row in rows]


def _recorded(model: type[Model], ids: Sequence[int | None], occasion: str) -> dict[int, Any]:
    """Return rows of ``model`` as they were before they were changed or removed on ``occasion``, in one query."""
    meta = model._meta  # noqa: SLF001 - the documented Meta API
    told = RowChange.objects.filter(
        table_name=meta.db_table, row_id__in=[pk for pk in ids if pk], occasion=occasion, before__isnull=False
    )
    earliest = {change.row_id: change.before or {} for change in told.order_by("-pk")}
    return {pk: _row(model, before) for pk, before in earliest.items()}


def _row(model: type[Model], before: Mapping[str, Any]) -> Any:
    """Return a row from what the history says of it: days as days, personal data readable."""
    values = {}
    for column in model._meta.concrete_fields:  # noqa: SLF001 - the documented Meta API
        value = column.to_python(before[str(column.column)])
        values[column.attname] = column.from_db_value(value) if isinstance(column, EncryptedTextField) else value
    return model(**values)


def _touched(rows: Sequence[Staged]) -> list[int]:
    members = [row for row in rows if isinstance(row, StagedMember)]
    return [pk for row in members for pk in (*row.struck, *(pk for pk, _starts_on, _ends_on in row.redated))]


def _changes(row: Staged, before: Before) -> Iterator[str]:
    if isinstance(row, StagedGrid):
        yield from _differing(_GRID_FIELDS, before.owners.get(row.grid_id or 0), row)
        return
    yield from _differing(_MEMBER_FIELDS, before.owners.get(row.member_id or 0), row)
    for pk in row.struck:
        if pk in before.services:
            yield _change(_("service"), _service(before.services[pk]), _("struck out"))
    for pk, starts_on, ends_on in row.redated:
        if pk in before.services:
            becomes = term_of(date.fromisoformat(starts_on), date.fromisoformat(ends_on) if ends_on else None)
            yield _change(_("service"), _service(before.services[pk]), becomes)
    if row.begins and row.grid and row.starts_on:
        post = GridPost(row.post).label
        yield _change(_("service"), "", f"{row.grid.name} · {post} · {term_of(row.starts_on, row.ends_on)}")


def _differing(fields: Mapping[str, tuple[str, Show]], known: Grid | GridMember | None, told: Staged) -> Iterator[str]:
    """Yield the fields that the row tells otherwise; an empty cell tells nothing."""
    for name, (column, show) in fields.items() if known else ():
        before, after = getattr(known, name, None), getattr(told, name)
        if after not in {"", None} and after != before:
            yield _change(column, show(before) if before else "", show(after))


def _service(service: Assignment) -> str:
    return f"{service.grid.name} · {service.get_post_display()} · {term_of(service.starts_on, service.ends_on)}"


def _change(what: str, before: str, after: str) -> str:
    return f"{what}：{before or '—'} → {after}"
