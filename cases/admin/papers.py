"""The file of a case: what it holds and lacks, what is made, filed or seen, and what is handed out."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cases.admin.attachments import HEADERS, AttachmentsMixin
from cases.forms.attachments import WithdrawForm
from cases.forms.papers import FilePaperForm
from cases.models import Case
from cases.querysets import ATTACH
from cases.reports.holdings import archived_file
from cases.reports.paper_file import FileLine, file_of, past_rounds
from cases.reports.papers import KINDS, paper_label
from cases.services.hand_out import Tampered, hand_out_paper
from cases.services.make_papers import MadeTogether, make_papers
from cases.services.papers import file_paper, make_paper, see_paper, withdraw_paper
from cases.services.whole_file import whole_file
from core import clock
from core.admin import account
from core.errors import DomainError
from core.examination import FileKind, content_type
from core.papers.printing import can_print

ZIP: Final = "zip"
_TYPES: Final = {ZIP: "application/zip", "pdf": "application/pdf"}


class PapersMixin(AttachmentsMixin):
    """Gives the page of a case the papers of its file."""

    def get_urls(self) -> list[URLPattern]:
        own = [
            ("papers/", self.papers_view, "papers"),
            ("papers/make/", self.make_papers_view, "make_papers"),
            ("papers/whole/", self.whole_file_view, "whole_file"),
            ("paper/<int:number>/", self.paper_view, "paper"),
            ("paper/<int:number>/withdraw/", self.withdraw_paper_view, "withdraw_paper"),
        ]
        urls = [
            path(f"<path:object_id>/{route}", self.admin_site.admin_view(view), name=f"cases_case_{name}")  # type: ignore[attr-defined]
            for route, view, name in own
        ]
        return [*urls, *super().get_urls()]

    def papers_context(self, request: HttpRequest, case: Case) -> dict[str, Any]:
        """Return what the pages of a case show of its papers."""
        may_change = ATTACH in self.rights_on(request, case)  # type: ignore[attr-defined]
        lines = file_of(case, today=clock.today())
        missing = [line for line in lines if line.is_missing]
        ready = [line for line in missing if line.is_ready and not line.is_blank]
        archived = archived_file(case)
        shown = {"lines": lines, "missing": missing, "ready": ready, "may_change": may_change, "can_print": can_print()}
        return {"papers": shown | {"archived": archived, "past": past_rounds(case)}}

    def papers_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the whole file with its older versions; make, file or see one paper on POST."""
        if request.method != "POST":
            return self._papers_page(request, self._case(request, object_id))
        case = self._case(request, object_id, ATTACH)
        form = FilePaperForm(request.POST, case=case) if request.POST.get("act") == "file" else None
        if form is not None and not form.is_valid():
            return self._papers_page(request, case, form)
        try:
            messages.success(request, self._done(request, case, form))
        except DomainError as error:
            return self._papers_page(request, case, form, refusal=str(error))
        return HttpResponseRedirect(reverse("admin:cases_case_papers", args=[case.pk]))

    @method_decorator(require_POST)
    def make_papers_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Make whatever the file still lacks and can have, and tell of each paper what became of it."""
        case = self._case(request, object_id, ATTACH)
        with_optional = "with_optional" in request.POST
        try:
            told = make_papers(case.pk, with_optional=with_optional, actor=account(request), now=clock.now())
        except DomainError as error:
            return self._papers_page(request, case, refusal=str(error))
        _tell(request, told)
        return HttpResponseRedirect(reverse("admin:cases_case_papers", args=[case.pk]))

    def paper_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """Hand out a paper as it was made, to be printed and signed."""
        case = self._case(request, object_id)
        get_object_or_404(case.papers, pk=number)
        try:
            paper, content = hand_out_paper(number, actor=account(request), now=clock.now())
        except ObjectDoesNotExist as error:
            raise Http404 from error
        except Tampered as error:
            return self._damaged(request, case, error)
        name = f"{case.code} {paper_label(paper.kind)} {paper.version}.docx"
        return download(content, name, plain=f"paper-{paper.pk}.docx", kind=content_type(FileKind.DOCX))

    def whole_file_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Hand out all papers of a round as one: a PDF in the order of the file, or the documents in one folder.

        A link gives what it says: where no PDF can be made, who asks for one is told so, and gets nothing else.
        """
        case = self._case(request, object_id)
        number = _round_of(request, case)
        as_zip = request.GET.get("as") == ZIP
        try:
            content = whole_file(
                case.pk, as_pdf=not as_zip, round_number=number, actor=account(request), now=clock.now()
            )
        except DomainError as error:
            return self._papers_page(request, case, refusal=str(error))
        ending = ZIP if as_zip else "pdf"
        name = f"{case.code} {number}" if case.round > 1 else case.code
        return download(content, f"{name}.{ending}", plain=f"file-{case.pk}.{ending}", kind=_TYPES[ending])

    def withdraw_paper_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """Ask why a paper is withdrawn, and withdraw it."""
        case = self._case(request, object_id, ATTACH)
        paper = get_object_or_404(case.papers.kept(), pk=number)
        form = WithdrawForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                withdraw_paper(paper.pk, reason=form.cleaned_data["reason"], actor=account(request), now=clock.now())
                return HttpResponseRedirect(reverse("admin:cases_case_papers", args=[case.pk]))
            except DomainError as error:
                form.add_error(None, str(error))
        context = {"form": form, "paper": paper, "label": paper_label(paper.kind)}
        status = 422 if form.errors else 200
        return self._page(request, case, "cases/withdraw_paper.html", _("Withdraw a paper"), context, status=status)

    def _done(self, request: HttpRequest, case: Case, form: FilePaperForm | None) -> str:
        """Do what was asked with one kind of paper, and return the sentence that tells it."""
        kind = KINDS.get(request.POST.get("kind", ""))
        if kind is None:
            raise Http404
        told: dict[str, Any] = {"kind": kind.key, "actor": account(request), "now": clock.now()}
        if request.POST.get("act") == "see":
            see_paper(case.pk, **told)
            return _("Noted as seen: %(paper)s.") % {"paper": kind.label}
        told["subject"] = request.POST.get("subject", "")
        if form is not None:
            file_paper(case.pk, attachment_id=form.cleaned_data["attachment"].pk, **told)
            return _("Filed: %(paper)s.") % {"paper": kind.label}
        paper = make_paper(case.pk, **told)
        return _("Made: %(paper)s, version %(version)s.") % {"paper": kind.label, "version": paper.version}

    def _papers_page(
        self, request: HttpRequest, case: Case, form: FilePaperForm | None = None, *, refusal: str = ""
    ) -> HttpResponse:
        papers = self.papers_context(request, case)["papers"]
        rows = [(line, _form_of(line, case, form) if papers["may_change"] else None) for line in papers["lines"]]
        context = {
            "papers": papers,
            "rows": rows,
            "refusal": refusal,
            "withdrawn": [(paper, paper_label(paper.kind)) for paper in case.papers.withdrawn()],
        }
        status = 422 if refusal or (form is not None and form.errors) else 200
        return self._page(request, case, "cases/papers.html", _("File of the matter"), context, status=status)


