"""The extension of the sixty days: the leader of the unit that handles the claim decides (art. 34)."""

from datetime import datetime

from django.db import transaction

from cases.enums import ClockKind
from cases.models import Extension
from cases.services.extend import grant_extension, refuse_extension
from cases.services.obtain import obtain_case
from core.models import User
from petitions.rules.procedure import SIGN_PERMISSION
from petitions.services.obtain import require_leader


@transaction.atomic
def decide_extension(
    case_id: int, *, extension_id: int, is_granted: bool, remark: str, actor: User, now: datetime
) -> Extension:
    """Grant or refuse, as the leader of the unit, what was asked for to handle a claim longer.

    Raises Extension.DoesNotExist for another limit, DomainError for whoever does not lead the unit, and what
    ``grant_extension`` refuses: above all what comes after the last day.
    """
    case = obtain_case(case_id, actor=actor, permission=SIGN_PERMISSION)
    require_leader(case, actor=actor, now=now)
    asked = Extension.objects.get(pk=extension_id, clock__case=case, clock__kind=ClockKind.PET_HANDLE)
    decide = grant_extension if is_granted else refuse_extension
    return decide(asked.pk, remark=remark, actor=actor, now=now, permission=SIGN_PERMISSION)
