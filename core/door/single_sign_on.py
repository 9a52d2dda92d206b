"""The pages of single sign-on: the way to the provider, and the way back. Without a provider there are none."""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.views import RedirectURLMixin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.generic import View

from core import clock
from core.door import attempts, identities, provider, trail
from core.door.addresses import client_address
from core.door.attempts import LockedOut
from core.door.forms import SignInForm
from core.door.provider import ProviderFault, Visit
from core.door.views import let_in, locked_page
from core.models import User
from core.rates import Limit, take

logger = logging.getLogger(__name__)

FORBIDDEN: Final = 403
REFUSALS: Final = frozenset({*provider.FAULTS, "unbound", "locked", "account"})  # why, as the trail has it
VISIT: Final = "door.visit"
VISIT_FOR: Final = timedelta(minutes=10)
# Counted apart from passwords: while the provider is slow, nobody waits who does not want to go there.
OF_ONE_ADDRESS: Final = Limit("single_sign_on", burst=120, every=timedelta(seconds=3))


class AbroadView(View):
    """A page that is there only while a provider is, and only for whoever is not signed in."""

    site_context: Mapping[str, Any] = {}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not provider.is_on():
            raise Http404
        if request.user.is_authenticated:
            return HttpResponseRedirect(reverse("admin:index"))
        return super().dispatch(request, *args, **kwargs)

    def refused_page(self, why: str, words: str, *, subject: str = "", user: User | None = None) -> HttpResponse:
        """Say what to do, and put on record why somebody did not get in. The status keeps what was recorded."""
        logger.warning("single sign-on refused: %s", why)
        trail.record_failure(user, is_last=False, now=clock.now(), what="single_sign_on", why=why)
        context = {**self.site_context, "words": words, "subject": subject}
        return TemplateResponse(self.request, "door/sign_on_refused.html", context, status=FORBIDDEN)


class AwayView(RedirectURLMixin, AbroadView):
    """Leads to the provider.

    The page does so itself: a redirect would let forms of the house, by its policy for browsers, send what is typed
    into them to the provider and to whomever it redirects to.
    """

    http_method_names = ["post"]
    next_page = "admin:index"

    def post(self, request: HttpRequest) -> HttpResponse:
        now = clock.now()
        if not take(OF_ONE_ADDRESS, asker=client_address(request), now=now):
            return locked_page(request, self.site_context, LockedOut(until=now + OF_ONE_ADDRESS.every))
        visit = Visit.to_begin(back=_address_of_return(request))
        try:
            address = provider.address_for(visit)
        except ProviderFault as fault:
            return self.refused_page(fault.code, str(fault))
        request.session[VISIT] = {"visit": asdict(visit), "at": now.isoformat(), "next": self.get_success_url()}
        context = {**self.site_context, "address": address, "provider": provider.name()}
        return TemplateResponse(request, "door/leaving.html", context)


class BackView(AbroadView):
    """Takes whoever comes back from the provider, by GET as the protocol has it, and lets the account's owner in."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        now = clock.now()
        begun = request.session.pop(VISIT, {})
        try:
            _refuse_without_visit(begun, now=now)
            subject = provider.subject_of(Visit(**begun["visit"]), request.GET.dict(), now=now)
        except ProviderFault as fault:
            return self.refused_page(fault.code, str(fault))
        user = identities.account_of(subject)
        if user is None:
            words = gettext("No account of this system is bound to you. Ask the security administrator to bind yours.")
            return self.refused_page("unbound", words, subject=subject)
        return self._at_the_door(user, leads_to=begun["next"], now=now)

    def _at_the_door(self, user: User, *, leads_to: str, now: datetime) -> HttpResponse:
        """Hold the account to the same rules as after a right password."""
        try:
            attempts.refuse_while_locked("password", user.username, client_address(self.request), now=now)
            SignInForm(self.request).confirm_login_allowed(user)
        except LockedOut as locked:
            self.refused_page("locked", "", user=user)
            return locked_page(self.request, self.site_context, locked)
        except ValidationError as error:
            return self.refused_page("account", " ".join(error.messages), user=user)
        return let_in(self.request, user, leads_to=leads_to, way="single_sign_on", now=now)


def _refuse_without_visit(begun: Mapping[str, Any], *, now: datetime) -> None:
    if not begun or now >= datetime.fromisoformat(begun["at"]) + VISIT_FOR:
        raise ProviderFault("state")


def _address_of_return(request: HttpRequest) -> str:
    path = reverse("admin:single_sign_on_back")
    return f"{settings.OFFICE_URL}{path}" if settings.OFFICE_URL else request.build_absolute_uri(path)
