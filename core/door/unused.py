"""Accounts that nobody uses: they are refused until the security administrator lets them in again."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.audit import AuditAct, record
from core.door.models import DoorDecision, DoorDecisionKind, PasswordRecord
from core.errors import DomainError


def is_unused(user: Any, *, now: datetime) -> bool:
    """Return whether nobody has used the account for too long: since its last sign-in, its making or its enabling."""
    records = PasswordRecord.objects.filter(user_id=user.pk).values_list("set_at", flat=True)
    enabled = DoorDecision.objects.filter(user_id=user.pk, kind=DoorDecisionKind.ENABLED_AGAIN)
    newest = (user.last_login, records.first(), enabled.order_by("-pk").values_list("at", flat=True).first())
    known = [moment for moment in newest if moment is not None]
    return bool(known) and now >= max(known) + timedelta(days=settings.ACCOUNT_UNUSED_DAYS)


@transaction.atomic
def enable_again(user: Any, *, actor: Any, reason: str, now: datetime) -> None:
    """Let somebody in again whose account has been unused for too long; raises DomainError for one's own account."""
    if user.pk == actor.pk:
        raise DomainError(_("Nobody enables their own account. Ask another security administrator."))
    decided = DoorDecision.objects.create(
        user=user, kind=DoorDecisionKind.ENABLED_AGAIN, reason=reason, actor=actor, at=now
    )
    record(AuditAct.ACCOUNT_CHANGED, actor=actor, subject=user, data={"decision": decided.pk}, now=now)
