from datetime import date, datetime

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from centers.enums import Role
from centers.models import Center, CenterGrant, Post, Unit
from centers.reports import TREE_LOCK
from centers.rules import may_hold_both, permissions_of
from core import locks
from core.audit import AuditAct, record
from core.errors import DomainError
from core.models import User


@transaction.atomic
def appoint(
    user: User,
    *,
    role: Role,
    center: Center,
    starts_on: date,
    unit: Unit | None = None,
    ends_on: date | None = None,
    actor: User,
    now: datetime,
) -> Post:
    """Give ``user`` an office and with it the role's rights on ``center`` and everything below.

    Raises DomainError for what ``check_appointment`` refuses.
    """
    locks.hold_with_others(TREE_LOCK)
    post = Post(user=user, role=role, center=center, unit=unit, starts_on=starts_on, ends_on=ends_on)
    check_appointment(post)
    post.save()
    renew_grants(post)
    record(AuditAct.APPOINTED, actor=actor, subject=post, data=told_of(post), now=now)
    return post


def check_appointment(post: Post) -> None:
    """Raise DomainError for a unit of another center, reversed days, and an office that this person may not hold.

    Held twice, an office would go on giving its rights after one of the two posts has been ended. An administrator
    holds no other office, and the one who reads the audit trail is appointed for the whole: there is but one trail.
    """
    if post.unit is not None and post.unit.center_id != post.center_id:
        raise DomainError(
            _("The unit %(unit)s does not belong to %(center)s. Choose a unit of this center."),
            unit=post.unit,
            center=post.center,
        )
    if Center.objects.exclude(closed_on=None).filter(pk=post.center_id).exists():
        raise DomainError(
            _("%(center)s was merged into %(target)s. Appoint the person there."),
            center=post.center,
            target=post.center.parent,
        )
    check_period(post.starts_on, post.ends_on)
    if post.role == Role.AUDITADMIN and post.center.parent_id is not None:
        raise DomainError(_("Appoint the audit administrator at the uppermost center: there is one trail for all."))
    held = Post.objects.filter(user=post.user).touching(post.starts_on, post.ends_on)
    if held.filter(role=post.role, center=post.center, unit=post.unit).exists():
        raise DomainError(
            _("%(user)s holds this post already in these days. End that one first, or choose other days."),
            user=post.user,
        )
    for other in held:
        if not may_hold_both(Role(post.role), Role(other.role)):
            raise DomainError(
                _(
                    "%(user)s is %(other)s in these days. An administrator holds no other office: end that post first,"
                    " or choose another person."
                ),
                user=post.user,
                other=other.get_role_display(),
            )


def check_period(starts_on: date, ends_on: date | None) -> None:
    """Raise DomainError when a post would end before it starts."""
    if ends_on is not None and ends_on < starts_on:
        raise DomainError(
            _("The post starts on %(day)s and cannot end before that day. Enter a later day."),
            day=starts_on.isoformat(),
        )


def check_end(post: Post, ends_on: date) -> None:
    """Raise DomainError when ``ends_on`` is no end for ``post``: an end that was set is never put off."""
    check_period(post.starts_on, ends_on)
    set_before = Post.objects.values_list("ends_on", flat=True).get(pk=post.pk)
    if set_before is not None and ends_on > set_before:
        raise DomainError(_("A post that has an end is not prolonged. Appoint the person anew."))


@transaction.atomic
def end_post(post: Post, *, ends_on: date, actor: User, now: datetime) -> Post:
    """Let the post be held until ``ends_on`` and not longer; its rights are gone with the first request after.

    Raises DomainError for a day before the post starts, or after the end that it has already.
    """
    check_end(post, ends_on)
    post.ends_on = ends_on
    post.save(update_fields=["ends_on"])
    record(AuditAct.POST_ENDED, actor=actor, subject=post, data=told_of(post), now=now)
    return post


def told_of(post: Post) -> dict[str, str | int]:
    """Return what the audit trail says of a post."""
    days = {"starts_on": post.starts_on.isoformat(), "ends_on": post.ends_on.isoformat() if post.ends_on else ""}
    return {"user": post.user_id, "role": str(post.role), "center": post.center_id, **days}


def renew_grants(post: Post) -> None:
    """Write the rights that the post's role gives, in place of those it had; at a center that is closed, none."""
    post.grants.all().delete()
    if post.center.closed_on is not None:
        return
    condition = Q(pk__in=[])
    for permission in permissions_of(Role(post.role)):
        app_label, codename = permission.split(".")
        condition |= Q(content_type__app_label=app_label, codename=codename)
    CenterGrant.objects.bulk_create(
        CenterGrant(user=post.user, permission=permission, content_object=post.center, post=post)
        for permission in Permission.objects.filter(condition)
    )
