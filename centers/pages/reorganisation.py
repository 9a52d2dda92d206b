"""What a reorganisation would change, before anybody confirms it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from centers.enums import ReorganisationKind
from centers.models import Post, Unit, WorkCalendarDay
from centers.reports.reorganisation import TreeChange, ends_by_default, posts_concerned
from centers.services.reorganise import FOLLOWERS


@dataclass(frozen=True, slots=True)
class PostRow:
    """One post on which a person decides, and what happens to it unless they do."""

    post: Post
    name: str
    is_to_end: bool


def post_field(post_pk: int) -> str:
    """Return the name under which a page asks about a post."""
    return f"post_{post_pk}"


def preview_context(change: TreeChange, *, today: date) -> dict[str, Any]:
    """Return what is told before the confirmation: counts, and every post at a center that is to be absorbed."""
    posts = posts_concerned(change, on=today)
    ending = ends_by_default(posts, change.target)
    return {
        "change": change,
        "kind": change.kind.label,
        "counts": _counts(change, today),
        "posts": [PostRow(post, post_field(post.pk), post.pk in ending) for post in posts],
    }


def _counts(change: TreeChange, today: date) -> list[tuple[str | Promise, int]]:
    counts = [row for follower in FOLLOWERS for row in follower.counts(change, on=today)]
    if change.kind != ReorganisationKind.MERGE:
        return counts
    days = WorkCalendarDay.objects.filter(center=change.center, date__gte=today)
    units = Unit.objects.active().filter(center=change.center)
    return [
        *counts,
        (_("Units that go on there"), units.count()),
        (_("Calendar days of its own, which hold no more for its matters"), days.count()),
    ]
