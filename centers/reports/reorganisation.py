"""Reads before a reorganisation: whether the tree may change like that, and what would change with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from centers.enums import Level, ReorganisationKind, Role
from centers.models import Center, Post, Unit
from centers.querysets import CenterQuerySet
from centers.reports import ancestors_by_level, centers_in_scope
from centers.rules import LEVELS, parent_level
from centers.rules.reorganisation import is_to_end
from core.errors import DomainError

if TYPE_CHECKING:
    from core.models import User

REORGANISE: Final = "centers.add_reorganisation"


@dataclass(frozen=True)
class TreeChange:
    """A center that is to be merged into ``target``, or to go below it with all that lies under it."""

    kind: ReorganisationKind
    center: Center
    target: Center

    @cached_property
    def place(self) -> dict[str, int | None]:
        """The centers, by level, that will stand over what lies under the center; at a merger its own level too."""
        over = ancestors_by_level(self.target)
        return {level.value: over[level].pk if level in over else None for level in self._levels}

    @cached_property
    def successors(self) -> dict[int, int]:
        """The center that takes the place of each that stood over the matters under the center and no longer will."""
        before = ancestors_by_level(self.center)
        uppermost = next(pk for pk in self.place.values() if pk is not None)
        pairs = [(before[level].pk, self.place[level.value] or uppermost) for level in self._levels if level in before]
        return {old: new for old, new in pairs if old != new}

    @property
    def _levels(self) -> tuple[Level, ...]:
        index = LEVELS.index(Level(self.center.level))
        return LEVELS[: index + 1] if self.kind == ReorganisationKind.MERGE else LEVELS[:index]


def changeable_centers(user: "User") -> CenterQuerySet:
    """Return the open centers that ``user`` may reorganise."""
    return centers_in_scope(user, REORGANISE).open()


def check_change(change: TreeChange) -> None:
    """Raise DomainError when the tree cannot change like that."""
    center, target = change.center, change.target
    for one in (center, target):
        if one.closed_on is not None:
            raise DomainError(
                _("%(center)s was merged into another center already. Choose one that is open."), center=one
            )
    if center.parent_id is None:
        raise DomainError(_("%(center)s is the uppermost center and stays where it is."), center=center)
    if center == target:
        raise DomainError(_("Choose another center than %(center)s itself."), center=center)
    if target.path.startswith(center.path):
        raise DomainError(
            _("%(target)s lies under %(center)s. Choose a center outside it."), target=target, center=center
        )
    wanted = Level(center.level) if change.kind == ReorganisationKind.MERGE else parent_level(Level(center.level))
    if target.level != wanted:
        raise DomainError(
            _("%(target)s is of the level %(level)s. Choose a center of the level %(wanted)s."),
            target=target,
            level=Level(target.level).label,
            wanted=wanted.label if wanted else "—",
        )
    if change.kind == ReorganisationKind.MOVE and center.parent_id == target.pk:
        raise DomainError(_("%(center)s belongs to %(target)s already."), center=center, target=target)


def check_actor(change: TreeChange, actor: "User", *, on: date) -> None:
    """Raise DomainError when ``actor`` would decide on a post of their own."""
    if any(post.user_id == actor.pk for post in posts_concerned(change, on=on)):
        raise DomainError(_("You hold a post at %(center)s. Let another administrator do this."), center=change.center)


def posts_concerned(change: TreeChange, *, on: date) -> list[Post]:
    """Return the posts at a center that is to be absorbed: those held on ``on``, and those to begin later."""
    if change.kind != ReorganisationKind.MERGE:
        return []
    posts = Post.objects.filter(center=change.center).touching(on, None)
    return list(posts.select_related("user", "unit", "center").order_by("role", "pk"))


def ends_by_default(posts: Sequence[Post], target: Center) -> set[int]:
    """Return those of ``posts`` that end with their center unless a person decides otherwise."""
    there = set(Unit.objects.filter(center=target).values_list("name", flat=True))
    return {
        post.pk
        for post in posts
        if is_to_end(Role(post.role), unit_goes_on=post.unit is None or post.unit.name not in there)
    }
