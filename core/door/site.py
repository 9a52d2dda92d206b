"""The site of the back-office, with a door of its own and without the pages that lead past the rules of the house."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordChangeView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise, SimpleLazyObject, cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import View
from unfold.settings import get_config
from unfold.sites import UnfoldAdminSite

from core import clock
from core.door import trail
from core.door.forms import OwnPasswordForm
from core.door.sessions import stay_of
from core.door.single_sign_on import AwayView, BackView
from core.door.views import RecoveryCodesView, SecondFactorView, SetUpView, SignInView
from core.models import User

# The first leads to whatever row it is told; the second keeps what it has found, whatever becomes of rights.
CLOSED: Final = {"view_on_site": "r/<path:content_type_id>/<path:object_id>/", "search": "search/"}


def closed(_request: HttpRequest, **_kwargs: str) -> HttpResponse:
    """Answer as if there were no such page: Django or the theme brings it, and the house has no use for it."""
    raise Http404


class OfficeSite(UnfoldAdminSite):
    def get_urls(self) -> list[Any]:
        stock = [one for one in super().get_urls() if getattr(one, "name", None) not in CLOSED]
        own = [
            path("single-sign-on/", self.single_sign_on, name="single_sign_on"),
            path("single-sign-on/back/", self.single_sign_on_back, name="single_sign_on_back"),
            path("second-factor/", self.second_factor, name="second_factor"),
            path("second-factor/set-up/", self.admin_view(self.set_up), name="second_factor_set_up"),
            path("second-factor/codes/", self.admin_view(self.recovery_codes), name="recovery_codes"),
        ]
        return [*(path(route, closed, name=name) for name, route in CLOSED.items()), *own, *stock]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Return the list of all that can be administered, made once somebody looks: the side bar has its own."""
        return SimpleLazyObject(lambda: super(OfficeSite, self).get_app_list(request, app_label))

    def _call_permission_callback(self, callback: Callable[[HttpRequest], bool], request: HttpRequest) -> bool:
        """Return whether an entry of the side bar is shown; the theme would make a class to ask each of a page's."""
        return callback(request)

    @cached_property
    def _theme(self) -> dict[str, Any]:
        return get_config(self.settings_name)

    def _get_config(self, key: str, *args: Any) -> Any:
        """Return what the settings say of the theme; it would put them together anew thirty times a page."""
        return self._get_value(self._theme[key], *args) if self._theme.get(key) else None

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # noqa: ARG002 - Django's signature
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        return self._page(SignInView, request, title=_("Log in"), app_path=request.get_full_path())

    @method_decorator(never_cache)
    @login_not_required
    def single_sign_on(self, request: HttpRequest) -> HttpResponse:
        return self._page(AwayView, request, title=_("Sign in by another system"))

    @method_decorator(never_cache)
    @login_not_required
    def single_sign_on_back(self, request: HttpRequest) -> HttpResponse:
        return self._page(BackView, request, title=_("Sign in by another system"))

    @method_decorator(never_cache)
    @login_not_required
    def second_factor(self, request: HttpRequest) -> HttpResponse:
        return self._page(SecondFactorView, request, title=_("Second factor"))

    def set_up(self, request: HttpRequest) -> HttpResponse:
        return self._page(SetUpView, request, title=_("Set up the second factor"))

    def recovery_codes(self, request: HttpRequest) -> HttpResponse:
        return self._page(RecoveryCodesView, request, title=_("New recovery codes"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        if request.method == "POST" and isinstance(request.user, User):
            trail.record_sign_out(request.user, why="asked", now=clock.now())
        return super().logout(request, extra_context)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        stay = stay_of(request)
        context = {**self.each_context(request), "must_change": stay is not None and stay.must_change_password}
        view = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            success_url=reverse("admin:password_change_done"),
            extra_context={**context, **(extra_context or {})},
        )
        return view(request)

    def _page(self, view: type[View], request: HttpRequest, *, title: str | Promise, **context: Any) -> Any:
        site_context = {**self.each_context(request), "title": title, "subtitle": None, **context}
        request.current_app = self.name
        return view.as_view(site_context=site_context)(request)
