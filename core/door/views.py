"""The pages of the door, which the site of the back-office mounts: sign-in, and the second factor."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from core import clock
from core.crypto import decrypt, encrypt
from core.door import attempts, provider, second_factor, sessions, trail
from core.door.addresses import client_address
from core.door.attempts import LockedOut
from core.door.forms import CodeForm, SignInForm
from core.door.second_factor import WrongCode
from core.models import User
from core.rates import Limit, take

TOO_MANY: Final = 429
UNPROCESSABLE: Final = 422
HALFWAY: Final = "door.halfway"
NEW_SECRET: Final = "door.secret"  # noqa: S105 - the name of a key
HALFWAY_FOR: Final = timedelta(minutes=5)
# An office signs in behind one address at half past eight; who guesses at many names from one gets no further.
OF_ONE_ADDRESS: Final = Limit("sign_in", burst=120, every=timedelta(seconds=3))
ENDINGS: Final[Mapping[str, Promise]] = {
    sessions.Ending.IDLE: _("You were signed out because nothing happened for a while. Please sign in again."),
    sessions.Ending.OVER: _("You were signed out because a sign-in lasts no longer. Please sign in again."),
    sessions.Ending.ELSEWHERE: _(
        "You were signed out because your account was signed in elsewhere, or its second factor was taken away. Was "
        "it not you? Tell the security administrator at once."
    ),
    sessions.Ending.FACTOR: _("You were signed out because the second factor was missing. Please sign in again."),
}


class DoorView(FormView):
    """A page of the door in the look of the site's sign-in. ``site_context`` is what every page of the site shows."""

    site_context: Mapping[str, Any] = {}

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        return super().get_context_data(**{**self.site_context, **given})

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=UNPROCESSABLE)

    def locked_page(self, locked: LockedOut) -> HttpResponse:
        return locked_page(self.request, self.site_context, locked)


class SignInView(LoginView):
    """Name and password. Whoever has a second factor is not signed in before it is shown."""

    authentication_form = SignInForm
    template_name = "admin/login.html"
    site_context: Mapping[str, Any] = {}

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        ending = ENDINGS.get(self.request.GET.get("ended", ""))
        other_way = provider.name() if provider.is_on() else ""
        own = {"ending": ending, "provider": other_way}
        return super().get_context_data(**{**self.site_context, **own, **given})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        now = clock.now()
        if not take(OF_ONE_ADDRESS, asker=client_address(request), now=now):
            return locked_page(request, self.site_context, LockedOut(until=now + OF_ONE_ADDRESS.every))
        try:
            return super().post(request, *args, **kwargs)
        except LockedOut as locked:
            return locked_page(request, self.site_context, locked)

    def form_valid(self, form: Any) -> HttpResponse:
        return let_in(self.request, form.get_user(), leads_to=self.get_success_url(), way="password", now=clock.now())


class SecondFactorView(DoorView):
    """The code, asked of somebody who has given the right password, or come from the provider, a moment ago."""

    form_class = CodeForm
    template_name = "door/second_factor.html"
    user: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = _halfway_user(request, now=clock.now())
        if user is None:
            return HttpResponseRedirect(reverse("admin:login"))
        self.user = user
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        now = clock.now()
        try:
            if not _code_is_right(self.request, self.user, form.cleaned_data["code"], now=now):
                form.add_error("code", gettext("This code is not right, or has been used already. Enter a new one."))
                return self.form_invalid(form)
        except LockedOut as locked:
            return self.locked_page(locked)
        halfway = self.request.session[HALFWAY]
        self.request.session.flush()
        sessions.begin(self.request, self.user, has_factor=True, way=halfway["way"], now=now)
        return HttpResponseRedirect(halfway["next"])


