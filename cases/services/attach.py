"""Files that people attach to a matter: taken in after a look at each, and withdrawn for a reason."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.enums import EventKind
from cases.models import Attachment, AttachmentContent, Case
from cases.querysets import ATTACH
from cases.reports.paper_file import takes_papers
from cases.services.events import record
from cases.services.obtain import obtain_case
from core.crypto import lookup_hash
from core.errors import DomainError, IllegalTransition, InvalidFile
from core.examination import Examined, check_size, clean_name, examine
from core.models import User

logger: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as it was sent. Of one that is too large for the request its ``size`` is known and its content is not."""

    name: str
    content: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Attached:
    """What became of one file: the attachment, or why there is none."""

    name: str
    attachment: Attachment | None
    refusal: DomainError | None = None


def attach_files(case_id: int, *, files: Sequence[NewFile], actor: User, now: datetime) -> list[Attached]:
    """Attach files to a matter and return what became of each, in their order; one refused stops no other.

    All are examined before the case is locked. Raises IllegalTransition for a closed case that takes no more papers.
    """
    if not Case.objects.obtainable_by(actor, ATTACH).filter(pk=case_id).exists():
        raise Case.DoesNotExist
    examined = [_examined(file) for file in files]
    with transaction.atomic():
        case = obtain_case(case_id, actor=actor, permission=ATTACH)
        if not takes_papers(case):
            raise IllegalTransition(_("The matter is closed. Reopen it before you add files."))
        results = [_attached(case, file, found, actor, now) for file, found in zip(files, examined, strict=True)]
        added = [result.attachment.pk for result in results if result.attachment]
        if added:
            record(case, EventKind.FILES_ATTACHED, actor=actor, now=now, count=len(added), attachments=added)
    for result in results:
        if result.refusal:
            logger.warning("attachment refused for case %s: %s", case_id, result.refusal.code)
    return results


def withdraw_attachment(attachment_id: int, *, reason: str, actor: User, now: datetime) -> Attachment:
    """Withdraw an attachment: it is no longer listed or handed out. Its row and its content stay.

    Raises Attachment.DoesNotExist out of the actor's sight, IllegalTransition for one withdrawn already.
    """
    with transaction.atomic():
        case_id = Attachment.objects.visible_to(actor).values_list("case", flat=True).get(pk=attachment_id)
        case = obtain_case(case_id, actor=actor, permission=ATTACH)
        attachment: Attachment = case.attachments.get(pk=attachment_id)
        if attachment.withdrawn_at is not None:
            raise IllegalTransition(_("The file has been withdrawn already."))
        if attachment.papers.kept().exists():
            raise IllegalTransition(_("The file is in the file of the matter as a paper. Withdraw the paper first."))
        attachment.withdrawn_by, attachment.withdrawn_at, attachment.withdrawal_reason = actor, now, reason
        attachment.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawal_reason"])
        record(case, EventKind.FILE_WITHDRAWN, actor=actor, now=now, attachment=attachment.pk)
    return attachment


def fingerprint_of(content: bytes) -> str:
    """Return the keyed hash (32 hex digits) by which a content is recognised."""
    return lookup_hash(hashlib.sha256(content).hexdigest(), context="cases.attachment")


def _examined(file: NewFile) -> Examined | InvalidFile:
    most = settings.ATTACHMENT_MEGABYTES * 1024**2
    try:
        check_size(file.size, max_bytes=most)
        _check_is_whole(file)
        return examine(file.content, name=file.name)
    except InvalidFile as refusal:
        return refusal


def _check_is_whole(file: NewFile) -> None:
    if len(file.content) != file.size:
        raise InvalidFile(
            _("Too much was sent at once, and this file was left out. Send it again with fewer others."),
            code="left_out",
        )


def _attached(case: Case, file: NewFile, found: Examined | InvalidFile, actor: User, now: datetime) -> Attached:
    name = clean_name(file.name) or gettext("without a name")
    if isinstance(found, InvalidFile):
        return Attached(name, None, found)
    fingerprint = fingerprint_of(file.content)
    refusal = _refusal(case, fingerprint)
    if refusal:
        return Attached(name, None, refusal)
    attachment = Attachment.objects.create(
        case=case, name=name, kind=found.kind, size=file.size, fingerprint=fingerprint, uploaded_by=actor,
        uploaded_at=now,
    )  # fmt: skip
    AttachmentContent.objects.create(attachment=attachment, content=file.content, preview=found.preview or None)
    return Attached(name, attachment)


def _refusal(case: Case, fingerprint: str) -> DomainError | None:
    """Return why a file that is in order is not taken in all the same."""
    kept = case.attachments.kept()
    if kept.filter(fingerprint=fingerprint).exists():
        return InvalidFile(_("The same file is there already."), code="twice")
    if kept.count() >= settings.ATTACHMENTS_A_CASE:
        return InvalidFile(
            _("A matter holds at most %(most)s files. Withdraw one that is not needed, or join several in one PDF."),
            code="too_many",
            most=settings.ATTACHMENTS_A_CASE,
        )
    return None
