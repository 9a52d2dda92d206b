"""What may stand in the blanks of a paper: the fields of a form, and their values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

Cell = str | int
Row = Mapping[str, Cell]
Value = Cell | Sequence[Row]


@dataclass(frozen=True, slots=True)
class Field:
    """One blank of a form: the name of its placeholder, what people call it, and what stands in it for show.

    A field with ``columns`` is a table, whose rows repeat. Dates and amounts arrive as they are to be read.
    """

    key: str
    label: str | Promise
    sample: str
    is_required: bool = True
    columns: tuple["Field", ...] = ()


def sample_values(fields: Sequence[Field]) -> dict[str, Value]:
    """Return values for a preview: what each field says for show, and of a table two rows."""
    return {field.key: _sample(field) for field in fields}


def _sample(field: Field) -> Value:
    if not field.columns:
        return field.sample
    return [{column.key: column.sample for column in field.columns}] * 2
