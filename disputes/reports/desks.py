"""The mediation's lists of work beside those of every case; the home page counts what each holds."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from cases.querysets import HANDLE, CaseQuerySet
from cases.reports import DESKS, Desk
from core import clock
from core.models import User
from disputes.enums import Action, State
from disputes.models import FollowUp, Session
from disputes.rules.procedure import PERMISSIONS


def _with_sessions(cases: CaseQuerySet, user: User, now: datetime) -> CaseQuerySet:
    """Return the matters on one's desk with a session until tomorrow night, or one that is over without a record."""
    until = clock.end_of(clock.local_day(now) + timedelta(days=1))
    soon = Session.objects.planned().filter(case=OuterRef("pk"), starts_at__lt=until)
    going_on = (State.ACCEPTED, State.MEDIATING)
    return cases.on_desk_of(user).filter(Exists(soon), dispute__state__in=going_on)


def _to_follow_up(cases: CaseQuerySet, user: User, now: datetime) -> CaseQuerySet:
    """Return the matters of others in which somebody is to be asked by now."""
    due = FollowUp.objects.due(on=clock.local_day(now)).filter(case=OuterRef("pk"))
    within_reach = cases.reachable_by(user, PERMISSIONS[Action.FOLLOW_UP])
    return within_reach.filter(Exists(due)).exclude(handler=user.pk)


def add_desks() -> None:
    """Put the lists beside those of every case."""
    for desk in (
        Desk("sessions", _("Sessions until tomorrow"), HANDLE, _with_sessions),
        Desk("to_follow_up", _("To follow up"), PERMISSIONS[Action.FOLLOW_UP], _to_follow_up),
    ):
        DESKS[desk.name] = desk
