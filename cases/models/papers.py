"""The papers in the file of a matter, and the forms by which offices make them."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.enums import PaperOrigin
from cases.models.attachment import Attachment
from cases.models.matter import Case
from cases.querysets import (
    PaperContentQuerySet,
    PaperQuerySet,
    PaperTemplateContentQuerySet,
    PaperTemplateQuerySet,
)
from centers.models import Center
from core.crypto import EncryptedBinaryField
from core.examination import NAME_LENGTH
from core.personal import Personal


def _account(verbose_name: Any, *, null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=null, related_name="+", verbose_name=verbose_name
    )


WITHDRAWN_WITH_REASON = Q(withdrawn_at=None, withdrawn_by=None, withdrawal_reason="") | (
    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")
)


class PaperTemplate(models.Model):
    """A form that a center put to use for one kind of paper, there and below, in place of the product's own.

    The newest version counts. Once that is withdrawn, the form of the center above holds again, else the product's.
    """

    center = models.ForeignKey(Center, models.PROTECT, related_name="paper_templates", verbose_name=_("center"))
    kind = models.CharField(_("kind of paper"), max_length=32)
    version = models.PositiveSmallIntegerField(_("version"))
    name = models.CharField(_("name of the file"), max_length=NAME_LENGTH)
    put_to_use_by = _account(_("put to use by"))
    put_to_use_at = models.DateTimeField(_("put to use"))
    withdrawn_by = _account(_("taken back by"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawal_reason = models.TextField(_("reason of the withdrawal"), max_length=500, blank=True)

    objects = PaperTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("form of a paper")
        verbose_name_plural = _("forms of papers")
        ordering = ["kind", "center", "-version"]
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(fields=["center", "kind", "version"], name="papertemplate_version_once"),
            models.CheckConstraint(condition=Q(version__gt=0), name="papertemplate_counts_from_one"),
            models.CheckConstraint(condition=WITHDRAWN_WITH_REASON, name="papertemplate_withdrawn_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.center_id} {self.version}"

    @property
    def is_newest(self) -> bool:
        """Whether no later version of its center has taken its place."""
        later = PaperTemplate.objects.filter(center=self.center_id, kind=self.kind, version__gt=self.version)
        return not later.exists()


class PaperTemplateContent(models.Model):
    """The document of one form, encrypted as every file is."""

    template = models.OneToOneField(PaperTemplate, models.PROTECT, primary_key=True, related_name="stored")
    content = EncryptedBinaryField(keyring="files")

    objects = PaperTemplateContentQuerySet.as_manager()
    PERSONAL: ClassVar[Mapping[str, Personal]] = {"content": Personal()}

    class Meta:
        verbose_name = _("content of a form")
        verbose_name_plural = _("contents of forms")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)


class Paper(models.Model):
    """One version of a paper in the file of one round of a matter: made here, filed as an attachment, or only seen.

    It may be withdrawn with a reason, and is never deleted. ``fingerprint`` is the keyed hash of what was made;
    ``template`` is the form it was made by, none for the product's own; ``subject`` the key of the record it is about,
    where each record owes one.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="papers")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind of paper"), max_length=32)
    subject = models.CharField(max_length=20, blank=True)
    version = models.PositiveSmallIntegerField(_("version"))
    origin = models.CharField(_("how it came into the file"), max_length=8, choices=PaperOrigin.choices)
    number = models.CharField(_("number"), max_length=80, blank=True)
    template = models.ForeignKey(PaperTemplate, models.PROTECT, null=True, related_name="+")
    attachment = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="papers")
    fingerprint = models.CharField(max_length=32, blank=True)
    made_by = _account(_("recorded by"))
    made_at = models.DateTimeField(_("recorded"))
    withdrawn_by = _account(_("taken back by"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawal_reason = models.TextField(_("reason of the withdrawal"), max_length=500, blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["made_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["case", "round", "kind", "subject", "version"], name="paper_version_once"),
            models.CheckConstraint(condition=Q(version__gt=0), name="paper_counts_from_one"),
            models.CheckConstraint(
                condition=Q(origin=PaperOrigin.MADE, attachment=None) & ~Q(fingerprint="")
                | Q(origin=PaperOrigin.FILED, attachment__isnull=False, template=None, fingerprint="")
                | Q(origin=PaperOrigin.SEEN, attachment=None, template=None, fingerprint=""),
                name="paper_is_what_it_came_as",
            ),
            models.CheckConstraint(condition=WITHDRAWN_WITH_REASON, name="paper_withdrawn_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.round} {self.kind} {self.version}"


class PaperContent(models.Model):
    """The document of one paper as it was made, encrypted."""

    paper = models.OneToOneField(Paper, models.PROTECT, primary_key=True, related_name="stored")
    content = EncryptedBinaryField(keyring="files")

    objects = PaperContentQuerySet.as_manager()
    PERSONAL: ClassVar[Mapping[str, Personal]] = {"content": Personal()}

    class Meta:
        verbose_name = _("content of a paper")
        verbose_name_plural = _("contents of papers")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)
