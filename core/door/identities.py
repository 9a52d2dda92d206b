"""Whose account it is that somebody from the provider may use: bound beforehand by an administrator, never guessed."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.audit import AuditAct, record
from core.crypto import lookup_hash
from core.door.models import DoorDecision, DoorDecisionKind, ExternalIdentity
from core.errors import DomainError

if TYPE_CHECKING:
    from core.models import User

NOT_BY_ONESELF: Final = _("Nobody binds or unbinds their own account. Ask another security administrator.")


def identity_of(user: "User") -> ExternalIdentity | None:
    """Return what the account is bound to at the provider of today; None if to nothing."""
    return ExternalIdentity.objects.filter(user_id=user.pk, issuer=settings.OIDC_ISSUER, unbound_at=None).first()


def account_of(subject: str) -> "User | None":
    """Return the account that ``subject`` of the provider of today may use; None if nobody has bound one."""
    bound = ExternalIdentity.objects.filter(
        issuer=settings.OIDC_ISSUER, subject_hash=_hash(subject), unbound_at=None
    ).select_related("user")
    identity = bound.first()
    return identity.user if identity else None


@transaction.atomic
def bind(user: "User", *, subject: str, actor: "User", reason: str, now: datetime) -> ExternalIdentity:
    """Let ``subject`` of the provider use the account from now on.

    Raises DomainError for one's own account, an account that is bound already, and a subject that has another one.
    """
    if user.pk == actor.pk:
        raise DomainError(NOT_BY_ONESELF)
    decided = DoorDecision.objects.create(
        user=user, kind=DoorDecisionKind.SSO_BOUND, reason=reason, actor=actor, at=now
    )
    try:
        with transaction.atomic():
            bound = ExternalIdentity.objects.create(
                issuer=settings.OIDC_ISSUER, subject_hash=_hash(subject), user=user, bound_by=actor, bound_at=now
            )
    except IntegrityError as error:
        raise DomainError(
            _("This account, or this identifier, is bound already. Unbind it first at the account that has it.")
        ) from error
    record(AuditAct.SSO_BOUND, actor=actor, subject=user, data={"decision": decided.pk}, now=now)
    return bound


@transaction.atomic
def unbind(user: "User", *, actor: "User", reason: str, now: datetime) -> None:
    """Let nobody from the provider use the account any more, beginning with the next sign-in; the row stays.

    Raises DomainError for one's own account, and for one that is not bound.
    """
    if user.pk == actor.pk:
        raise DomainError(NOT_BY_ONESELF)
    bound = ExternalIdentity.objects.filter(user_id=user.pk, issuer=settings.OIDC_ISSUER, unbound_at=None)
    if not bound.update(unbound_at=now, unbound_by=actor):
        raise DomainError(_("This account is not bound. Nothing has to be done."))
    decided = DoorDecision.objects.create(
        user=user, kind=DoorDecisionKind.SSO_UNBOUND, reason=reason, actor=actor, at=now
    )
    record(AuditAct.SSO_UNBOUND, actor=actor, subject=user, data={"decision": decided.pk}, now=now)


def _hash(subject: str) -> str:
    return lookup_hash(f"{settings.OIDC_ISSUER}\0{subject}", context="core_externalidentity.subject_hash")
