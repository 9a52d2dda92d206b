from datetime import datetime

from django.db import transaction

from cases.models import Case
from cases.services.register import NewCase, register_case
from core.models import User
from disputes.enums import Source
from disputes.models import Dispute


@transaction.atomic
def register_dispute(
    new: NewCase, *, actor: User, received_at: datetime, now: datetime, source: Source = Source.PARTY
) -> tuple[Case, str]:
    """Register a dispute and return its case with the query code; see ``register_case`` for what is refused."""
    case, code = register_case(new, actor=actor, received_at=received_at, now=now)
    Dispute.objects.create(case=case, source=source)
    return case, code
