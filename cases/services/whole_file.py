"""The whole file of one round of a matter as one: a PDF in the order of the file, or the documents in one folder."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.enums import PaperOrigin
from cases.models import AttachmentContent, Case, Paper
from cases.reports.paper_file import file_of_round
from cases.reports.papers import paper_label
from cases.services.attach import fingerprint_of
from cases.services.hand_out import NOT_WHAT_WAS_SENT, Tampered, made_content
from core import audit, locks
from core.audit import AuditAct
from core.errors import DomainError
from core.examination import FileKind, ending
from core.models import User
from core.papers.printing import NotPrinted, Part, packed, picture_page, to_pdf

PRINTERS: Final = 2  # PDFs in the making at the same time, in the whole house
SECONDS: Final = 40  # what one may take, well within what a transaction may lie idle


class NothingToPrint(DomainError):
    """There is no paper in the file."""

    code = "nothing_to_print"


def whole_file(case_id: int, *, as_pdf: bool, actor: User, now: datetime, round_number: int | None = None) -> bytes:
    """Return the papers of one round, the present one for None, as one PDF or one folder, once that is on record.

    Into the PDF go what was made here and what was filed as PDF or picture; the folder has every file as it is.
    Raises Case.DoesNotExist out of sight, NothingToPrint for an empty file, NotPrinted when the PDF cannot be made or
    too many are being made, Tampered for a content that was changed.
    """
    case = Case.objects.visible_to(actor).select_related("holder").get(pk=case_id)
    number = case.round if round_number is None else round_number
    lines = file_of_round(case, number)
    papers = [paper for line in lines for paper in line.standing if paper.origin != PaperOrigin.SEEN]
    if not papers:
        raise NothingToPrint(_("There is no paper in the file yet."))
    content = _printed(papers) if as_pdf else packed(list(map(_named, papers)))
    data = {"paper": "file", "round": number, "papers": [paper.pk for paper in papers]}
    audit.record(AuditAct.PRINTED if as_pdf else AuditAct.DOWNLOADED, actor=actor, subject=case, data=data, now=now)
    return content


def _printed(papers: list[Paper]) -> bytes:
    parts = list(_parts(papers))
    if not parts:
        raise NothingToPrint(_("Nothing in the file can be printed as a PDF. Download the documents."))
    return print_in_turn(parts)


def print_in_turn(parts: list[Part]) -> bytes:
    """Return documents as one PDF. Raises NotPrinted when it cannot be made or too many are being made."""
    if not any(locks.try_hold(f"printer {number}") for number in range(PRINTERS)):
        raise NotPrinted(_("Other files are being printed now. Try again in a minute, or download the documents."))
    return to_pdf(parts, seconds=SECONDS)


def _parts(papers: list[Paper]) -> Iterator[Part]:
    for paper in papers:
        if paper.attachment is None:
            yield Part(made_content(paper))
        elif paper.attachment.kind == FileKind.PDF:
            yield Part(_sent(paper), is_pdf=True)
        elif paper.attachment.is_picture:
            preview = AttachmentContent.objects.only("preview").get(pk=paper.attachment_id).preview
            yield Part(picture_page(bytes(preview or b"")))


def _named(paper: Paper) -> tuple[str, bytes]:
    label = paper_label(paper.kind)
    if paper.attachment is None:
        return f"{label}.{ending(FileKind.DOCX)}", made_content(paper)
    return f"{label}.{ending(FileKind(paper.attachment.kind))}", _sent(paper)


def _sent(paper: Paper) -> bytes:
    """Return the original that was filed; raise Tampered for one that is not what was sent."""
    content = bytes(AttachmentContent.objects.only("content").get(pk=paper.attachment_id).content)
    if paper.attachment is None or fingerprint_of(content) != paper.attachment.fingerprint:
        raise Tampered(NOT_WHAT_WAS_SENT)
    return content
