"""The forms by which a center and those below it make their papers: put to use, and taken back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.models import PaperTemplate, PaperTemplateContent
from cases.reports.paper_file import CHANGE_FORMS
from cases.reports.papers import KINDS, PaperKind
from cases.services.set_rule import lock_place
from cases.services.whole_file import print_in_turn
from centers.reports import centers_in_scope
from core.audit import AuditAct, record
from core.errors import DomainError, IllegalTransition
from core.examination import clean_name
from core.models import User
from core.papers.examining import template_faults
from core.papers.fields import sample_values
from core.papers.filling import TemplateUnfit, fill_paper
from core.papers.printing import Part


class TemplateRefused(DomainError):
    """A document may not serve as a form. ``faults`` names all that is wrong with it."""

    code = "template_refused"

    def __init__(self, faults: list[str]) -> None:
        super().__init__("%(faults)s", faults=" ".join(faults))
        self.faults = faults


@transaction.atomic
def put_to_use(kind: str, *, center_id: int, name: str, content: bytes, actor: User, now: datetime) -> PaperTemplate:
    """Let papers of a kind be made by a new form at a center and below, unless one below has its own.

    The version before stays on record, and papers made by it stay as they are. Whoever puts a form to use at the same
    center at the same time waits. Raises TemplateRefused with everything that is wrong with the document, KeyError for
    a kind that is not made from a form, Center.DoesNotExist for a center outside the actor's reach.
    """
    center = centers_in_scope(actor, CHANGE_FORMS).current().get(pk=center_id)
    tried_out(kind, name=name, content=content)  # takes seconds, so before anybody has to wait for the lock
    lock_place(center)
    same = PaperTemplate.objects.filter(center=center, kind=kind)
    template = PaperTemplate.objects.create(
        center=center,
        kind=kind,
        version=same.count() + 1,
        name=clean_name(name),
        put_to_use_by=actor,
        put_to_use_at=now,
    )
    PaperTemplateContent.objects.create(template=template, content=content)
    record(AuditAct.FORM_CHANGED, actor=actor, subject=template, data={"step": "set", "paper": kind}, now=now)
    return template


@transaction.atomic
def withdraw_template(template_id: int, *, reason: str, actor: User, now: datetime) -> PaperTemplate:
    """Take back the form that a center uses: what holds above it holds there again, else the product's own.

    Raises PaperTemplate.DoesNotExist outside the actor's reach, IllegalTransition for a version that a newer one has
    taken the place of, or that was taken back.
    """
    reach = centers_in_scope(actor, CHANGE_FORMS)
    template = PaperTemplate.objects.filter(center__in=reach).select_related("center").get(pk=template_id)
    lock_place(template.center)
    newest = PaperTemplate.objects.filter(center=template.center, kind=template.kind).latest("version")
    if newest.pk != template.pk or newest.withdrawn_at is not None:
        raise IllegalTransition(_("This form is not in use any more. Only the one in use can be taken back."))
    newest.withdrawn_by, newest.withdrawn_at, newest.withdrawal_reason = actor, now, reason
    newest.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawal_reason"])
    told = {"step": "withdrawn", "paper": newest.kind}
    record(AuditAct.FORM_CHANGED, actor=actor, subject=newest, data=told, now=now)
    return newest


@transaction.atomic
def previewed(kind: str, *, name: str, content: bytes, as_pdf: bool) -> bytes:
    """Return a document that is to serve as a form, filled for show, as a PDF or as it is. Nothing is kept.

    Raises what ``tried_out`` raises, and NotPrinted when the PDF cannot be made.
    """
    filled = tried_out(kind, name=name, content=content)
    return print_in_turn([Part(filled)]) if as_pdf else filled


def may_change_at(center_id: int, *, actor: User) -> bool:
    """Return whether ``actor`` may put forms to use, and take them back, at a center."""
    return centers_in_scope(actor, CHANGE_FORMS).filter(pk=center_id).exists()


def tried_out(kind: str, *, name: str, content: bytes) -> bytes:
    """Return a document that is to serve as a form, examined and filled for show. Nothing is kept.

    Raises TemplateRefused with everything that is wrong, KeyError for a kind that is not made from a form.
    """
    fields = form_kind(kind).fields
    if faults := template_faults(content, name=name, fields=fields):
        raise TemplateRefused(faults)
    try:
        return fill_paper(content, sample_values(fields), fields=fields)
    except TemplateUnfit as unfit:
        raise TemplateRefused([str(unfit)]) from unfit


def form_kind(key: str) -> PaperKind:
    """Return a kind of paper that is made from a form. Raises KeyError for any other."""
    kind = KINDS[key]
    if kind.layout is None:
        raise KeyError(key)
    return kind
