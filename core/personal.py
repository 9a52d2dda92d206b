"""The policy for personal data: how each field looks to begin with, and who may have it shown in full.

A model says it in ``PERSONAL``, one entry a field. ``core.checks`` refuses to start while an encrypted field has none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from core.masking import hide


@dataclass(frozen=True, slots=True)
class Personal:
    """One field: its mask, and the rights of which one, on the row itself, lets it be shown; none for nobody."""

    mask: Callable[[str], str] = hide
    shown_with: frozenset[str] = frozenset()


def policy_of(model: type[Model]) -> Mapping[str, Personal]:
    """Return the policy of a model's fields; empty for a model without personal data."""
    return getattr(model, "PERSONAL", {})


def masked(row: Any, field: str) -> str:
    """Return a personal field as a page shows it; empty when nothing is known."""
    value = getattr(row, field)
    return policy_of(type(row))[field].mask(value) if value else ""
