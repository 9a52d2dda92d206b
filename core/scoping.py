"""The base of every scoped queryset: a row is obtained in exactly one way, through ``visible_to``."""

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.apps import apps
from django.db.models import BigIntegerField, BooleanField, F, Func, Model, Q, QuerySet, Value

from core import clock

if TYPE_CHECKING:
    from core.models import User

M = TypeVar("M", bound=Model)


def has_part(user: "User", *, in_matter: str) -> Q:
    """Return the condition that the matter whose key stands in the column ``in_matter`` is not kept from ``user``.

    It asks the function that the database's own wall asks.
    """
    kept_from = Func(
        F(in_matter),
        Value(user.pk, output_field=BigIntegerField()),
        template="%(expressions)s))",
        arg_joiner=" NOT IN (SELECT cases_kept_from(",
        output_field=BooleanField(),
    )
    return Q(kept_from)


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


class InboxQuerySet(OwnRowsQuerySet[M]):
    """Messages, each perhaps about a matter."""

    def visible_to(self, user: "User") -> Self:
        """Return the messages addressed to ``user``, without those about a matter that is kept from them by now."""
        return (
            super().visible_to(user).filter(Q(outbox__matter_id=None) | has_part(user, in_matter="outbox__matter_id"))
        )


class PublicQuerySet(ScopedQuerySet[M]):
    """Rows that hold no personal data and that every member of staff may read."""

    def visible_to(self, user: "User") -> Self:
        """Return all rows to a signed-in account, none to anybody else."""
        return self if is_staff_account(user) else self.none()


class HouseQuerySet(ScopedQuerySet[M]):
    """Rows that concern the whole house and no center of it."""

    def visible_to(self, user: "User") -> Self:
        """Return all rows to those who hold the right to view them over the whole tree, none to anybody else."""
        meta = self.model._meta  # noqa: SLF001 - the documented Meta API
        seen = is_staff_account(user) and holds_over_all(user, f"{meta.app_label}.view_{meta.model_name}")
        return self if seen else self.none()


def holds_over_all(user: "User", permission: str) -> bool:
    """Return whether ``user`` holds ``permission`` over the whole tree of centers today, not over a part of it."""
    return bool(rows_of("centers.CenterGrant").over_all(user, permission, on=clock.today()).exists())


def rows_of(label: str) -> Any:
    """Return the manager of the model ``app.Model``, for querysets, which stand below the models they filter by."""
    return apps.get_model(label)._default_manager  # noqa: SLF001 - the documented way to a model's manager


def is_staff_account(user: Any) -> bool:
    """Return whether ``user`` is a signed-in, active member of staff."""
    return bool(user.is_authenticated and user.is_active and user.is_staff)
