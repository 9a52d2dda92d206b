from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from core.audit import AuditAct, record
from core.errors import DomainError, NotPermitted
from core.models import User
from disputes.reports.register import EXPORT_LEDGER, selected
from disputes.rules.register import Selection

ROWS_AT_MOST: Final = 20_000


@transaction.atomic
def take_ledger(selection: Selection, *, actor: User, now: datetime) -> list[int]:
    """Put on record that ``actor`` takes the matters of ``selection`` out as a ledger, and return their keys in order.

    Raises NotPermitted without the right to it, and DomainError where there are more than one workbook should hold.
    """
    if not actor.has_perm(EXPORT_LEDGER):
        raise NotPermitted(_("You may not take the ledger out. Ask whoever appoints people in your center."))
    cases = selected(Case.objects.visible_to(actor).reachable_by(actor, EXPORT_LEDGER), selection, user=actor)
    ids = list(cases.order_by("received_at", "pk").values_list("pk", flat=True)[: ROWS_AT_MOST + 1])
    if len(ids) > ROWS_AT_MOST:
        raise DomainError(
            _("These are more than %(count)s matters. Choose a shorter period or a smaller place."), count=ROWS_AT_MOST
        )
    record(AuditAct.EXPORTED, actor=actor, data={"ledger": str(selection), "rows": len(ids)}, now=now)
    return ids
