"""Signing in, and what a signed-in account may do: what its posts of today give it, nothing else."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from centers.reports import permissions_of


class PostBackend(ModelBackend):
    """Check the password, and read rights from posts. Whether a right reaches a given row is for ``visible_to``."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return the permissions ``user_obj`` holds somewhere."""
        return set() if obj is not None else permissions_of(user_obj)

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return perm in self.get_all_permissions(user_obj, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return any(permission.startswith(f"{app_label}.") for permission in self.get_all_permissions(user_obj))