class SetUpView(DoorView):
    """Sets up the second factor of somebody who has none, and shows the recovery codes once."""

    form_class = CodeForm
    template_name = "door/set_up.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return HttpResponseRedirect(reverse("admin:login"))
        if second_factor.is_set_up(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        secret = self._secret()
        picture = second_factor.qr_code(secret, user=_account(self.request))
        return super().get_context_data(secret=secret, picture=picture, **given)

    def form_valid(self, form: Any) -> HttpResponse:
        now, user = clock.now(), _account(self.request)
        try:
            codes = second_factor.set_up(user, secret=self._secret(), code=form.cleaned_data["code"], now=now)
        except WrongCode as error:
            form.add_error("code", str(error))
            return self.form_invalid(form)
        del self.request.session[NEW_SECRET]
        self.request.session.cycle_key()
        sessions.note(self.request, has_factor=True)
        return _codes_page(self.request, self.site_context, codes)

    def _secret(self) -> str:
        """Return the secret this page offers; it lies encrypted in the session until an app has shown it knows it."""
        session = self.request.session
        if NEW_SECRET not in session:
            session[NEW_SECRET] = encrypt(second_factor.new_secret(), context=NEW_SECRET)
        return decrypt(session[NEW_SECRET], context=NEW_SECRET)


class RecoveryCodesView(DoorView):
    """Replaces one's recovery codes, for a code of the app."""

    form_class = CodeForm
    template_name = "door/recovery_codes.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not second_factor.is_set_up(_account(request)):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        user = _account(self.request)
        try:
            if not _code_is_right(self.request, user, form.cleaned_data["code"], now=clock.now()):
                form.add_error("code", gettext("This code is not right, or has been used already. Enter a new one."))
                return self.form_invalid(form)
        except LockedOut as locked:
            return self.locked_page(locked)
        return _codes_page(self.request, self.site_context, second_factor.renew_recovery_codes(user))


def let_in(request: HttpRequest, user: User, *, leads_to: str, way: str, now: datetime) -> HttpResponse:
    """Sign somebody in who has shown who they are, or ask for the second factor first if they have one."""
    if settings.SECOND_FACTOR and second_factor.is_set_up(user):
        request.session.flush()
        request.session[HALFWAY] = {
            "user": user.pk,
            "password": user.get_session_auth_hash(),
            "at": now.isoformat(),
            "next": leads_to,
            "way": way,
        }
        return HttpResponseRedirect(reverse("admin:second_factor"))
    sessions.begin(request, user, has_factor=False, way=way, now=now)
    return HttpResponseRedirect(leads_to)


def _account(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _halfway_user(request: HttpRequest, *, now: datetime) -> User | None:
    """Return who has shown who they are a moment ago, unless the password was changed or the account closed since."""
    halfway = request.session.get(HALFWAY)
    if halfway is None or now >= datetime.fromisoformat(halfway["at"]) + HALFWAY_FOR:
        return None
    user = User.objects.get_queryset().filter(pk=halfway["user"], is_active=True).first()
    return user if user is not None and user.get_session_auth_hash() == halfway["password"] else None


def _code_is_right(request: HttpRequest, user: User, code: str, *, now: datetime) -> bool:
    asked = {"name": str(user.pk), "address": client_address(request)}
    is_last = attempts.count_attempt("code", **asked, now=now)
    if not second_factor.check(user, code=code, now=now):
        trail.record_failure(user, is_last=is_last, now=now, what="second_factor")
        return False
    attempts.forgive("code", **asked, now=now)
    return True


def _codes_page(request: HttpRequest, site_context: Mapping[str, Any], codes: list[str]) -> HttpResponse:
    context = {**site_context, "codes": codes, "title": gettext("Your recovery codes")}
    return TemplateResponse(request, "door/codes.html", context)


def locked_page(request: HttpRequest, site_context: Mapping[str, Any], locked: LockedOut) -> HttpResponse:
    seconds = max(1, math.ceil((locked.until - clock.now()).total_seconds()))
    context = {
        **site_context,
        "title": gettext("Please wait"),
        "until": locked.until,
        "minutes": math.ceil(seconds / 60),
    }
    answer = TemplateResponse(request, "door/locked.html", context, status=TOO_MANY)
    answer.headers["Retry-After"] = str(seconds)
    return answer
