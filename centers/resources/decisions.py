"""A reorganisation that somebody has looked at, signed, so that what is done is what was seen."""

from typing import Final

from django.core import signing
from django.utils.translation import gettext as _

from centers.enums import ReorganisationKind
from centers.models import Center
from centers.reports.reorganisation import TreeChange
from centers.services.reorganise import Decision
from core.errors import DomainError

VALID_SECONDS: Final = 2 * 3600


def sealed(decision: Decision, user_id: int) -> str:
    """Return the decision as a text that only this installation can have written, of use to this person alone."""
    change = decision.change
    return signing.dumps(
        [str(change.kind), change.center.pk, change.target.pk, decision.ground, [*decision.posts], [*decision.ended]],
        salt=_salt(user_id),
        compress=True,
    )


def opened(text: str, user_id: int) -> Decision:
    """Return what ``text`` holds. Raises DomainError when it is older than two hours or not this person's."""
    try:
        kind, center, target, ground, posts, ended = signing.loads(text, salt=_salt(user_id), max_age=VALID_SECONDS)
    except signing.BadSignature:
        raise DomainError(
            _("This preview is no longer valid. Look at the change again and confirm it within two hours."),
            code="stale_preview",
        ) from None
    centers = Center.objects.in_bulk([center, target])
    change = TreeChange(ReorganisationKind(kind), centers[center], centers[target])
    return Decision(change, ground, frozenset(posts), frozenset(ended))


def _salt(user_id: int) -> str:
    return f"centers.reorganisation:{user_id}"
