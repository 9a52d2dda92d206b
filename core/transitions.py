"""The one way in which a procedure's transition table is asked."""

from collections.abc import Mapping
from typing import TypeVar

from django.db.models import TextChoices
from django.utils.functional import Promise

from core.errors import IllegalTransition

S = TypeVar("S", bound=TextChoices)
A = TypeVar("A", bound=TextChoices)


def follow(table: Mapping[tuple[S, A], S], state: S, action: A, *, refusal: str | Promise) -> S:
    """Return the state that ``action`` leads to from ``state``.

    Raises IllegalTransition with ``refusal``, which names ``action`` and ``state`` as ``%(...)s``, if there is none.
    """
    if (state, action) not in table:
        raise IllegalTransition(refusal, action=action.label, state=state.label)
    return table[state, action]
