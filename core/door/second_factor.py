"""The second factor: codes of an authenticator app (TOTP, RFC 6238), and codes on paper for when it is lost."""

import base64
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Final

import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.audit import AuditAct, record
from core.crypto import lookup_hash
from core.door.models import DoorDecision, DoorDecisionKind, RecoveryCode, SecondFactor
from core.errors import DomainError

if TYPE_CHECKING:
    from core.models import User

SECRET_BYTES: Final = 20  # RFC 4226, section 4: at least 16, better 20
DIGITS: Final = 6
STEP_SECONDS: Final = 30
TOLERATED_STEPS: Final = (0, -1, 1)  # clocks of telephones differ, and people type slowly
RECOVERY_CODES: Final = 10
ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH: Final = 12  # 60 bits: not to be guessed, so a keyed hash without salt keeps it


class WrongCode(DomainError):
    """The code is not the one that the app shows now, or has been used already."""

    code = "wrong_code"


def new_secret() -> str:
    """Return a fresh secret in base32, as authenticator apps want it."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def is_set_up(user: "User") -> bool:
    return SecondFactor.objects.filter(user_id=user.pk).exists()


def qr_code(secret: str, *, user: "User") -> str:
    """Return, as a data URI, the picture by which an app learns the secret; no other host is asked for it."""
    uri = _totp(secret).get_provisioning_uri(user.username, gettext("Maplebridge"))
    return segno.make(uri, error="m").svg_data_uri(scale=5, border=2)


@transaction.atomic
def set_up(user: "User", *, secret: str, code: str, now: datetime) -> list[str]:
    """Let the account's second factor be the app that knows ``secret``, and return fresh recovery codes.

    They are shown now or never: only their hashes are kept. Raises WrongCode when the app shows something else.
    """
    step = _step_of(secret, code, now=now, after=-1)
    if step is None:
        raise WrongCode(
            _("This is not the code the app shows now. Check that the telephone's clock is right and enter a new code.")
        )
    SecondFactor.objects.update_or_create(
        user_id=user.pk, defaults={"secret": secret, "last_step": step, "set_up_at": now}
    )
    record(AuditAct.SECOND_FACTOR_SET, actor=user, subject=user, now=now)
    return renew_recovery_codes(user)


@transaction.atomic
def renew_recovery_codes(user: "User") -> list[str]:
    """Replace the account's recovery codes, used or not, and return the new ones."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(user_id=user.pk).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user_id=user.pk, code_hash=_hash(user, code)) for code in codes)
    return ["-".join(code[at : at + 4] for at in range(0, CODE_LENGTH, 4)) for code in codes]


@transaction.atomic
def check(user: "User", *, code: str, now: datetime) -> bool:
    """Return whether the code is right, and use it up: of two who send the same one, one gets in."""
    factor = SecondFactor.objects.select_for_update().filter(user_id=user.pk).first()
    if factor is None:
        return False
    step = _step_of(factor.secret, code, now=now, after=factor.last_step)
    if step is not None:
        SecondFactor.objects.filter(pk=factor.pk).update(last_step=step)
        return True
    unused = RecoveryCode.objects.filter(user_id=user.pk, code_hash=_hash(user, code), used_at=None)
    return bool(unused.update(used_at=now))


@transaction.atomic
def reset(user: "User", *, actor: "User", reason: str, now: datetime) -> None:
    """Take the second factor from somebody who has lost it; they set up a new one with their next sign-in.

    Raises DomainError for one's own: whoever sits at an unlocked desk could free themselves of it.
    """
    if user.pk == actor.pk:
        raise DomainError(_("Nobody takes away their own second factor. Ask another security administrator."))
    decided = DoorDecision.objects.create(
        user=user, kind=DoorDecisionKind.FACTOR_RESET, reason=reason, actor=actor, at=now
    )
    record(AuditAct.SECOND_FACTOR_RESET, actor=actor, subject=user, data={"decision": decided.pk}, now=now)
    RecoveryCode.objects.filter(user_id=user.pk).delete()
    SecondFactor.objects.filter(user_id=user.pk).delete()
    type(user).objects.get_queryset().filter(pk=user.pk).update(session_mark="")


def _step_of(secret: str, code: str, *, now: datetime, after: int) -> int | None:
    """Return the half minute, later than ``after``, whose code this is; None if there is none near ``now``."""
    digits = "".join(code.split())
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    current = int(now.timestamp()) // STEP_SECONDS
    for step in (current + offset for offset in TOLERATED_STEPS):
        try:
            _totp(secret).verify(digits.encode(), step * STEP_SECONDS)
        except InvalidToken:
            continue
        return step if step > after else None
    return None


def _totp(secret: str) -> TOTP:
    # SHA-1 is what every app understands; as a keyed code it is not touched by collisions (RFC 6238, appendix B).
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - see above


def _hash(user: "User", code: str) -> str:
    plain = "".join(one for one in code.upper() if one in ALPHABET)
    return lookup_hash(f"{user.pk}\0{plain}", context="core_recoverycode.code_hash")
