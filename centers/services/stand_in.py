from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from centers.models import Post, StandIn
from centers.reports import offices_of
from centers.rules import uncovered_office
from core import clock
from core.channels import MessageKind
from core.errors import DomainError, IllegalTransition, NotPermitted
from core.models import User
from core.outbox import Message, queue_messages


@transaction.atomic
def name_stand_in(
    absent: User, *, stand_in: User, starts_on: date, ends_on: date, actor: User, now: datetime
) -> StandIn:
    """Let ``stand_in`` receive the messages of ``absent`` as well, from a day until a day, and tell both of it.

    Both accounts are locked, so that two that are named at the same time cannot make a chain. Raises what
    ``check_stand_in`` raises.
    """
    list(User.objects.filter(pk__in=[absent.pk, stand_in.pk]).order_by("pk").select_for_update(no_key=True))
    row = StandIn(absent=absent, stand_in=stand_in, starts_on=starts_on, ends_on=ends_on, named_by=actor, named_at=now)
    check_stand_in(row, today=clock.local_day(now))
    row.save()
    with override(settings.LANGUAGE_CODE):
        _tell_of_naming(row, now=now)
    return row


@transaction.atomic
def withdraw_stand_in(stand_in_id: int, *, actor: User, now: datetime) -> StandIn:
    """Let an absence end, or never begin: from now on only the person receives.

    The row is locked. Raises StandIn.DoesNotExist for one that is not the actor's to withdraw, IllegalTransition for
    one that is withdrawn or over.
    """
    row = StandIn.objects.governed_by(actor).select_for_update(of=("self",)).get(pk=stand_in_id)
    if row.withdrawn_at is not None or row.ends_on < clock.local_day(now):
        raise IllegalTransition(_("This stand-in is over already."))
    row.withdrawn_by, row.withdrawn_at = actor, now
    row.save(update_fields=["withdrawn_by", "withdrawn_at"])
    with override(settings.LANGUAGE_CODE):
        _tell_of_withdrawal(row, now=now)
    return row


def check_stand_in(row: StandIn, *, today: date) -> None:
    """Raise DomainError when the days, the person, the offices or other stand-ins forbid ``row``.

    NotPermitted when it is neither one's own absence nor that of somebody whose account one administers.
    """
    _check_actor(row.named_by, row.absent)
    _check_days(row, today)
    if row.absent == row.stand_in:
        raise DomainError(gettext_lazy("Nobody stands in for themselves. Choose somebody else."))
    if not row.stand_in.is_active:
        raise DomainError(gettext_lazy("The account of %(person)s is switched off."), person=row.stand_in)
    _check_offices(row)
    _check_others(row)


def _check_actor(actor: User, absent: User) -> None:
    administered = User.objects.get_queryset().administered_by(actor).filter(pk=absent.pk)
    if actor != absent and not (actor.has_perm("centers.add_standin") and administered.exists()):
        raise NotPermitted(
            gettext_lazy(
                "A stand-in is named by the person or by the security administrator of all the person's posts."
            )
        )


def _check_days(row: StandIn, today: date) -> None:
    if row.starts_on < today:
        raise DomainError(gettext_lazy("The absence cannot begin in the past. Enter today or a later day."))
    if row.ends_on < row.starts_on:
        raise DomainError(gettext_lazy("The absence ends before it begins. Enter a later day."))


def _check_offices(row: StandIn) -> None:
    offices = offices_of(Post.objects.filter(user__in=[row.absent_id, row.stand_in_id]))
    held = [office for office in offices.get(row.absent_id, []) if office.is_held(row.starts_on, row.ends_on)]
    if not held:
        raise DomainError(
            gettext_lazy("%(person)s holds no office in these days, so there is nothing to stand in for."),
            person=row.absent,
        )
    missing = uncovered_office(held, offices.get(row.stand_in_id, []), first=row.starts_on, last=row.ends_on)
    if missing is not None:
        raise DomainError(
            gettext_lazy(
                "%(person)s does not hold the office “%(role)s” at the same center or above it on all these days. "
                "Choose somebody who does."
            ),
            person=row.stand_in,
            role=missing.role.label,
        )


def _check_others(row: StandIn) -> None:
    others = StandIn.objects.touching(row.starts_on, row.ends_on)
    if others.filter(absent=row.absent).exists():
        raise DomainError(
            gettext_lazy("Somebody stands in for %(person)s in these days already. Withdraw that first."),
            person=row.absent,
        )
    if others.filter(absent=row.stand_in).exists():
        raise DomainError(
            gettext_lazy("%(person)s is absent in these days too. Choose somebody who is there."), person=row.stand_in
        )
    if others.filter(stand_in=row.absent).exists():
        raise DomainError(
            gettext_lazy("%(person)s stands in for somebody else in these days. That has to be withdrawn first."),
            person=row.absent,
        )


def _tell_of_naming(row: StandIn, *, now: datetime) -> None:
    names = {"absent": row.absent, "stand_in": row.stand_in, "first": row.starts_on, "last": row.ends_on}
    people = {
        row.stand_in_id: (
            _("You stand in for %(absent)s from %(first)s to %(last)s") % names,
            _("Messages to %(absent)s come to you as well in these days. It gives you no further right.") % names,
        ),
        row.absent_id: (
            _("%(stand_in)s stands in for you from %(first)s to %(last)s") % names,
            _("Messages to you go to %(stand_in)s as well in these days. You can withdraw this at any time.") % names,
        ),
    }
    people.pop(row.named_by_id, None)
    _tell(row, "named", people, now=now)


def _tell_of_withdrawal(row: StandIn, *, now: datetime) -> None:
    names = {"absent": row.absent, "stand_in": row.stand_in}
    people = {
        row.stand_in_id: (
            _("You no longer stand in for %(absent)s") % names,
            _("From now on messages to %(absent)s reach only %(absent)s.") % names,
        ),
        row.absent_id: (
            _("%(stand_in)s no longer stands in for you") % names,
            _("From now on messages to you reach only you.") % names,
        ),
    }
    people.pop(row.withdrawn_by_id or 0, None)
    _tell(row, "withdrawn", people, now=now)


def _tell(row: StandIn, occasion: str, people: dict[int, tuple[str, str]], *, now: datetime) -> None:
    reason = _("You are named in it.")
    queue_messages(
        [
            Message(f"{MessageKind.STAND_IN}:{row.pk}:{occasion}", person, subject, body, reason)
            for person, (subject, body) in people.items()
        ],
        now=now,
    )
