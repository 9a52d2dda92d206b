"""Handing out what stands in an attachment: on record first, then the bytes."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.models import Attachment, AttachmentContent, Paper, PaperContent
from cases.services import papers
from cases.services.attach import fingerprint_of
from core import audit
from core.audit import AuditAct, AuditOutcome
from core.errors import DomainError, UnreadableValue
from core.models import User

NOT_WHAT_WAS_SENT: Final = _(
    "The stored file is not what was sent, and is not handed out. Tell the system administrator its number."
)
logger: Final = logging.getLogger(__name__)


class Tampered(DomainError):
    """What the database holds is not what was sent."""

    code = "tampered"


def hand_out(attachment_id: int, *, actor: User, now: datetime) -> tuple[Attachment, bytes]:
    """Return an attachment and its content as it was sent, once it is on record that ``actor`` took it.

    Raises Attachment.DoesNotExist for one that is withdrawn or out of sight, Tampered for a content that was changed.
    """
    attachment = Attachment.objects.visible_to(actor).kept().get(pk=attachment_id)

    def content() -> bytes:
        found = bytes(AttachmentContent.objects.only("content").get(pk=attachment.pk).content)
        if fingerprint_of(found) != attachment.fingerprint:
            raise Tampered(NOT_WHAT_WAS_SENT)
        return found

    return attachment, _recorded(AuditAct.DOWNLOADED, attachment, content, actor=actor, now=now)


def show_picture(attachment_id: int, *, actor: User, now: datetime) -> tuple[Attachment, bytes]:
    """Return an attachment and the copy of its picture that is shown, once it is on record that ``actor`` saw it.

    Raises as ``hand_out`` does, and AttachmentContent.DoesNotExist for one that is no picture.
    """
    attachment = Attachment.objects.visible_to(actor).kept().get(pk=attachment_id)

    def preview() -> bytes:
        stored = AttachmentContent.objects.only("preview").get(pk=attachment.pk, preview__isnull=False)
        return bytes(stored.preview or b"")

    return attachment, _recorded(AuditAct.VIEWED, attachment, preview, actor=actor, now=now)


def hand_out_paper(paper_id: int, *, actor: User, now: datetime) -> tuple[Paper, bytes]:
    """Return a paper that was made here and its document, once it is on record that ``actor`` took it.

    Raises Paper.DoesNotExist for one that is withdrawn, out of sight or not made here, Tampered as ``hand_out`` does.
    """
    paper = Paper.objects.visible_to(actor).kept().exclude(fingerprint="").get(pk=paper_id)
    return paper, _recorded(AuditAct.DOWNLOADED, paper, lambda: made_content(paper), actor=actor, now=now)


def made_content(paper: Paper) -> bytes:
    """Return the document of a paper that was made here; raise Tampered for one that is not what was made."""
    found = bytes(PaperContent.objects.get(pk=paper.pk).content)
    if papers.fingerprint_of(found) != paper.fingerprint:
        raise Tampered(NOT_WHAT_WAS_SENT)
    return found


def _recorded(
    act: AuditAct, row: Attachment | Paper, read: Callable[[], bytes], *, actor: User, now: datetime
) -> bytes:
    data = {"case": row.case_id}
    try:
        found = read()
    except (UnreadableValue, Tampered):
        logger.exception("%s %s is not what was sent", type(row).__name__, row.pk)
        audit.record(act, actor=actor, subject=row, outcome=AuditOutcome.REFUSED, data=data, now=now)
        raise Tampered(NOT_WHAT_WAS_SENT) from None
    audit.record(act, actor=actor, subject=row, data=data, now=now)
    return found
