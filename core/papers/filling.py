"""Filling a form: plain values into the blanks of a template that was examined, or that came with the product."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.translation import gettext_lazy as _
from jinja2 import TemplateError
from lxml import etree

from core.errors import DomainError
from core.papers.fields import Field, Row, Value
from core.papers.reading import fill

# What XML cannot hold, and the two characters that docxtpl takes for a new paragraph and a new page.
_UNSEEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class PaperIncomplete(DomainError):
    """A field that the paper must show is empty."""

    code = "paper_incomplete"


class TemplateUnfit(DomainError):
    """A template asks for what its paper does not have, or cannot be filled."""

    code = "template_unfit"


def fill_paper(template: bytes, values: Mapping[str, Value], *, fields: Sequence[Field]) -> bytes:
    """Return a template, filled with ``values``, as a document.

    Raises PaperIncomplete when a required field is empty, naming all such fields, and TemplateUnfit for a template
    that asks for anything else than the fields.
    """
    empty = empty_fields(values, fields)
    if empty:
        names = "、".join(str(field.label) for field in empty)
        raise PaperIncomplete(_("The paper cannot be made yet. Fill in first: %(missing)s."), missing=names)
    plain = {field.key: _plain(values.get(field.key, [] if field.columns else ""), field) for field in fields}
    try:
        return fill(template, plain)
    except (ValueError, KeyError, TemplateError, etree.XMLSyntaxError) as error:
        raise TemplateUnfit(_("The form does not fit this paper. Put another version to use.")) from error


def empty_fields(values: Mapping[str, Value], fields: Sequence[Field]) -> list[Field]:
    """Return the fields that a paper must show and that nothing stands in."""
    return [field for field in fields if field.is_required and _is_empty(values.get(field.key, ""))]


def _is_empty(value: Value) -> bool:
    return not (value.strip() if isinstance(value, str) else value or value == 0)


def _plain(value: Value, field: Field) -> str | list[dict[str, str]]:
    if isinstance(value, str | int):
        return _text(value)
    return [_row(row, field) for row in value]


def _row(row: Row, field: Field) -> dict[str, str]:
    return {column.key: _text(row.get(column.key, "")) for column in field.columns}


def _text(value: str | int) -> str:
    r"""Return a value as text that a document can hold.

    >>> _text("一\x07二")
    '一二'
    """
    return _UNSEEN.sub("", str(value).replace("\r\n", "\n"))
