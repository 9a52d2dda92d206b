"""The file of a round of a matter as it stands: of each kind what there is, what lacks, by which form it is made."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Final

from cases.models import ArchivedFile, Case, Paper, PaperTemplate, PaperTemplateContent
from cases.reports.holdings import rows_of
from cases.reports.papers import KINDS, Need, PaperKind, Record, kinds_of
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
    """One kind of paper in the file of a matter, or what it holds about one record: the papers, the newest first.

    ``is_open``: papers are still taken into it; ``lacks`` are the fields that are empty as yet.
    """

    kind: PaperKind
    need: Need
    papers: Sequence[Paper]
    record: Record | None = None
    is_open: bool = False
    lacks: Sequence[str] = ()

    @property
    def label(self) -> str:
        return label_of(self.kind, self.record)

    @property
    def subject(self) -> str:
        return self.record.key if self.record else ""

    @property
    def anchor(self) -> str:
        """Where the line stands on its page."""
        return f"paper-{self.kind.key}-{self.subject}".removesuffix("-")

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
    def is_ready(self) -> bool:
        """Whether it is made here and nothing is empty that it must show."""
        return self.is_open and self.is_made and not self.lacks

    @property
    def is_blank(self) -> bool:
        """Whether there is no record yet that it could tell of: what is made then is filled in by hand."""
        return self.kind.records is not None and self.record is None

    @property
    def older(self) -> Sequence[Paper]:
        """What a newer version has taken the place of: of what comes from outside, each stands for itself."""
        return self.papers[1:] if self.is_made else ()

    @property
    def standing(self) -> Sequence[Paper]:
        """What goes into the file as it is printed."""
        return self.papers[:1] if self.is_made else self.papers


@dataclass(frozen=True, slots=True)
class PastRound:
    """The file of a round before the present one, and where it went."""

    number: int
    lines: Sequence[FileLine]
    archived: ArchivedFile | None


def file_of(case: Case, *, today: date) -> list[FileLine]:
    """Return the file of the present round in its order: every kind that it must or may hold, or holds all the same.

    ``lacks`` names, for a kind that is made here, the fields that are still empty.
    """
    lines = []
    for line in _lines(case):
        is_open = line.need is not Need.NONE and (case.closed_at is None or line.kind.comes_later)
        lacks = lacking(line.kind, case, record=line.record, today=today) if is_open else []
        lines.append(replace(line, is_open=is_open, lacks=lacks))
    return lines


def file_of_round(case: Case, number: int) -> list[FileLine]:
    """Return what the file of one round holds, in its order; what it was to hold besides is no longer asked."""
    papers, lines = _papers_of(case, number), []
    for kind in kinds_of(case):
        of_kind = papers.get(kind.key, {})
        records = {record.key: record for record in records_of(kind, case, number)} if of_kind else {}
        about = [*(key for key in records if key in of_kind), *(key for key in of_kind if key not in records)]
        lines += [FileLine(kind, Need.NONE, of_kind[key], records.get(key)) for key in about]
    return lines


def past_rounds(case: Case) -> list[PastRound]:
    """Return the files of the rounds before the present one, the last one first."""
    if case.round == 1:
        return []
    archived = {row.round: row for row in case.archived_files.select_related("archived_by")}
    numbers = range(case.round - 1, 0, -1)
    return [PastRound(number, file_of_round(case, number), archived.get(number)) for number in numbers]


def missing_papers(case: Case) -> list[FileLine]:
    """Return the lines of the file of the present round that must hold a paper as it stands, and hold none."""
    return [line for line in _lines(case) if line.is_missing]


def records_of(kind: PaperKind, case: Case, number: int) -> Sequence[Record]:
    """Return what a round of a matter owes a paper of this kind about, each its own."""
    return kind.records.of(case, number) if kind.records else ()


def takes_papers(case: Case, kind: PaperKind | None = None) -> bool:
    """Return whether a paper of this kind, of any for None, may still come into the file of a matter.

    A closed one takes what the law has come later alone.
    """
    if case.closed_at is None:
        return True
    later = [one for one in kinds_of(case) if one.comes_later and (kind is None or kind is one)]
    return any(one.need(case) is not Need.NONE for one in later)


def label_of(kind: PaperKind, record: Record | None) -> str:
    """Return what people call a paper, and which of several it is."""
    return f"{kind.label}（{record.label}）" if record else str(kind.label)


def values_of(kind: PaperKind, case: Case, *, record: Record | None, number: str, today: date) -> Mapping[str, Value]:
    """Return what stands in the blanks of a paper; its number too, where the kind has a series."""
    if record and kind.records:
        given = kind.records.values(case, today, record)
    else:
        given = kind.values(case, today) if kind.values else {}
    return {**given, NUMBER: number} if kind.series else given


def lacking(kind: PaperKind, case: Case, *, record: Record | None, today: date) -> list[str]:
    """Return the names of the fields that a paper of this kind must show, and that are still empty."""
    if kind.layout is None:
        return []
    values = values_of(kind, case, record=record, number=UNNUMBERED, today=today)
    return [str(field.label) for field in empty_fields(values, kind.fields)]


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


def _lines(case: Case) -> Iterator[FileLine]:
    papers = _papers_of(case, case.round)
    for kind in kinds_of(case):
        of_kind = papers.get(kind.key, {})
        records = records_of(kind, case, case.round)
        for record in records:
            yield FileLine(kind, record.need, of_kind.pop(record.key, []), record)
        need = Need.NONE if records else kind.need(case)
        others = [paper for found in of_kind.values() for paper in found]
        if need is not Need.NONE or others:
            yield FileLine(kind, need, others)


def _papers_of(case: Case, number: int) -> Mapping[str, dict[str, list[Paper]]]:
    """Return the papers of one round of a matter by kind and by what they are about, the newest first."""
    found: dict[str, dict[str, list[Paper]]] = defaultdict(lambda: defaultdict(list))
    papers = Paper.objects.kept().of_round(number).filter(case=case).select_related("attachment", "made_by", "template")
    for paper in rows_of(case, papers).order_by("kind", "-made_at", "-version"):
        found[paper.kind][paper.subject].append(paper)
    return found
