"""The base of every scoped queryset: a row is obtained in exactly one way, through ``visible_to``."""

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.apps import apps
from django.db.models import Model, QuerySet

if TYPE_CHECKING:
    from core.models import User

M = TypeVar("M", bound=Model)


class ScopedQuerySet(QuerySet[M]):
    """A queryset that refuses to say what a user may see until its app has said so."""

    def visible_to(self, user: "User") -> Self:
        """Return the rows ``user`` may know of. An app that forgets to answer gets an error, not everything."""
        raise NotImplementedError(f"{self.model.__name__} does not say who may see it")


class OwnRowsQuerySet(ScopedQuerySet[M]):
    """Rows that belong to one account each."""

    owner_field = "recipient"

    def visible_to(self, user: "User") -> Self:
        """Return the rows addressed to ``user``."""
        return self.filter(**{self.owner_field: user.pk})


class PublicQuerySet(ScopedQuerySet[M]):
    """Rows that hold no personal data and that every member of staff may read."""

    def visible_to(self, user: "User") -> Self:
        """Return all rows to a signed-in account, none to anybody else."""
        return self if is_staff_account(user) else self.none()


def rows_of(label: str) -> Any:
    """Return the manager of the model ``app.Model``, for querysets, which stand below the models they filter by."""
    return apps.get_model(label)._default_manager  # noqa: SLF001 - the documented way to a model's manager


def is_staff_account(user: Any) -> bool:
    """Return whether ``user`` is a signed-in, active member of staff."""
    return bool(user.is_authenticated and user.is_active and user.is_staff)
