"""The files of a case: the page that takes them in, what is handed out, and the page that withdraws one."""

from typing import Any, Final
from urllib.parse import quote

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from cases.forms.attachments import FilesForm, WithdrawForm
from cases.models import Attachment, Case
from cases.querysets import ATTACH
from cases.reports.holdings import rows_of
from cases.reports.paper_file import takes_papers
from cases.services.attach import NewFile, attach_files, withdraw_attachment
from cases.services.hand_out import Tampered, hand_out, show_picture
from core import clock
from core.admin import account
from core.errors import DomainError
from core.examination import PREVIEW_TYPE, FileKind, content_type, ending

# Nothing of what people sent may do anything in a browser, or stay in it.
HEADERS: Final = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class AttachmentsMixin:
    """Gives the page of a case its files."""

    def get_urls(self) -> list[URLPattern]:
        own = [
            ("files/", self.files_view, "files"),
            ("file/<int:number>/", self.file_view, "file"),
            ("file/<int:number>/picture/", self.picture_view, "picture"),
            ("file/<int:number>/withdraw/", self.withdraw_view, "withdraw_file"),
        ]
        urls = [
            path(f"<path:object_id>/{route}", self.admin_site.admin_view(view), name=f"cases_case_{name}")  # type: ignore[attr-defined]
            for route, view, name in own
        ]
        return [*urls, *super().get_urls()]  # type: ignore[misc]

    def files_context(self, request: HttpRequest, case: Case) -> dict[str, Any]:
        """Return what the pages of a case show of its files, and the form where more may be added."""
        may_attach = ATTACH in self.rights_on(request, case)  # type: ignore[attr-defined]
        return {
            "files": rows_of(case, case.attachments.select_related("uploaded_by", "withdrawn_by")),
            "may_attach": may_attach,
            "files_form": FilesForm() if may_attach and takes_papers(case) else None,
        }

    def files_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take files in and tell of each what became of it."""
        case = self._case(request, object_id, ATTACH)
        form = FilesForm(request.POST or None, request.FILES) if request.method == "POST" else FilesForm()
        context: dict[str, Any] = {}
        if request.method == "POST" and form.is_valid():
            files = [NewFile(file.name, file.read(), file.size) for file in form.cleaned_data["chosen"]]
            try:
                context["results"] = attach_files(case.pk, files=files, actor=account(request), now=clock.now())
                form = FilesForm()
            except DomainError as error:
                form.add_error(None, str(error))
        context |= {"form": form, "is_open": takes_papers(case)}
        is_refused = bool(form.errors) or any(one.refusal for one in context.get("results", ()))
        return self._page(request, case, "cases/files.html", _("Files"), context, status=422 if is_refused else 200)

    def file_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """Hand out a file as it was sent, to be kept and not to be shown."""
        case = self._case(request, object_id)
        get_object_or_404(case.attachments, pk=number)
        try:
            attachment, content = hand_out(number, actor=account(request), now=clock.now())
        except Attachment.DoesNotExist as error:
            raise Http404 from error
        except Tampered as error:
            return self._damaged(request, case, error)
        kind = FileKind(attachment.kind)
        plain, name = f"file-{attachment.pk}.{ending(kind)}", quote(attachment.name, safe="")
        disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{name}"
        return HttpResponse(
            content, content_type=content_type(kind), headers={**HEADERS, "Content-Disposition": disposition}
        )

    def picture_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """Show a picture as it was drawn anew."""
        case = self._case(request, object_id)
        get_object_or_404(case.attachments, pk=number)
        try:
            attachment, picture = show_picture(number, actor=account(request), now=clock.now())
        except ObjectDoesNotExist as error:
            raise Http404 from error
        except Tampered as error:
            return self._damaged(request, case, error)
        disposition = f'inline; filename="picture-{attachment.pk}.jpg"'
        return HttpResponse(picture, content_type=PREVIEW_TYPE, headers={**HEADERS, "Content-Disposition": disposition})

    def withdraw_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """Ask why a file is withdrawn, and withdraw it."""
        case = self._case(request, object_id, ATTACH)
        attachment = get_object_or_404(case.attachments.kept(), pk=number)
        form = WithdrawForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                reason = form.cleaned_data["reason"]
                withdraw_attachment(attachment.pk, reason=reason, actor=account(request), now=clock.now())
                return HttpResponseRedirect(self.row_url(case))  # type: ignore[attr-defined]
            except DomainError as error:
                form.add_error(None, str(error))
        context = {"form": form, "attachment": attachment}
        status = 422 if form.errors else 200
        return self._page(request, case, "cases/withdraw_file.html", _("Withdraw a file"), context, status=status)

    def _case(self, request: HttpRequest, object_id: str, right: str = "") -> Case:
        """Return the case; one out of sight and a missing right are both "not found"."""
        case: Case = self.visible_row(request, object_id)  # type: ignore[attr-defined]
        if right and right not in self.rights_on(request, case):  # type: ignore[attr-defined]
            raise Http404
        return case

    def _damaged(self, request: HttpRequest, case: Case, error: Tampered) -> HttpResponse:
        return self._page(request, case, "cases/files.html", _("Files"), {"damage": str(error)}, status=409)

    def _page(
        self, request: HttpRequest, case: Case, template: str, title: str, context: dict[str, Any], *, status: int
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            **self.files_context(request, case),
            "title": f"{case} · {title}",
            "heading": title,
            "case": case,
            "row_url": self.row_url(case),  # type: ignore[attr-defined]
            **context,
        }
        return TemplateResponse(request, template, context, status=status)
