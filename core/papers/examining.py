"""Whether a template that somebody sent may be used: every fault at once, each with what to do about it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.confined.process import Limits, Program, run_child
from core.confined.refusal import Refused
from core.errors import InvalidFile
from core.examination import FileKind, check_size, examine
from core.papers.fields import Field

TEMPLATE_BYTES: Final = 2 * 1024**2
_READER: Final = Program("core.papers.child", "docxtpl")
_WITHIN: Final = Limits(seconds=20)
_FAULTS: Final[Mapping[str, str | Promise]] = {
    "code": gettext_lazy(
        "“%(what)s” is not a placeholder. A form holds {{ field }}, and {%%tr for row in table %%}, {{ row.column }}, "
        "{%%tr endfor %%} around rows that repeat, and nothing else. Take it out."
    ),
    "place": gettext_lazy(
        "A placeholder stands where none is filled: “%(what)s”. Placeholders belong into the text, the tables, the "
        "header, the footer or a footnote. Move it there."
    ),
    "open": gettext_lazy("“%(what)s” has no end. Put a row with {%%tr endfor %%} below the rows that repeat."),
    "broken": gettext_lazy(
        "The form cannot be filled: %(what)s. Look whether every {{ has its }}, and whether the rows with for and "
        "endfor stand in the same table as the rows between them."
    ),
    "unknown": gettext_lazy("There is no field “%(what)s” for this paper. Use one of the list, or take it out."),
    "missing": gettext_lazy("The paper must show “%(label)s”. Put {{ %(what)s }} where it is to stand."),
    "missing_rows": gettext_lazy(
        "The paper must show “%(label)s”. Put {%%tr for row in %(what)s %%} and {%%tr endfor %%} around a row."
    ),
}


def template_faults(data: bytes, *, name: str, fields: Sequence[Field]) -> list[str]:
    """Return what is wrong with a template for a paper of these fields, in the reader's words; nothing if it may serve.

    A file that is no document, or holds programs, files or addresses, has that one fault.
    """
    try:
        check_size(len(data), max_bytes=TEMPLATE_BYTES)
        kind = examine(data, name=name).kind
    except InvalidFile as refused:
        return [str(refused)]
    if kind != FileKind.DOCX:
        return [_("A form is a document in .docx. Save it as .docx and send that.")]
    try:
        said, _written = run_child(_READER, data, {}, within=_WITHIN)
    except Refused:
        said = {"faults": [("broken", "")]}
    return [str(_FAULTS[code]) % params for code, params in _found(said, fields)]


def _found(said: Mapping[str, Any], fields: Sequence[Field]) -> list[tuple[str, dict[str, Any]]]:
    """Return the faults by code, from what the child read and what the fields are."""
    known = {field.key for field in fields}
    cells = {f"{field.key}.{column.key}" for field in fields for column in field.columns}
    used, used_cells = set(said.get("fields", ())), set(said.get("cells", ()))
    found = [(code, {"what": what or _("it is damaged")}) for code, what in said["faults"]]
    found += [("unknown", {"what": what}) for what in sorted(used - known) + sorted(used_cells - cells)]
    if not said["faults"]:
        missing = [field for field in fields if field.is_required and field.key not in used]
        found += [
            ("missing_rows" if field.columns else "missing", {"what": field.key, "label": field.label})
            for field in missing
        ]
    return found
