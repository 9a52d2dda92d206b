"""Which matters were said to belong to one."""

from cases.models import Case
from core.models import User
from core.once import once
from disputes.models import Relation
from disputes.querysets import RelationQuerySet


def relations_of(case: Case, *, user: User) -> RelationQuerySet:
    """Return the relations of a matter to those that ``user`` sees; most have none, which is asked first."""
    rows = Relation.objects.of(case.pk)
    is_some = once(("is related", case.pk), rows.exists)
    return rows.visible_to(user) if is_some else Relation.objects.none()
