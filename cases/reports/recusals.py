"""Who has no part in which matters, as routing and messages ask it: for some cases, at this moment."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

from cases.models import Case, Recusal, RecusedPerson
from cases.querysets import EXTEND, EXTEND_AT_TOP, SEEING
from cases.reports import deciding_centers
from centers.enums import Level, Role
from centers.models import Center, CenterGrant, Post
from centers.rules import levels_above, permissions_of
from core.bulk import among
from core.models import User, UserQuerySet

# Who can give a matter to a handler; under seal only the confidential officers can.
ASSIGNERS = (Role.TRIAGE_OFFICER, Role.SUPERVISOR, Role.CENTER_DIRECTOR)

# The offices that give a part in matters: neither the three administrators nor whoever keeps rosters alone.
DEALS_WITH_MATTERS: Final = tuple(role for role in Role if permissions_of(role) & set(SEEING))


@dataclass(frozen=True, slots=True)
class Recusals:
    """The people and centers that have no part in some cases. A center below one that is complained of has none."""

    people: frozenset[tuple[int, int]]
    centers: dict[int, list[tuple[str, bool]]]

    @classmethod
    def of(cls, case_ids: Iterable[int]) -> Self:
        """Read what holds now for these cases."""
        ids = set(case_ids)
        centers: dict[int, list[tuple[str, bool]]] = defaultdict(list)
        rows = Recusal.objects.filter(among("case", ids), center__isnull=False)
        for case_id, path, with_below in rows.values_list("case", "center__path", "with_below"):
            centers[case_id].append((path, with_below))
        people = RecusedPerson.objects.among(ids).values_list("case_id", "user_id")
        return cls(frozenset(people), dict(centers))

    def exclude_person(self, case_id: int, user_id: int) -> bool:
        """Return whether this account has no part in the case."""
        return (case_id, user_id) in self.people

    def exclude_center(self, case_id: int, center: Center) -> bool:
        """Return whether this center has no part in the case."""
        return any(
            center.path == path or (with_below and center.path.startswith(path))
            for path, with_below in self.centers.get(case_id, ())
        )


def recused_people(pairs: Collection[tuple[int, int]], _on: date) -> set[tuple[int, int]]:
    """Return those of the pairs of a case and an account in which the account has no part in the case."""
    kept = RecusedPerson.objects.among({case for case, _user in pairs}).values_list("case_id", "user_id")
    return set(kept).intersection(pairs)


def assigners_at(case: Case, centers: Iterable[Center], *, on: date) -> dict[int, set[int]]:
    """Return, by center, who is in office there on ``on`` and can give ``case`` to a handler.

    A center without a part in the matter, or with nobody who has one, is left out.
    """
    recusals = Recusals.of([case.pk])
    open_to_it = {center.pk for center in centers if not recusals.exclude_center(case.pk, center)}
    roles = (Role.CONFIDENTIAL_OFFICER,) if case.is_sealed else ASSIGNERS
    posts = Post.objects.on_duty(on=on).filter(center_id__in=open_to_it, role__in=roles)
    found: dict[int, set[int]] = defaultdict(set)
    for center_id, user_id in posts.values_list("center", "user"):
        if not recusals.exclude_person(case.pk, user_id):
            found[center_id].add(user_id)
    return dict(found)


def next_center(case: Case, *, on: date) -> Center | None:
    """Return the nearest center above the holder that may take the case and has somebody to do so, None without one."""
    ids = [pk for level in levels_above(Level(case.holder.level)) if (pk := getattr(case, f"{level}_id"))]
    above = Center.objects.in_bulk(ids)
    staffed = assigners_at(case, above.values(), on=on)
    return next((above[pk] for pk in ids if pk in staffed), None)


def staff_near(case: Case, *, on: date) -> UserQuerySet:
    """Return who deals with matters on ``on`` at a center over the place where ``case`` arose, and still has a part."""
    posts = Post.objects.on_duty(on=on).filter(
        center_id__in=case.center_ids(Level.VILLAGE), role__in=DEALS_WITH_MATTERS
    )
    recused = RecusedPerson.objects.filter(case=case.pk).values("user")
    people = User.objects.get_queryset().filter(pk__in=posts.values("user")).exclude(pk__in=recused)
    return people.order_by("full_name", "pk")


def first_open_center(case: Case, *, from_level: Level) -> Center:
    """Return the center of ``from_level`` over the place, or the nearest above it that has a part in the matter.

    Where none has, the one of that level: a matter always lies somewhere.
    """
    levels = (from_level, *levels_above(from_level))
    ids = [pk for level in levels if (pk := getattr(case, f"{level}_id"))]
    centers, recusals = Center.objects.in_bulk(ids), Recusals.of([case.pk])
    return next((centers[pk] for pk in ids if not recusals.exclude_center(case.pk, centers[pk])), centers[ids[0]])


def deciders(case: Case, *, on: date, but: Collection[int | None]) -> set[int]:
    """Return the accounts that decide on extensions of a limit of ``case`` at the nearest center that has such.

    Whoever has no part in the matter is passed by, and so are the accounts in ``but``.
    """
    right = EXTEND if case.holder.parent_id else EXTEND_AT_TOP
    recusals = Recusals.of([case.pk])
    grants = CenterGrant.objects.live(on=on).filter(content_object__in=deciding_centers(case)).exclude(user__in=but)
    held: dict[int, set[int]] = defaultdict(set)
    for center_id, user_id in grants.filter(permission__codename=right.partition(".")[2]).values_list(
        "content_object", "user"
    ):
        if not recusals.exclude_person(case.pk, user_id):
            held[center_id].add(user_id)
    return next((held[pk] for pk in deciding_centers(case) if pk in held), set())


def unit_leaders(case: Case, *, on: date) -> set[int]:
    """Return who leads, on ``on``, the unit that handles ``case``, without asking who has a part in it."""
    posts = Post.objects.on_duty(on=on).filter(unit=case.unit_id, role=Role.UNIT_LEADER)
    return set(posts.values_list("user", flat=True)) if case.unit_id else set()


def supervisors_of(case: Case, *, on: date) -> set[int]:
    """Return who supervises or directs, on ``on``, the nearest center from the holder up that has such."""
    upwards = case.center_ids(Level(case.holder.level))[::-1]
    recusals = Recusals.of([case.pk])
    held: dict[int, set[int]] = defaultdict(set)
    roles = (Role.CONFIDENTIAL_OFFICER,) if case.is_sealed else (Role.SUPERVISOR, Role.CENTER_DIRECTOR)
    posts = Post.objects.on_duty(on=on).filter(center_id__in=upwards, role__in=roles)
    for center_id, user_id in posts.values_list("center", "user"):
        if not recusals.exclude_person(case.pk, user_id):
            held[center_id].add(user_id)
    return next((held[pk] for pk in upwards if pk in held), set())


def handlers_of(case: Case, *, on: date) -> list[User]:
    """Return the people who may be given ``case`` on ``on`` at the center that holds it.

    A matter under seal goes to those alone who may look under it.
    """
    wanted = {"handle_case", "view_sealed_case"} if case.is_sealed else {"handle_case"}
    grants = CenterGrant.objects.live(on=on).filter(content_object=case.holder_id)
    holding = [set(grants.filter(permission__codename=right).values_list("user", flat=True)) for right in wanted]
    recusals = Recusals.of([case.pk])
    people = {pk for pk in set.intersection(*holding) if not recusals.exclude_person(case.pk, pk)}
    return list(User.objects.filter(pk__in=people).order_by("full_name", "pk"))
