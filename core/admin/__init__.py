"""The admin bases every app builds on, and the pages of accounts, messages, what leaves the house and how it runs."""

from core.admin import accounts, audit, deliveries, health, inbox
from core.admin.bases import Act, ActForm, ActsMixin, ActsOnPageAdmin, Obstacle, ReadOnlyAdmin, ScopedAdmin, account

__all__ = [
    "Act",
    "ActForm",
    "ActsMixin",
    "ActsOnPageAdmin",
    "Obstacle",
    "ReadOnlyAdmin",
    "ScopedAdmin",
    "account",
    "accounts",
    "audit",
    "deliveries",
    "health",
    "inbox",
]
