"""Watching: the numbered papers by which an office is told that it is late."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Clock, ClockStep
from centers.models import Center, Unit
from core.separation import by_another
from supervision.enums import NoticeLevel, NoticeState, Trigger
from supervision.querysets import NoticeQuerySet
from supervision.rules import UNANSWERED


class SupervisionNotice(models.Model):
    """One supervision notice (督办单): who must explain what by when, and what came of it."""

    number = models.CharField(_("notice number"), max_length=80)
    level = models.CharField(_("level"), max_length=8, choices=NoticeLevel.choices)
    trigger = models.CharField(_("trigger"), max_length=4, choices=Trigger.choices)
    case = models.ForeignKey(Case, models.PROTECT, related_name="notices", verbose_name=_("case"))
    clock = models.ForeignKey(Clock, models.PROTECT, related_name="notices", verbose_name=_("late limit"))
    step = models.OneToOneField(ClockStep, models.PROTECT, related_name="notice")
    issuer = models.ForeignKey(Center, models.PROTECT, related_name="+", verbose_name=_("issued by"))
    center = models.ForeignKey(Center, models.PROTECT, related_name="+", verbose_name=_("responsible center"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("responsible unit"))
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("responsible person")
    )
    facts = models.JSONField(_("facts"))
    issued_at = models.DateTimeField(_("issued"))
    reply_due_on = models.DateField(_("answer due"))
    state = models.CharField(_("state"), max_length=12, choices=NoticeState.choices, default=NoticeState.ISSUED)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("signed for by")
    )
    signed_at = models.DateTimeField(_("signed for"), null=True)
    reply = models.TextField(_("answer"), max_length=2000, blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    replied_at = models.DateTimeField(_("answered"), null=True)
    verdict = models.TextField(_("verdict on the answer"), max_length=500, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("closed out by")
    )
    closed_at = models.DateTimeField(_("closed out"), null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("supervision notice")
        verbose_name_plural = _("supervision notices")
        ordering = ["-issued_at", "-pk"]
        default_permissions = ("view",)
        permissions = [
            ("reply_supervisionnotice", "Can answer supervision notices"),
            ("verify_supervisionnotice", "Can judge the answers to supervision notices"),
        ]
        indexes = [
            models.Index(
                fields=["reply_due_on", "case"],
                condition=Q(state__in=UNANSWERED),
                name="supervisionnotice_unanswered",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "number"], name="supervisionnotice_number_once"),
            models.CheckConstraint(
                condition=by_another("closed_by", than="replied_by"), name="supervisionnotice_closed_by_another"
            ),
        ]

    def __str__(self) -> str:
        return self.number
