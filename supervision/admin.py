"""The supervisor's pages: the escalation queue, the notices, and their part of the case page."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display

from cases.admin import CaseAdmin, Panel
from cases.enums import ClockKind, Step
from cases.models import Case, ClockStep
from cases.reports.holdings import rows_of
from cases.services.retry_steps import RETRY, retry_steps
from core import clock
from core.admin import Act, ActsMixin, ReadOnlyAdmin, account
from core.audit import AuditAct, record
from supervision.enums import NoticeAction, NoticeState
from supervision.forms import ReplyForm, SignForForm, VerdictForm
from supervision.models import SupervisionNotice
from supervision.pages.queue import queue_context
from supervision.pages.set_aside import set_aside_context
from supervision.reports import SUPERVISE
from supervision.rules import PERMISSIONS, TRANSITIONS
from supervision.services.answer import close_notice, reply_to_notice, return_notice, sign_for_notice


def _sign_for(notice: SupervisionNotice, user: Any, _data: dict[str, Any]) -> str:
    sign_for_notice(notice.pk, actor=user, now=clock.now())
    return _("Signed for. The answer is due on %(due)s.") % {"due": notice.reply_due_on}


def _reply(notice: SupervisionNotice, user: Any, data: dict[str, Any]) -> str:
    reply_to_notice(notice.pk, reply=data["reply"], actor=user, now=clock.now())
    return _("Answered. Somebody else judges the answer.")


def _close(notice: SupervisionNotice, user: Any, data: dict[str, Any]) -> str:
    close_notice(notice.pk, verdict=data["verdict"], actor=user, now=clock.now())
    return _("The notice is closed out.")


def _return(notice: SupervisionNotice, user: Any, data: dict[str, Any]) -> str:
    return_notice(notice.pk, verdict=data["verdict"], actor=user, now=clock.now())
    return _("The answer has gone back.")


NOTICE_ACTS = (
    (NoticeAction.SIGN_FOR, SignForForm, _sign_for),
    (NoticeAction.REPLY, ReplyForm, _reply),
    (NoticeAction.CLOSE, VerdictForm, _close),
    (NoticeAction.RETURN, VerdictForm, _return),
)


@admin.register(SupervisionNotice)
class SupervisionNoticeAdmin(ActsMixin, ReadOnlyAdmin):
    list_display = ("number", "level", "case", "center", "unit", "late", "issued_on", "answer_due", "standing")
    list_filter = ("state", "level", "trigger")
    search_fields = ("number", "case__number")
    list_select_related = ("case", "center", "unit")
    ordering = ("-issued_at", "-pk")

    @admin.display(description=gettext_lazy("days late"))
    def late(self, notice: SupervisionNotice) -> int:
        return int(notice.facts["late_days"])

    @admin.display(description=gettext_lazy("issued"), ordering="issued_at")
    def issued_on(self, notice: SupervisionNotice) -> str:
        return clock.local_day(notice.issued_at).isoformat()

    @admin.display(description=gettext_lazy("answer due"), ordering="reply_due_on")
    def answer_due(self, notice: SupervisionNotice) -> str:
        return notice.reply_due_on.isoformat()

    @display(description=gettext_lazy("state"), label={"late": "danger", "open": "info", "closed": "success"})
    def standing(self, notice: SupervisionNotice) -> tuple[str, str]:
        if notice.state == NoticeState.CLOSED:
            return "closed", notice.get_state_display()
        answered = notice.state == NoticeState.REPLIED
        return "open" if answered or notice.reply_due_on >= clock.today() else "late", notice.get_state_display()

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("queue/", self.admin_site.admin_view(self.queue_view), name="supervision_queue"),
            path(
                "<path:object_id>/paper/", self.admin_site.admin_view(self.paper_view), name="supervision_notice_paper"
            ),
        ]
        return [*own, *super().get_urls()]

    def acts(self) -> Iterable[Act]:
        for action, form_class, run in NOTICE_ACTS:
            yield Act(action.value, action.label, PERMISSIONS[action], form_class, _opens(action), run)

    def rights_on(self, request: HttpRequest, row: SupervisionNotice) -> frozenset[str]:
        return frozenset(
            permission
            for permission in set(PERMISSIONS.values())
            if SupervisionNotice.objects.filter(pk=row.pk).reachable_by(account(request), permission).exists()
        )

    def queue_view(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(SUPERVISE):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            **queue_context(account(request), request.GET, now=clock.now()),
        }
        return TemplateResponse(request, "supervision/queue.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        context = self._notice_context(request, object_id)
        notice = context["notice"]
        context["buttons"] = self.buttons(request, notice)
        return TemplateResponse(request, "supervision/notice_page.html", context)

    def paper_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the notice as a paper to print."""
        context = self._notice_context(request, object_id)
        record(AuditAct.PRINTED, actor=account(request), subject=context["notice"], now=clock.now())
        return TemplateResponse(request, "supervision/notice_paper.html", context)

    def _notice_context(self, request: HttpRequest, object_id: str) -> dict[str, Any]:
        notice = self.visible_row(request, object_id)
        return {
            **self.admin_site.each_context(request),
            "title": notice.number,
            "original": notice,
            "notice": notice,
            "received_on": date.fromisoformat(notice.facts["received_on"]),
            "due_on": date.fromisoformat(notice.facts["due_on"]),
            "limit": ClockKind(notice.facts["limit"]).label,
            "earlier": [_earlier(text) for text in notice.facts["earlier"]],
            "opts": self.opts,
        }


def _earlier(text: str) -> str:
    step, _space, day = text.partition(" ")
    return f"{Step(step).label} {day}"


def _opens(action: NoticeAction) -> Any:
    return lambda notice: (NoticeState(notice.state), action) in TRANSITIONS


@admin.register(ClockStep)
class SetAsideStepAdmin(ReadOnlyAdmin):
    """The steps whose effects were refused. The sweep tries them again each hour; here one need not wait for it."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RETRY)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def get_urls(self) -> list[URLPattern]:
        retry = path("retry/", self.admin_site.admin_view(self.retry_view), name="cases_clockstep_retry")
        return [retry, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), **set_aside_context(account(request)), "opts": self.opts}
        return TemplateResponse(request, "supervision/set_aside.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        raise Http404

    def retry_view(self, request: HttpRequest) -> HttpResponse:
        """Let one step, or all that were refused alike, be tried again at the next sweep."""
        step, name = request.POST.get("step", ""), request.POST.get("name", "")
        if not self.has_view_permission(request) or not (step.isdecimal() or name):
            raise Http404
        wanted = Q(pk=int(step[:18])) if step.isdecimal() else Q(error_name=name)
        count = retry_steps(wanted, actor=account(request))
        text = ngettext(
            "%(count)s step is tried again within a minute.", "%(count)s steps are tried again within a minute.", count
        )
        messages.success(request, text % {"count": count})
        return HttpResponseRedirect(reverse("admin:cases_clockstep_changelist"))


def notices_panel(request: HttpRequest, case: Case) -> dict[str, Any] | None:
    """Return the notices about a case that the user may see, None when there is none."""
    seen = SupervisionNotice.objects.visible_to(account(request)).filter(case=case)
    notices = list(rows_of(case, seen).select_related("center", "unit"))
    return {"notices": notices} if notices else None


CaseAdmin.panels.append(Panel("supervision/notices_panel.html", notices_panel))
