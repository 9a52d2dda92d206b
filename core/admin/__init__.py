"""The admin bases every app builds on, and the pages of accounts, messages and what leaves the house."""

from core.admin import accounts, deliveries, inbox
from core.admin.bases import Act, ActForm, ActsMixin, ActsOnPageAdmin, ReadOnlyAdmin, ScopedAdmin, account

__all__ = [
    "Act",
    "ActForm",
    "ActsMixin",
    "ActsOnPageAdmin",
    "ReadOnlyAdmin",
    "ScopedAdmin",
    "account",
    "accounts",
    "deliveries",
    "inbox",
]
