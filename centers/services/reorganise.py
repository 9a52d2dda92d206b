"""The one door through which the tree of centers changes: one absorbed by another, or placed under another.

The rooms above hang what they keep of the tree onto FOLLOWERS; it changes in the same transaction.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from centers.enums import ReorganisationKind
from centers.models import Center, Post, Reorganisation
from centers.reports import TREE_LOCK, centers_in_scope
from centers.reports.reorganisation import REORGANISE, TreeChange, check_actor, check_change, posts_concerned
from centers.services.reseat import join_units, reseat_posts
from core import acting, clock, locks
from core.audit import AuditAct, record
from core.errors import DomainError
from core.history import recorded
from core.models import User

# A file of divisions is loaded before, or after.
CLOSE_THE_TABLE: Final = "LOCK TABLE centers_center IN SHARE ROW EXCLUSIVE MODE"
# Of the centers over the subtree those that will be over it no more, with each center that had them above it.
KEEP_FORMER_PLACES: Final = """
INSERT INTO centers_formerplace (reorganisation_id, center_id, above_id)
SELECT %(reorganisation)s, below.id, above.id
FROM centers_center below
JOIN centers_center above ON above.code = ANY (string_to_array(below.path, '/')) AND above.id <> below.id
WHERE starts_with(below.path, %(path)s) AND above.id = ANY (%(lost)s)
"""


class PostsChanged(DomainError):
    """The posts that end or go on are no longer those that were looked at."""

    code = "posts_changed"


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided on: the change, why, and which of the posts that were looked at end with their center."""

    change: TreeChange
    ground: str
    posts: frozenset[int] = frozenset()
    ended: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Reorganised:
    """A change of the tree under way: ``units`` says as which the units of an absorbed center go on."""

    change: TreeChange
    row: Reorganisation
    units: dict[int, int]
    actor: User
    now: datetime

    @property
    def today(self) -> date:
        return self.row.effective_on


class Count(Protocol):
    """How much of what a room keeps a change would touch, in words."""

    def __call__(self, change: TreeChange, *, on: date) -> list[tuple[str | Promise, int]]: ...


@dataclass(frozen=True, slots=True)
class Follower:
    """What another room keeps of the tree: how much of it a change would touch, in words, and what follows from it.

    ``holds`` says whether a center could not be put elsewhere without it, ``figures`` what had belonged there.
    """

    counts: Count
    follow: Callable[[Reorganised], None]
    holds: Callable[[Center], bool] = lambda _center: False
    figures: Callable[[Reorganisation], list[tuple[str | Promise, int]]] = lambda _row: []


FOLLOWERS: Final[list[Follower]] = []


def reorganise(decision: Decision, *, actor: User, now: datetime) -> Reorganisation:
    """Change the tree from this moment on, with everything that lies under the center.

    Matters, grids and posts follow; running limits keep their days. Whoever registers, appoints or reorganises
    meanwhile waits. Raises Center.DoesNotExist for a center that ``actor`` may not reorganise, DomainError for a
    change that the tree does not allow or without a ground, PostsChanged when posts have come or gone since they
    were looked at; nothing is written then.
    """
    with transaction.atomic():
        locks.hold(TREE_LOCK)
        with connection.cursor() as cursor:
            cursor.execute(CLOSE_THE_TABLE)
        today = clock.local_day(now)
        change = _present(decision.change, actor)
        check_change(change)
        check_actor(change, actor, on=today)
        posts = posts_concerned(change, on=today)
        _check_decision(decision, posts)
        row = _on_record(change, decision.ground.strip(), actor=actor, today=today, now=now)
        with acting.as_house(), recorded(actor_id=actor.pk, occasion=f"reorganisation:{row.pk}"), transaction.atomic():
            _carry_out(change, row, posts, decision.ended, actor=actor, now=now)
        return row


def _present(change: TreeChange, actor: User) -> TreeChange:
    """Return the change with its centers as they are by now."""
    centers = centers_in_scope(actor, REORGANISE)
    return TreeChange(change.kind, centers.get(pk=change.center.pk), centers.get(pk=change.target.pk))


def _check_decision(decision: Decision, posts: list[Post]) -> None:
    if not decision.ground.strip():
        raise DomainError(_("Say why the centers are reorganised: the decision behind it."))
    if {post.pk for post in posts} != decision.posts:
        raise PostsChanged(
            _("The posts at %(center)s have changed meanwhile. Look at them again."), center=decision.change.center
        )


def _on_record(change: TreeChange, ground: str, *, actor: User, today: date, now: datetime) -> Reorganisation:
    return Reorganisation.objects.create(
        kind=change.kind,
        center=change.center,
        target=change.target,
        origin=Center.objects.get(children=change.center),
        effective_on=today,
        ground=ground,
        decided_by=actor,
        decided_at=now,
    )


def _carry_out(
    change: TreeChange,
    row: Reorganisation,
    posts: list[Post],
    ended: Collection[int],
    *,
    actor: User,
    now: datetime,
) -> None:
    is_merger = change.kind == ReorganisationKind.MERGE
    _keep_former_places(change, row)  # asks, and keeps, what stands over what while the tree is as it was
    units = join_units(change.center, into=change.target) if is_merger else {}
    reseat_posts(posts, target=change.target, ended=ended, units=units, actor=actor, today=row.effective_on, now=now)
    _rewrite_tree(change, row.effective_on)
    done = Reorganised(change, row, units, actor, now)
    for follower in FOLLOWERS:
        follower.follow(done)
    told = {"kind": str(change.kind), "center": change.center.pk, "target": change.target.pk}
    record(AuditAct.REORGANISED, actor=actor, subject=row, data=told, now=now)


def _keep_former_places(change: TreeChange, row: Reorganisation) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            KEEP_FORMER_PLACES,
            {"reorganisation": row.pk, "path": change.center.path, "lost": [*change.successors]},
        )


def _rewrite_tree(change: TreeChange, today: date) -> None:
    """Hang the subtree where it goes. An absorbed center stands, closed, below the one that carries on for it."""
    center, target = change.center, change.target
    rest = Concat(Value(target.path), Substr("path", len(center.path) + 1))
    below = Center.objects.below(center).exclude(pk=center.pk)
    if change.kind == ReorganisationKind.MERGE:
        below.update(path=rest)
        Center.objects.filter(parent=center).update(parent=target)
        Center.objects.filter(pk=center.pk).update(
            parent=target, path=f"{target.path}{center.code}/", closed_on=today, is_current=False
        )
        return
    new_path = f"{target.path}{center.code}/"
    below.update(path=Concat(Value(new_path), Substr("path", len(center.path) + 1)))
    Center.objects.filter(pk=center.pk).update(parent=target, path=new_path)
