"""Papers for tests, and kinds of them: one that must be made, one that may be seen, one that comes from outside."""

import io

from docx import Document

from cases.enums import Stage
from cases.models import Case, Paper, PaperContent
from cases.reports.paper_file import missing_papers, own_form
from cases.reports.papers import KINDS, Need, PaperKind, register_kinds
from cases.services.papers import fingerprint_of
from core.papers.fields import Field
from core.papers.layout import Grid, Layout

FIELDS = (
    Field("number", "编号", "(2026)示例字第0001号"),
    Field("matter", "事由", "漏水"),
    Field("handler", "承办人", "样本"),
    Field("on", "日期", "2026年1月1日", is_required=False),
)
LAYOUT = Layout("受理登记表", [Grid([["编号", "{{ number }}"], ["事由", "{{ matter }}"], ["承办", "{{ handler }}"]])])


def _values(case, today):
    return {"matter": case.title, "handler": case.handler.full_name if case.handler else "", "on": today.isoformat()}


def _once_triaged(case):
    return Need.NONE if case.stage == Stage.REGISTERED else Need.MUST


SAMPLES = (
    PaperKind("sample_form", "受理登记表", lambda _case: Need.MUST, FIELDS, LAYOUT, _values, series="示例字"),
    PaperKind("sample_identity", "身份证明", _once_triaged, may_be_seen=True),
    PaperKind("sample_evidence", "证据材料", lambda _case: Need.MAY),
)


def only(kinds):
    """Let these be the kinds there are; afterwards the house has its own again."""
    before = dict(KINDS)
    KINDS.clear()
    own_form.cache_clear()
    register_kinds(kinds)
    yield
    KINDS.clear()
    KINDS.update(before)
    own_form.cache_clear()


def papered(case, *, by, now, content=b"sample", **changes):
    """Write something as a paper that was made."""
    told = {
        "kind": "sample",
        "round": case.round,
        "version": 1,
        "origin": "made",
        "fingerprint": fingerprint_of(content),
    } | changes
    paper = case.papers.create(**told, made_by=by, made_at=now)
    PaperContent.objects.create(paper=paper, content=content)
    return paper


def with_papers(case):
    """Write whatever the file of a matter still lacks as made, whoever made it, and return the matter."""
    fresh = Case.objects.get(pk=case.pk)
    lines = missing_papers(fresh)
    told = {
        "case": case,
        "round": fresh.round,
        "version": 1,
        "origin": "made",
        "fingerprint": fingerprint_of(b"sample"),
    }
    by = {"made_by": case.registered_by, "made_at": case.received_at}
    papers = Paper.objects.bulk_create(Paper(kind=line.kind.key, subject=line.subject, **told, **by) for line in lines)
    PaperContent.objects.bulk_create(PaperContent(paper=paper, content=b"sample") for paper in papers)
    return case


def text_of(document: bytes) -> str:
    """Return all that a document says, in its paragraphs and in its tables."""
    read = Document(io.BytesIO(document))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in read.paragraphs), *cells])


def told_by(values, kind):
    """Yield each text that the values hold for the fields of a kind of paper."""
    for field in kind.fields:
        keys = {column.key for column in field.columns} or {""}
        value = values.get(field.key, "")
        rows = value if field.columns else [{"": value}]
        yield from (str(row[key]).replace("\r\n", "\n") for row in rows for key in row if key in keys)
