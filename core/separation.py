"""What takes two persons: the second one is not the first, in the database and before it."""

from collections.abc import Collection

from django.db.models import F, Q
from django.utils.functional import Promise

from core.errors import SeparationOfDuties
from core.models import User


def by_another(second: str, *, than: str) -> Q:
    """Return the condition that the account in the column ``second``, if there is one, is not that in ``than``."""
    return Q(**{second: None}) | ~Q(**{second: F(than)})


def require_another(actor: User, *, than: Collection[int | None], refusal: str | Promise) -> None:
    """Raise SeparationOfDuties, with ``refusal`` as its words, if ``actor`` is among those who had the first part."""
    if actor.pk in than:
        raise SeparationOfDuties(refusal)
