"""The kinds of user: what each is, and in what state they come to the door."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client

from centers.enums import Role
from core import clock
from core.door import second_factor, sessions
from core.door.models import PasswordRecord, SecondFactor
from core.models import User

CITY, COUNTY, TOWN, VILLAGE = "3306", "330681", "330681109", "330681109201"
SIBLING, OTHER_COUNTY = "330681109202", "330602"
ANONYMOUS: Final = "anonymous"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of user: an office, whether in a unit of its center, and since and until how many days from today."""

    role: Role | None = None
    center: str = ""
    in_unit: bool = False
    since_days: int | None = None
    until_days: int | None = None


# Who gets no further than the door; each would be a clerk of the village inside.
_CLERK: Final = Kind(Role.INTAKE_CLERK, VILLAGE)
AT_THE_DOOR: Final = {
    ANONYMOUS: Kind(),
    "deactivated": _CLERK,
    "session_over": _CLERK,
    "session_idle": _CLERK,
    "signed_in_elsewhere": _CLERK,
    "before_second_factor": _CLERK,
    "without_second_factor": _CLERK,
    "password_expired": _CLERK,
}
INSIDE: Final = {
    "nobody": Kind(),
    "clerk": _CLERK,
    "revoked_clerk": Kind(Role.INTAKE_CLERK, VILLAGE, until_days=-1),
    "future_clerk": Kind(Role.INTAKE_CLERK, VILLAGE, since_days=1),
    "future_confidential": Kind(Role.CONFIDENTIAL_OFFICER, TOWN, since_days=1),
    "triage": Kind(Role.TRIAGE_OFFICER, VILLAGE),
    "town_triage": Kind(Role.TRIAGE_OFFICER, TOWN),
    "handler": Kind(Role.MEDIATOR, VILLAGE, in_unit=True),
    "former_handler": Kind(Role.MEDIATOR, VILLAGE, in_unit=True),
    "recused_handler": Kind(Role.MEDIATOR, VILLAGE, in_unit=True),
    "sibling_handler": Kind(Role.MEDIATOR, SIBLING),
    "town_handler": Kind(Role.MEDIATOR, TOWN),
    "unit_leader": Kind(Role.UNIT_LEADER, VILLAGE, in_unit=True),
    "supervisor": Kind(Role.SUPERVISOR, TOWN),
    "county_supervisor": Kind(Role.SUPERVISOR, COUNTY),
    "other_supervisor": Kind(Role.SUPERVISOR, OTHER_COUNTY),
    "director": Kind(Role.CENTER_DIRECTOR, TOWN),
    "accused": Kind(Role.SUPERVISOR, TOWN),
    "subordinate": Kind(Role.CENTER_DIRECTOR, TOWN, in_unit=True),
    "declared": Kind(Role.SUPERVISOR, TOWN),
    "confidential": Kind(Role.CONFIDENTIAL_OFFICER, TOWN),
    "other_confidential": Kind(Role.CONFIDENTIAL_OFFICER, OTHER_COUNTY),
    "roster_manager": Kind(Role.ROSTER_MANAGER, TOWN),
    "other_roster": Kind(Role.ROSTER_MANAGER, OTHER_COUNTY),
    "sysadmin": Kind(Role.SYSADMIN, CITY),
    "secadmin": Kind(Role.SECADMIN, CITY),
    "other_secadmin": Kind(Role.SECADMIN, OTHER_COUNTY),
    "auditadmin": Kind(Role.AUDITADMIN, CITY),
}
KINDS: Final = {**AT_THE_DOOR, **INSIDE}


def signed_in(name: str, account_id: int | None) -> Client:
    """Return a browser in the hands of this kind of user, who has come as far as that kind does.

    What a session and an account need for it is written; whoever asks takes it back.
    """
    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    if account_id is None:
        return client
    user = User.objects.get_queryset().get(pk=account_id)
    request = HttpRequest()
    request.session = SessionStore()
    has_factor = name not in {"before_second_factor", "without_second_factor"}
    _BEFORE.get(name, _nothing)(user)
    sessions.begin(request, user, has_factor=has_factor, now=_came_in(name))
    if name == "session_over":  # though somebody sat at it all the while
        sessions.note(request, seen_at=clock.now().isoformat())
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(request.session.session_key)
    _AFTER.get(name, _nothing)(user)
    return client


def _came_in(name: str) -> datetime:
    if name == "session_over":
        return clock.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    if name == "session_idle":
        return clock.now() - timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    return clock.now()


def _nothing(_user: Any) -> None:
    """Leave the account as it is."""


def _has_factor(user: Any) -> None:
    SecondFactor.objects.create(
        user=user, secret=second_factor.new_secret(), last_step=0, set_up_at=clock.now() - timedelta(days=1)
    )


def _has_old_password(user: Any) -> None:
    PasswordRecord.objects.filter(user=user).update(set_at=clock.now() - timedelta(days=settings.PASSWORD_DAYS + 1))


def _is_switched_off(user: Any) -> None:
    User.objects.get_queryset().filter(pk=user.pk).update(is_active=False)


def _comes_in_elsewhere(user: Any) -> None:
    User.objects.get_queryset().filter(pk=user.pk).update(session_mark="elsewhere")


_BEFORE: Final[dict[str, Callable[[Any], None]]] = {
    "without_second_factor": _has_factor,
    "password_expired": _has_old_password,
}
_AFTER: Final[dict[str, Callable[[Any], None]]] = {
    "deactivated": _is_switched_off,
    "signed_in_elsewhere": _comes_in_elsewhere,
}