def _tell(request: HttpRequest, told: MadeTogether) -> None:
    """Say what was made, and of each paper that was not, why."""
    if told.made:
        text = ngettext(
            "%(count)s paper was made: %(papers)s.", "%(count)s papers were made: %(papers)s.", len(told.made)
        )
        messages.success(request, text % {"count": len(told.made), "papers": _names(told.made)})
    else:
        messages.info(request, _("No paper was made: what can be made now is in the file already."))
    for line, why in told.refused:
        messages.warning(request, _("Not made: %(paper)s. %(why)s") % {"paper": line.label, "why": why})
    if told.spared:
        text = _("Not made, being made only as needed: %(papers)s. Make them one by one.")
        messages.info(request, text % {"papers": _names(told.spared)})


def _names(lines: Sequence[FileLine]) -> str:
    return "、".join(line.label for line in lines)


def _round_of(request: HttpRequest, case: Case) -> int:
    """Return the round whose file is asked for: one that the matter has had, the present one unless told otherwise."""
    asked = request.GET.get("round", str(case.round))
    if asked not in map(str, range(1, case.round + 1)):
        raise Http404
    return int(asked)


def _form_of(line: FileLine, case: Case, sent: FilePaperForm | None) -> FilePaperForm | None:
    """Return the form by which an original is filed as this kind, if the matter holds such; as sent, if this is it."""
    if not line.is_open:
        return None
    if sent is not None and (sent.data.get("kind"), sent.data.get("subject", "")) == (line.kind.key, line.subject):
        return sent
    return FilePaperForm(case=case, prefix_id=line.anchor)


def download(content: bytes, name: str, *, plain: str, kind: str) -> HttpResponse:
    """Return a file to be kept, not to be shown: ``plain`` is its name for those who cannot read ``name``."""
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return HttpResponse(content, content_type=kind, headers={**HEADERS, "Content-Disposition": disposition})
