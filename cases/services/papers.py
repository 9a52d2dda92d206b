"""The papers in the file of a matter: made from a form, filed as an original, or seen; and withdrawn for a reason."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import EventKind, PaperOrigin
from cases.models import Case, Paper, PaperContent, PaperTemplate
from cases.querysets import ATTACH, PaperQuerySet
from cases.reports.paper_file import (
    document_of,
    form_for,
    lacking,
    missing_papers,
    records_of,
    takes_papers,
    values_of,
)
from cases.reports.papers import Need, PaperKind, Record, kind_of, kinds_of
from cases.rules.papers import paper_number
from cases.services.events import record
from cases.services.obtain import obtain_case
from centers.rules import short_name
from core import clock
from core.crypto import lookup_hash
from core.errors import DomainError, IllegalTransition
from core.models import User
from core.numbering import take_numbers
from core.papers.filling import PaperIncomplete, fill_paper


class PapersMissing(DomainError):
    """The file of a matter is not complete."""

    code = "papers_missing"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One place in the file of a matter: a kind of paper, and the record it is about where each record owes one."""

    kind: PaperKind
    record: Record | None = None

    @property
    def subject(self) -> str:
        return self.record.key if self.record else ""


@transaction.atomic
def make_paper(case_id: int, *, kind: str, subject: str = "", actor: User, now: datetime) -> Paper:
    """Make a paper from the nearest form that is in force, else from the product's own, as the next version.

    ``subject`` is the key of the record it is about, where each record owes one. The versions before it in the round
    stay, and lend it their number. Raises PaperIncomplete, naming what is still empty, TemplateUnfit for a form that
    does not fit, IllegalTransition for a closed case or what it does not hold.
    """
    case, wanted = _obtained(case_id, kind, subject, actor)
    if wanted.kind.layout is None:
        raise IllegalTransition(_("A paper of this kind comes from outside. File the original."))
    today = clock.local_day(now)
    if empty := lacking(wanted.kind, case, record=wanted.record, today=today):  # before a number is taken
        raise PaperIncomplete(_("The paper cannot be made yet. Fill in first: %(missing)s."), missing="、".join(empty))
    return _made(case, wanted, actor=actor, now=now)


def renew_archived(case: Case, *, actor: User, now: datetime) -> list[Paper]:
    """Make anew the papers of a locked case that say where its file is archived, as their next versions.

    An original that was filed, and signed by hand, stays the one that counts; so does what lacks something by now.
    """
    today, wanted = clock.local_day(now), [Wanted(kind) for kind in kinds_of(case) if kind.says_archive]
    newest = [_papers_before(case, one).kept().order_by("-version").first() for one in wanted]
    return [
        _made(case, one, actor=actor, now=now)
        for one, paper in zip(wanted, newest, strict=True)
        if paper and paper.origin == PaperOrigin.MADE and not lacking(one.kind, case, record=None, today=today)
    ]


@transaction.atomic
def file_paper(case_id: int, *, kind: str, attachment_id: int, subject: str = "", actor: User, now: datetime) -> Paper:
    """File an attachment of the matter as a paper: one from outside, or the signed original of one made here.

    Raises Attachment.DoesNotExist for a file that is not attached to the matter, or no longer.
    """
    case, wanted = _obtained(case_id, kind, subject, actor)
    attachment = case.attachments.kept().get(pk=attachment_id)
    if case.papers.kept().of_round(case.round).filter(attachment=attachment).exists():
        raise IllegalTransition(_("This file is in the file of the matter already."))
    number = _number_so_far(case, wanted)
    paper = _added(case, wanted, PaperOrigin.FILED, actor=actor, now=now, number=number, attachment=attachment)
    record(case, EventKind.PAPER_FILED, actor=actor, now=now, paper=kind, attachment=attachment.pk)
    return paper


@transaction.atomic
def see_paper(case_id: int, *, kind: str, actor: User, now: datetime) -> Paper:
    """Note that a paper was seen and not kept. Raises IllegalTransition for a kind that has to lie in the file."""
    case, wanted = _obtained(case_id, kind, "", actor)
    if not wanted.kind.may_be_seen:
        raise IllegalTransition(_("A paper of this kind has to lie in the file."))
    paper = _added(case, wanted, PaperOrigin.SEEN, actor=actor, now=now)
    record(case, EventKind.PAPER_SEEN, actor=actor, now=now, paper=kind)
    return paper


