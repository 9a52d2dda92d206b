"""The forms of papers by kind and place. A form is put to use and taken back, never edited."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.admin.papers import download
from cases.forms.paper_templates import TemplateForm, WithdrawTemplateForm
from cases.models import PaperTemplate
from cases.pages.paper_templates import LIST, kind_context, kinds_context, page_url, places_of
from cases.reports.paper_file import CHANGE_FORMS, VIEW_FORMS, document_of
from cases.reports.papers import PaperKind, paper_label
from cases.services.paper_templates import (
    TemplateRefused,
    form_kind,
    may_change_at,
    previewed,
    put_to_use,
    withdraw_template,
)
from centers.models import Center
from core import clock
from core.admin import Act, ActsOnPageAdmin, account
from core.errors import DomainError
from core.examination import FileKind, content_type
from core.papers.printing import can_print


def _withdraw(template: PaperTemplate, user: Any, data: dict[str, Any]) -> str:
    withdraw_template(template.pk, reason=data["reason"], actor=user, now=clock.now())
    return _("The form is taken back.")


@admin.register(PaperTemplate)
class PaperTemplateAdmin(ActsOnPageAdmin):
    """The forms by kind and place."""

    fields = (
        *("center", "kind_of_paper", "version", "name", "put_to_use_by", "put_to_use_at"),
        *("withdrawn_by", "withdrawn_at", "withdrawal_reason"),
    )

    @admin.display(description=gettext_lazy("kind of paper"))
    def kind_of_paper(self, row: PaperTemplate) -> str:
        return paper_label(row.kind)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return self.fields

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm(CHANGE_FORMS)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm(VIEW_FORMS)

    def get_queryset(self, request: HttpRequest) -> Any:
        places = [place.pk for place in places_of(account(request))]
        return super().get_queryset(request).filter(center__in=places)

    def acts(self) -> Iterable[Act]:
        yield Act(
            "withdraw",
            gettext_lazy("Take this form back"),
            CHANGE_FORMS,
            WithdrawTemplateForm,
            lambda template: template.withdrawn_at is None and template.is_newest,
            _withdraw,
            gettext_lazy("The form of the center above holds again, else the system's own. Papers stay as they are."),
        )

    def rights_on(self, request: HttpRequest, row: PaperTemplate) -> frozenset[str]:
        return frozenset({CHANGE_FORMS} if may_change_at(row.center_id, actor=account(request)) else ())

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.document_view)
        return [path("document/", view, name="cases_papertemplate_document"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the kinds with the form that holds for each; the page of one, where one is named."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if "kind" in request.GET:
            return self._kind_page(request, *self._asked(request), TemplateForm())
        places = places_of(account(request))
        context = {"title": _("Forms of papers"), **kinds_context(self._place(request, places), places)}
        return self._page(request, "cases/paper_templates.html", context)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Examine a document, and hand it out filled for show, or put it to use; nothing of a preview is kept.

        A preview is a download, so the page stays, and with it the file that was chosen.
        """
        if not self.has_add_permission(request):
            raise PermissionDenied
        kind, place = self._asked(request)
        if not may_change_at(place.pk, actor=account(request)):
            raise Http404
        form = TemplateForm(request.POST or None, request.FILES or None)
        if request.method != "POST" or not form.is_valid():
            return self._kind_page(request, kind, place, form)
        try:
            if "_preview" in request.POST:
                return _preview(kind, form)
            put_to_use(kind.key, center_id=place.pk, **form.sent(), actor=account(request), now=clock.now())
        except TemplateRefused as refused:
            form.add_error("document", refused.faults)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The form is in use from now on."))
            return HttpResponseRedirect(page_url(LIST, kind, place))
        return self._kind_page(request, kind, place, form)

    def document_view(self, request: HttpRequest) -> HttpResponse:
        """Hand out a form with its placeholders: a version of an office's, or the system's own of a kind."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        template, key = None, request.GET.get("kind", "")
        if "version" in request.GET:
            number = request.GET["version"]  # what holds from above may be copied, too: forms are public in the house
            template = PaperTemplate.objects.filter(pk=number).first() if number.isdecimal() else None
            key = template.kind if template else ""
        content = document_of(_kind(key), template)
        return download(content, f"{paper_label(key)}.docx", plain=f"{key}.docx", kind=content_type(FileKind.DOCX))

    def _asked(self, request: HttpRequest) -> tuple[PaperKind, Center]:
        return _kind(request.GET.get("kind", "")), self._place(request, places_of(account(request)))

    def _place(self, request: HttpRequest, places: list[Center]) -> Center:
        """Return the center asked for, else the uppermost of the user's; out of sight is not found."""
        wanted = request.GET.get("place", "")
        found = next((place for place in places if not wanted or str(place.pk) == wanted), None)
        if found is None:
            raise Http404
        return found

    def _kind_page(self, request: HttpRequest, kind: PaperKind, place: Center, form: TemplateForm) -> HttpResponse:
        may_change = may_change_at(place.pk, actor=account(request))
        context = {**kind_context(kind, place), "form": form, "may_change": may_change}
        return self._page(request, "cases/paper_template.html", context, status=422 if form.errors else 200)

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, template, context, status=status)


def _kind(key: str) -> PaperKind:
    try:
        return form_kind(key)
    except KeyError:
        raise Http404 from None


def _preview(kind: PaperKind, form: TemplateForm) -> HttpResponse:
    as_pdf = can_print()
    content = previewed(kind.key, **form.sent(), as_pdf=as_pdf)
    made = FileKind.PDF if as_pdf else FileKind.DOCX
    ending = "pdf" if as_pdf else "docx"
    return download(content, f"{kind.label}.{ending}", plain=f"preview.{ending}", kind=content_type(made))
