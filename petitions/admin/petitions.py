"""The page at which a petition comes in."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from cases.pages.receipt import keep_code
from core import clock
from core.admin import ReadOnlyAdmin, account
from core.errors import DomainError
from petitions.forms.register import RegisterForm
from petitions.models import Petition
from petitions.services.register import register_petition


@admin.register(Petition)
class PetitionAdmin(ReadOnlyAdmin):
    """Petitions are listed as cases; here they only come in."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.register_view)
        return [path("register/", view, name="petitions_petition_register")]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def register_view(self, request: HttpRequest) -> HttpResponse:
        """Take down a petition; afterwards the receipt with the query code is there to print."""
        if not request.user.has_perm("cases.add_case"):
            raise PermissionDenied
        form = RegisterForm(request.POST if request.method == "POST" else None, user=account(request))
        if request.method == "POST" and form.is_valid() and (answer := self._registered(request, form)) is not None:
            return answer
        context = {**self.admin_site.each_context(request), "title": _("Register a petition"), "form": form}
        return TemplateResponse(request, "petitions/register.html", context, status=422 if form.errors else 200)

    def _registered(self, request: HttpRequest, form: RegisterForm) -> HttpResponse | None:
        """Register what the form holds and lead on to the receipt; None where it is refused, with the reason on it."""
        now = clock.now()
        try:
            case, code = register_petition(form.new_petition(), actor=account(request), received_at=now, now=now)
        except DomainError as error:
            form.add_error(None, str(error))
            return None
        return keep_code(request, case, code)
