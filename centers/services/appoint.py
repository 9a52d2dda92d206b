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
def appoint(user: User, *, role: Role, center: Center, starts_on: date, unit: Unit | None = None, ends_on: date | None = None) -> Post:
    """Give ``user`` an office and with it the role's rights on ``center`` and everything below.

    Raises DomainError when the unit belongs to another center.
    """
    if unit is not None and unit.center_id != center.pk:
        raise DomainError(_("The unit %(unit)s does not belong to %(center)s. Choose a unit of this center."), unit=unit, center=center)
    post = Post(user=user, role=role, center=center, unit=unit, starts_on=starts_on, ends_on=ends_on)
    post.save()
    renew_grants(post)
    return post


@transaction.atomic
def end_post(post: Post, *, ends_on: date) -> Post:
    """Let the post be held until ``ends_on`` and not longer; its rights are gone with the first request after."""
    post.ends_on = ends_on
    post.full_clean(exclude=["user", "center", "unit"])
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
