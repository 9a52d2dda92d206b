"""What the audit trail is told of the door. Of a name that was tried it keeps the account, or nothing."""

from datetime import datetime
from typing import TYPE_CHECKING

from core.audit import AuditAct, AuditOutcome, record

if TYPE_CHECKING:
    from core.models import User


def record_failure(
    tried: "User | None", *, is_last: bool, now: datetime, what: str = "password", why: str = ""
) -> None:
    """Record a failed attempt at the account ``tried``, and that it was the last one for a while if it was."""
    data = {"what": what, "why": why} if why else {"what": what}
    record(AuditAct.SIGN_IN_FAILED, actor=None, subject=tried, outcome=AuditOutcome.REFUSED, data=data, now=now)
    if is_last:
        record(AuditAct.LOCKED_OUT, actor=None, subject=tried, outcome=AuditOutcome.REFUSED, data=data, now=now)


def record_sign_in(user: "User", *, has_factor: bool, way: str, now: datetime) -> None:
    data = {"way": way, "second_factor": has_factor}
    record(AuditAct.SIGNED_IN, actor=user, subject=user, data=data, now=now)


def record_sign_out(user: "User", *, why: str, now: datetime) -> None:
    record(AuditAct.SIGNED_OUT, actor=user, subject=user, data={"why": why}, now=now)
