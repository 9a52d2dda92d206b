"""What the window is told before it registers a matter that may be there already. Nothing of it is kept or listed."""

from collections.abc import Collection
from typing import Final

from cases.enums import Category, Procedure
from cases.models import Case, Party
from centers.models import Center
from core.models import User

AT_MOST: Final = 5


def possibly_same(place: Center, *, names: Collection[str], category: Category, user: User) -> list[Case]:
    """Return the open disputes of ``place``, as far as ``user`` sees them, whose parties include all ``names``.

    Which side somebody is on does not count: the other one may have come first. A single name is no match unless the
    category is the same as well. Names are compared within one place alone; an informant has none.
    """
    wanted = set(names)
    if not wanted:
        return []
    found = Case.objects.visible_to(user).open().filter(procedure=Procedure.DISPUTE, **{place.level: place.pk})
    if len(wanted) == 1:
        found = found.filter(category=category)
    for name in wanted:
        found = found.filter(pk__in=Party.objects.filter(name=name).values("case"))
    return list(found.select_related("dispute", "holder").order_by("-received_at", "-pk")[:AT_MOST])


def told_again(keys: Collection[str], *, user: User) -> list[Case]:
    """Return those of the open disputes with these keys that ``user`` still sees, as they were told before."""
    found = Case.objects.visible_to(user).open().filter(procedure=Procedure.DISPUTE, pk__in=keys)
    return list(found.select_related("dispute", "holder").order_by("-received_at", "-pk")[:AT_MOST])
