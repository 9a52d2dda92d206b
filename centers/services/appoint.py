from datetime import date

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from centers.enums import Role
from centers.models import Center, CenterGrant, Post, Unit
from centers.rules import permissions_of
from core.errors import DomainError
from core.models import User


@transaction.atomic
def appoint(
    user: User, *, role: Role, center: Center, starts_on: date, unit: Unit | None = None, ends_on: date | None = None
) -> Post:
    """Give ``user`` an office and with it the role's rights on ``center`` and everything below.

    Raises DomainError for what ``check_appointment`` refuses.
    """
    post = Post(user=user, role=role, center=center, unit=unit, starts_on=starts_on, ends_on=ends_on)
    check_appointment(post)
    post.save()
    renew_grants(post)
    return post


def check_appointment(post: Post) -> None:
    """Raise DomainError when the unit belongs to another center, the days are reversed, or the post is held already.

    Held twice, an office would go on giving its rights after one of the two posts has been ended.
    """
    if post.unit is not None and post.unit.center_id != post.center_id:
        raise DomainError(
            _("The unit %(unit)s does not belong to %(center)s. Choose a unit of this center."),
            unit=post.unit,
            center=post.center,
        )
    check_period(post.starts_on, post.ends_on)
    same = Post.objects.filter(user=post.user, role=post.role, center=post.center, unit=post.unit)
    held = same.filter(Q(ends_on=None) | Q(ends_on__gte=post.starts_on))
    if post.ends_on is not None:
        held = held.filter(starts_on__lte=post.ends_on)
    if held.exists():
        raise DomainError(
            _("%(user)s holds this post already in these days. End that one first, or choose other days."),
            user=post.user,
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
def end_post(post: Post, *, ends_on: date) -> Post:
    """Let the post be held until ``ends_on`` and not longer; its rights are gone with the first request after.

    Raises DomainError for a day before the post starts, or after the end that it has already.
    """
    check_end(post, ends_on)
    post.ends_on = ends_on
    post.save(update_fields=["ends_on"])
    return post


def renew_grants(post: Post) -> None:
    """Write the rights that the post's role gives, in place of those it had."""
    post.grants.all().delete()
    condition = Q(pk__in=[])
    for permission in permissions_of(Role(post.role)):
        app_label, codename = permission.split(".")
        condition |= Q(content_type__app_label=app_label, codename=codename)
    CenterGrant.objects.bulk_create(
        CenterGrant(user=post.user, permission=permission, content_object=post.center, post=post)
        for permission in Permission.objects.filter(condition)
    )
