"""The file of a matter as it stands: of each kind what there is, what is missing, and by which form it is made."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from cases.models import Case, Paper, PaperTemplate, PaperTemplateContent
from cases.reports.papers import KINDS, Need, PaperKind
from centers.enums import Level
from centers.models import Center
from core.papers.fields import Value
from core.papers.filling import empty_fields
from core.papers.layout import compose

NUMBER: Final = "number"
UNNUMBERED: Final = "—"  # stands where the number will be, until one is taken
VIEW_FORMS: Final = "cases.view_papertemplate"
CHANGE_FORMS: Final = "cases.change_papertemplate"


@dataclass(frozen=True, slots=True)
class FileLine:
    """One kind of paper in the file of a matter: the papers that stand, the newest first, and the fields it lacks."""

    kind: PaperKind
    need: Need
    papers: Sequence[Paper]
    lacks: Sequence[str] = ()

    @property
    def is_must(self) -> bool:
        return self.need is Need.MUST

    @property
    def is_missing(self) -> bool:
        """Whether the matter cannot be closed for want of it."""
        return self.is_must and not self.papers

    @property
    def is_made(self) -> bool:
        """Whether papers of this kind are made here, from a form."""
        return self.kind.layout is not None

    @property
    def older(self) -> Sequence[Paper]:
        """What a newer version has taken the place of: of what comes from outside, each stands for itself."""
        return self.papers[1:] if self.is_made else ()

    @property
    def standing(self) -> Sequence[Paper]:
        """What goes into the file as it is printed."""
        return self.papers[:1] if self.is_made else self.papers


def file_of(case: Case, *, today: date) -> list[FileLine]:
    """Return the file of a matter in its order: every kind that it must or may hold, or that it holds all the same.

    ``lacks`` names, for a kind that is made here, the fields that are still empty.
    """
    papers = _papers_of(case)
    lines = []
    for kind in KINDS.values():
        need = kind.need(case)
        if need is not Need.NONE or papers[kind.key]:
            lacks = lacking(kind, case, today=today) if need is not Need.NONE else []
            lines.append(FileLine(kind, need, papers[kind.key], lacks))
    return lines


def missing_papers(case: Case) -> list[PaperKind]:
    """Return the kinds that a matter must have as it stands, and has not."""
    there = set(Paper.objects.kept().filter(case=case).values_list("kind", flat=True))
    return [kind for kind in KINDS.values() if kind.key not in there and kind.need(case) is Need.MUST]


def values_of(kind: PaperKind, case: Case, *, number: str, today: date) -> Mapping[str, Value]:
    """Return what stands in the blanks of a paper; its number too, where the kind has a series."""
    given = kind.values(case, today) if kind.values else {}
    return {**given, NUMBER: number} if kind.series else given


def lacking(kind: PaperKind, case: Case, *, today: date) -> list[str]:
    """Return the names of the fields that a paper of this kind must show, and that are still empty."""
    if kind.layout is None:
        return []
    return [
        str(field.label) for field in empty_fields(values_of(kind, case, number=UNNUMBERED, today=today), kind.fields)
    ]


def forms_in_force(center_ids: Sequence[int]) -> dict[str, PaperTemplate]:
    """Return by kind the form that holds under these centers, given from the top down: the nearest one's.

    A center whose newest version is withdrawn has none of its own. No form means the product's own layout.
    """
    rows = PaperTemplate.objects.filter(center__in=center_ids).newest().select_related("center", "put_to_use_by")
    by_depth = sorted(rows, key=lambda row: center_ids.index(row.center_id))
    return {row.kind: row for row in by_depth if row.withdrawn_at is None}


def form_for(kind: PaperKind, case: Case) -> PaperTemplate | None:
    """Return the form by which a matter's papers of this kind are made, None for the product's own."""
    return forms_in_force(case.center_ids(Level(case.holder.level))).get(kind.key)


def centers_over(center: Center) -> list[int]:
    """Return ``center`` and those above it, from the top down."""
    return list(Center.objects.above(center).order_by("path").values_list("pk", flat=True))


def document_of(kind: PaperKind, template: PaperTemplate | None) -> bytes:
    """Return the document of a form, with its placeholders: an office's, or the product's own."""
    if template is None:
        return own_form(kind.key)
    return bytes(PaperTemplateContent.objects.get(pk=template.pk).content)


@cache
def own_form(key: str) -> bytes:
    """Return the product's own form of a kind; composing it takes longer than filling it."""
    layout = KINDS[key].layout
    if layout is None:
        raise KeyError(key)
    return compose(layout)


def _papers_of(case: Case) -> Mapping[str, list[Paper]]:
    found: dict[str, list[Paper]] = defaultdict(list)
    papers = Paper.objects.kept().filter(case=case).select_related("attachment", "made_by", "template")
    for paper in papers.order_by("kind", "-version"):
        found[paper.kind].append(paper)
    return found
