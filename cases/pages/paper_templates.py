"""What the pages of the forms show: which holds at a place for each kind of paper, and what may stand in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse

from cases.models import PaperTemplate
from cases.reports.paper_file import VIEW_FORMS, centers_over, forms_in_force
from cases.reports.papers import KINDS, PaperKind
from centers.models import Center
from centers.reports import centers_in_scope
from core.models import User
from core.papers.fields import Field

LIST: Final = "admin:cases_papertemplate_changelist"
ADD: Final = "admin:cases_papertemplate_add"
DOCUMENT: Final = "admin:cases_papertemplate_document"


@dataclass(frozen=True, slots=True)
class KindLine:
    """One kind of paper at a place, and the form by which it is made there, none for the product's own."""

    kind: PaperKind
    template: PaperTemplate | None
    place: Center

    @property
    def procedure(self) -> str:
        return str(self.kind.procedure.label) if self.kind.procedure else ""

    @property
    def is_own(self) -> bool:
        return self.template is not None and self.template.center_id == self.place.pk

    @property
    def url(self) -> str:
        return page_url(LIST, self.kind, self.place)

    @property
    def document_url(self) -> str:
        query = {"version": self.template.pk} if self.template else {"kind": self.kind.key}
        return f"{reverse(DOCUMENT)}?{urlencode(query)}"


def page_url(name: str, kind: PaperKind, place: Center) -> str:
    """Return the address of the page of one kind at a place."""
    return f"{reverse(name)}?{urlencode({'kind': kind.key, 'place': place.pk})}"


def places_of(user: User) -> list[Center]:
    """Return the centers whose forms the user may look at, from the top down."""
    return list(centers_in_scope(user, VIEW_FORMS).current().order_by("path"))


def kinds_context(place: Center, places: Sequence[Center]) -> dict[str, Any]:
    """Return what the list of kinds shows, in the order of the file."""
    return {"place": place, "places": places, "lines": _lines(place)}


def kind_context(kind: PaperKind, place: Center) -> dict[str, Any]:
    """Return what the page of one kind shows: the form in force, the fields there are, and the place's versions."""
    line = next(line for line in _lines(place) if line.kind is kind)
    versions = PaperTemplate.objects.filter(center=place, kind=kind.key).select_related("put_to_use_by", "withdrawn_by")
    return {
        "title": str(kind.label),
        "line": line,
        "place": place,
        "fields": [(field, _placeholder(field)) for field in kind.fields],
        "versions": [(row, f"{reverse(DOCUMENT)}?version={row.pk}") for row in versions.order_by("-version")],
        "add_url": page_url(ADD, kind, place),
        "list_url": f"{reverse(LIST)}?place={place.pk}",
    }


def _lines(place: Center) -> list[KindLine]:
    held = forms_in_force(centers_over(place))
    return [KindLine(kind, held.get(kind.key), place) for kind in KINDS.values() if kind.layout is not None]


def _placeholder(field: Field) -> list[str]:
    """Return what to copy: one placeholder, or for a table the three rows that make it repeat."""
    if not field.columns:
        return [f"{{{{ {field.key} }}}}"]
    cells = "  ".join(f"{{{{ row.{column.key} }}}}" for column in field.columns)
    return [f"{{%tr for row in {field.key} %}}", cells, "{%tr endfor %}"]
