"""How long somebody stays signed in: a while, never idle for long, in one place at a time, with both factors.

What a session knows of its sign-in lies in its own row, out of the browser's reach.
"""

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme

from core import clock
from core.door import passwords, second_factor, trail
from core.rates import forget_full_buckets

KEY: Final = "door"
BY_ITSELF: Final = "By-Itself"  # what an open page asks for while nobody touches it
NOTED_EVERY: Final = timedelta(minutes=1)
SET_UP: Final = "admin:second_factor_set_up"
CHANGE: Final = "admin:password_change"
ALWAYS_OPEN: Final = frozenset({"admin:login", "admin:logout", "admin:jsi18n", "set_language"})
OPEN_WHILE: Final = {
    SET_UP: ALWAYS_OPEN | {SET_UP},
    CHANGE: ALWAYS_OPEN | {CHANGE, "admin:password_change_done"},
}


class Ending(StrEnum):
    """Why somebody is signed out at their next request; the page of sign-in says it."""

    IDLE = "idle"
    OVER = "over"
    ELSEWHERE = "elsewhere"
    FACTOR = "factor"


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay in the house: its mark, since when, when its person was last seen, and what is still asked of them."""

    mark: str
    since: str
    seen_at: str
    has_factor: bool = False
    must_change_password: bool = False
    signed_in_before: str = ""


@transaction.atomic
def begin(request: HttpRequest, user: Any, *, has_factor: bool, way: str = "password", now: datetime) -> None:
    """Sign in ``user``, who came by ``way``, under a fresh session key, and end the account's stay anywhere else."""
    before = user.last_login
    login(request, user)
    take_up(request.session, user, has_factor=has_factor, before=before, now=now)
    trail.record_sign_in(user, has_factor=has_factor, way=way, now=now)
    # Whoever comes in sweeps the threshold: nothing here needs a job of its own.
    forget_full_buckets(now=now)
    Session.objects.filter(expire_date__lt=now).delete()


def stay_of(request: HttpRequest) -> Stay | None:
    """Return what the session knows of its sign-in; None for a session that has not been taken up."""
    kept = request.session.get(KEY)
    return Stay(**kept) if kept else None


def ending_of(stay: Stay, *, mark: str, now: datetime) -> Ending | None:
    """Return why the stay is over at ``now``; None if it goes on. ``mark`` is that of the account's only stay."""
    if stay.mark != mark:
        return Ending.ELSEWHERE
    if now >= datetime.fromisoformat(stay.since) + timedelta(seconds=settings.SESSION_COOKIE_AGE):
        return Ending.OVER
    if now >= datetime.fromisoformat(stay.seen_at) + timedelta(seconds=settings.SESSION_IDLE_SECONDS):
        return Ending.IDLE
    return None


def take_up(session: SessionBase, user: Any, *, has_factor: bool, before: datetime | None, now: datetime) -> Stay:
    """Let ``session`` be the only one of the account, which was used before at ``before``."""
    user.session_mark = secrets.token_hex(16)
    user.save(update_fields=["session_mark"])
    stay = Stay(
        mark=user.session_mark,
        since=now.isoformat(),
        seen_at=now.isoformat(),
        has_factor=has_factor,
        must_change_password=passwords.must_change(user, now=now),
        signed_in_before=before.isoformat() if before else "",
    )
    session[KEY] = asdict(stay)
    return stay


class StayMiddleware:
    """Ends stays that are over, and lets nobody on who still owes a second factor or a new password."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        now = clock.now()
        # A session that nobody took up is one that was just made, by whatever way; it owes all that is asked.
        stay = stay_of(request) or take_up(request.session, request.user, has_factor=False, before=None, now=now)
        ending = ending_of(stay, mark=request.user.session_mark, now=now)
        if ending is None and _lacks_proof(request.user, stay):
            ending = Ending.FACTOR
        if ending is not None:
            return _sign_out(request, ending, now=now)
        by_itself = BY_ITSELF in request.headers
        if not by_itself and now >= datetime.fromisoformat(stay.seen_at) + NOTED_EVERY:
            request.session[KEY] = asdict(replace(stay, seen_at=now.isoformat()))
        response = self.get_response(request)
        add_never_cache_headers(response)
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Lead to the page where what is owed is given; every other one is closed until then."""
        stay = stay_of(request) if request.user.is_authenticated else None
        if stay is None:
            return None
        owed = _owed(request, stay)
        name = request.resolver_match.view_name if request.resolver_match else ""
        return None if owed is None or name in OPEN_WHILE[owed] else HttpResponseRedirect(reverse(owed))


def _lacks_proof(user: Any, stay: Stay) -> bool:
    """Return whether the account has a second factor that this stay did not begin with."""
    return settings.SECOND_FACTOR and not stay.has_factor and second_factor.is_set_up(user)


def _owed(request: HttpRequest, stay: Stay) -> str | None:
    if settings.SECOND_FACTOR and not stay.has_factor:
        return SET_UP
    if stay.must_change_password:
        if passwords.must_change(request.user, now=clock.now()):
            return CHANGE
        note(request, must_change_password=False)
    return None


def note(request: HttpRequest, **changes: Any) -> None:
    """Change what the session knows of its sign-in."""
    request.session[KEY] = request.session[KEY] | changes


def _sign_out(request: HttpRequest, ending: Ending, *, now: datetime) -> HttpResponse:
    trail.record_sign_out(request.user, why=ending.value, now=now)  # type: ignore[arg-type]  # signed in until now
    logout(request)
    query = {"ended": ending.value}
    if request.method == "GET" and url_has_allowed_host_and_scheme(request.get_full_path(), allowed_hosts=None):
        query["next"] = request.get_full_path()
    return HttpResponseRedirect(f"{reverse('admin:login')}?{urlencode(query)}")
