"""The units and posts of a center that is absorbed by another."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from centers.enums import Role
from centers.models import Center, CenterGrant, Post, Unit
from centers.services.appoint import renew_grants, told_of
from core.audit import AuditAct, record
from core.models import User


def join_units(center: Center, *, into: Center) -> dict[int, int]:
    """Let the units of ``center`` go on at ``into`` and return which goes on as which.

    One of the same name there takes the other in. The old rows stay where the past has them, and take no matters.
    """
    there = dict(Unit.objects.filter(center=into).values_list("name", "pk"))
    joined = {}
    for unit in Unit.objects.filter(center=center):
        if unit.name not in there:
            new = Unit(center=into, name=unit.name, kind=unit.kind, mode=unit.mode, is_active=unit.is_active)
            new.save()
            there[unit.name] = new.pk
        joined[unit.pk] = there[unit.name]
    Unit.objects.filter(pk__in=joined).update(is_active=False)
    return joined


def reseat_posts(
    posts: Sequence[Post],
    *,
    target: Center,
    ended: Collection[int],
    units: Mapping[int, int],
    actor: User,
    today: date,
    now: datetime,
) -> None:
    """End ``posts`` today, and let all but ``ended`` go on at ``target`` with the same role and last day.

    What the old post gave is gone at once. That it was held stays on record, and so does every recusal that follows
    from it. Nobody gets an office at ``target`` twice.
    """
    for post in posts:
        if post.pk not in ended:
            _continue(post, target, unit_id=units.get(post.unit_id or 0), actor=actor, today=today, now=now)
    CenterGrant.objects.filter(post__in=posts).delete()
    for post in posts:
        post.ends_on = max(post.starts_on, today)
        post.save(update_fields=["ends_on"])
        record(AuditAct.POST_ENDED, actor=actor, subject=post, data=told_of(post), now=now)


def _continue(post: Post, target: Center, *, unit_id: int | None, actor: User, today: date, now: datetime) -> None:
    starts_on = max(post.starts_on, today)
    held = Post.objects.filter(user=post.user_id, role=post.role, center=target, unit=unit_id)
    if held.touching(starts_on, post.ends_on).exists():
        return
    new = Post(
        user=post.user, role=Role(post.role), center=target, unit_id=unit_id, starts_on=starts_on, ends_on=post.ends_on
    )
    new.save()
    renew_grants(new)
    record(AuditAct.APPOINTED, actor=actor, subject=new, data=told_of(new), now=now)
