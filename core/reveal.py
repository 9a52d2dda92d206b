"""Showing a masked field in full: once, for a reason, on record before it is shown, and not without end."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core import clock, locks
from core.audit import AuditAct, AuditEntry, AuditOutcome, record
from core.errors import DomainError

if TYPE_CHECKING:
    from core.models import User


class RevealReason(TextChoices):
    """What a masked field is shown for. A code, so that the trail holds no text that somebody typed."""

    CONTACT = "contact", _("to reach the person")
    SERVE = "serve", _("to serve a document")
    IDENTIFY = "identify", _("to make sure who it is")
    CORRECT = "correct", _("to correct the data")


class BudgetSpent(DomainError):
    """Somebody has had as many fields shown today as one person may."""

    code = "budget_spent"


def reveal(row: Any, *, field: str, actor: "User", reason: RevealReason, now: datetime) -> str:
    """Return a masked field in full, once that is on record. Whether ``actor`` may see the row has been asked before.

    Raises BudgetSpent for the first one above the day's budget (``REVEALS_A_DAY``), which is put on record as refused.
    """
    spend_reveal(row, actor=actor, data={"field": field, "reason": reason.value}, now=now)
    return str(getattr(row, field))


def spend_reveal(row: Any, *, actor: "User", data: Mapping[str, str], now: datetime) -> None:
    """Put on record, before it happens, that ``actor`` is shown what ``data`` names of ``row``; raises BudgetSpent."""
    with transaction.atomic():
        locks.hold(f"core.reveal:{actor.pk}")
        is_spent = _shown_today(actor, now=now) >= settings.REVEALS_A_DAY
        outcome = AuditOutcome.REFUSED if is_spent else AuditOutcome.DONE
        record(AuditAct.REVEALED, actor=actor, subject=row, outcome=outcome, data=data, now=now)
    if is_spent:
        raise BudgetSpent(
            _(
                "You have had %(count)s masked fields shown today, which is as many as one person may. Go on tomorrow,"
                " or ask a colleague in charge of the matter."
            ),
            count=settings.REVEALS_A_DAY,
        )


def _shown_today(actor: "User", *, now: datetime) -> int:
    midnight = datetime.combine(clock.local_day(now), time.min, clock.SHANGHAI)
    done = AuditEntry.objects.filter(actor=actor, act=AuditAct.REVEALED, outcome=AuditOutcome.DONE)
    return done.filter(at__gte=midnight).count()