@transaction.atomic
def withdraw_paper(paper_id: int, *, reason: str, actor: User, now: datetime) -> Paper:
    """Withdraw a paper: it no longer counts and is no longer handed out. Its row and its content stay.

    Raises Paper.DoesNotExist out of the actor's sight, IllegalTransition for one withdrawn already, and for one of an
    earlier round, whose file stays as it was closed.
    """
    case_id = Paper.objects.visible_to(actor).values_list("case", flat=True).get(pk=paper_id)
    case = obtain_case(case_id, actor=actor, permission=ATTACH)
    paper: Paper = case.papers.get(pk=paper_id)
    _require_open(case, kind_of(case, paper.kind))
    if paper.round != case.round:
        raise IllegalTransition(_("The file of an earlier round stays as it was closed."))
    if paper.withdrawn_at is not None:
        raise IllegalTransition(_("The paper has been withdrawn already."))
    paper.withdrawn_by, paper.withdrawn_at, paper.withdrawal_reason = actor, now, reason
    paper.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawal_reason"])
    record(case, EventKind.PAPER_WITHDRAWN, actor=actor, now=now, paper=paper.kind, version=paper.version)
    return paper


def require_papers(case: Case) -> None:
    """Refuse with PapersMissing, naming each, while a paper that a locked case must have is not in its file."""
    if missing := missing_papers(case):
        names = "、".join(line.label for line in missing)
        raise PapersMissing(
            _("The matter cannot be closed yet. Its file lacks: %(missing)s. Make or file them first."), missing=names
        )


def fingerprint_of(content: bytes) -> str:
    """Return the keyed hash (32 hex digits) that proves a paper to be the one that was made."""
    return lookup_hash(hashlib.sha256(content).hexdigest(), context="cases.paper")


def _obtained(case_id: int, kind: str, subject: str, actor: User) -> tuple[Case, Wanted]:
    """Return the case locked, and what is wanted of its file, one thing that the matter holds as it stands."""
    case = obtain_case(case_id, actor=actor, permission=ATTACH)
    found = kind_of(case, kind)
    _require_open(case, found)
    wanted = found and _wanted(case, found, subject)
    if not wanted:
        raise IllegalTransition(_("The file of this matter holds no such paper."))
    return case, wanted


def _wanted(case: Case, kind: PaperKind, subject: str) -> Wanted | None:
    if not subject:
        return None if kind.need(case) is Need.NONE else Wanted(kind)
    record = next((record for record in records_of(kind, case, case.round) if record.key == subject), None)
    return Wanted(kind, record) if record else None


def _require_open(case: Case, kind: PaperKind | None) -> None:
    if case.closed_at is not None and not (kind and takes_papers(case, kind)):
        raise IllegalTransition(_("The matter is closed. Reopen it before you change its papers."))


def _made(case: Case, wanted: Wanted, *, actor: User, now: datetime) -> Paper:
    number, template = _number(case, wanted, now=now), form_for(wanted.kind, case)
    values = values_of(wanted.kind, case, record=wanted.record, number=number, today=clock.local_day(now))
    content = fill_paper(document_of(wanted.kind, template), values, fields=wanted.kind.fields)
    paper = _added(
        case, wanted, PaperOrigin.MADE, actor=actor, now=now, number=number, template=template, content=content
    )
    record(case, EventKind.PAPER_MADE, actor=actor, now=now, paper=wanted.kind.key, version=paper.version)
    return paper


def _added(
    case: Case,
    wanted: Wanted,
    origin: PaperOrigin,
    *,
    actor: User,
    now: datetime,
    template: PaperTemplate | None = None,
    content: bytes = b"",
    **given: object,
) -> Paper:
    paper = Paper.objects.create(
        case=case, round=case.round, kind=wanted.kind.key, subject=wanted.subject, origin=origin,
        version=_papers_before(case, wanted).count() + 1, template=template,
        fingerprint=fingerprint_of(content) if content else "", made_by=actor, made_at=now, **given,
    )  # fmt: skip
    if content:
        PaperContent.objects.create(paper=paper, content=content)
    return paper


def _number(case: Case, wanted: Wanted, *, now: datetime) -> str:
    """Return the number of the round's paper of this kind: the one it has, else the next of the center and year."""
    series = wanted.kind.series
    if not series:
        return ""
    year = clock.local_day(now).year
    return _number_so_far(case, wanted) or paper_number(
        short_name(case.holder.name), series, year, take_numbers(f"paper:{series}:{case.holder.code}", year)[0]
    )


def _number_so_far(case: Case, wanted: Wanted) -> str:
    numbered = _papers_before(case, wanted).exclude(number="")
    return numbered.order_by("-version").values_list("number", flat=True).first() or ""


def _papers_before(case: Case, wanted: Wanted) -> PaperQuerySet:
    return case.papers.of_round(case.round).filter(kind=wanted.kind.key, subject=wanted.subject)
