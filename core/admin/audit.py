"""The page of the audit administrator: who did what, found by time, person, act and object, and whether it holds."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from core import clock
from core.admin.bases import ReadOnlyAdmin, account
from core.audit import AuditAct, AuditEntry, AuditQuerySet, record
from core.chain import last_verification, verify_on_record
from core.models import User
from core.reveal import RevealReason

PAGE: Final = 100
EXPORT_ROWS: Final = 50_000
EXPORT: Final = "core.export_auditentry"
OVERDUE: Final = timedelta(days=2)
KINDS: Final = (
    "cases.case",
    "cases.party",
    "cases.identityreveal",
    "cases.clockrule",
    "cases.papertemplate",
    "core.user",
    "centers.post",
    "grids.gridmember",
)
KINDS_OF_FILES: Final = ("grids.rosterexport", "grids.rosterimport", "supervision.supervisionnotice")
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
# What the details of an entry are called, and what their codes mean; rooms above add the codes that they write.
WORDS: Final[dict[str, Any]] = {
    "asked": gettext_lazy("filter"),
    "center": gettext_lazy("center no."),
    "changes": gettext_lazy("changes no."),
    "decision": gettext_lazy("decision no."),
    "ends_on": gettext_lazy("until"),
    "entry": gettext_lazy("entry no."),
    "event": gettext_lazy("event"),
    "fault": gettext_lazy("fault"),
    "field": gettext_lazy("field"),
    "fields": gettext_lazy("fields"),
    "head": gettext_lazy("link"),
    "is_unmasked": gettext_lazy("readable numbers"),
    "kind": gettext_lazy("kind"),
    "paper": gettext_lazy("paper"),
    "reason": gettext_lazy("needed"),
    "role": gettext_lazy("role"),
    "rows": gettext_lazy("rows"),
    "second_factor": gettext_lazy("with a second factor"),
    "starts_on": gettext_lazy("from"),
    "step": gettext_lazy("step"),
    "target": gettext_lazy("to center no."),
    "user": gettext_lazy("account no."),
    "way": gettext_lazy("by way of"),
    "what": gettext_lazy("tried"),
    "why": gettext_lazy("because"),
}
YES_OR_NO: Final = {True: gettext_lazy("yes"), False: gettext_lazy("no")}
CODES: Final[dict[str, dict[Any, Any]]] = {
    "field": {
        "name": gettext_lazy("name"),
        "mobile": gettext_lazy("mobile"),
        "address": gettext_lazy("address"),
        "id_number": gettext_lazy("ID number"),
        "identity": gettext_lazy("identity"),
    },
    "fields": {field.name: field.verbose_name for field in User._meta.concrete_fields},  # noqa: SLF001 - the documented Meta API
    "is_unmasked": YES_OR_NO,
    "paper": {"receipt": gettext_lazy("Receipt"), "extension": gettext_lazy("notice of extension")},
    "reason": dict(RevealReason.choices),
    "second_factor": YES_OR_NO,
    "step": {
        "set": gettext_lazy("set"),
        "ended": gettext_lazy("ended"),
        "withdrawn": gettext_lazy("withdrawn before it began"),
    },
    "way": {"password": gettext_lazy("password"), "single_sign_on": gettext_lazy("single sign-on")},
    "what": {
        "password": gettext_lazy("password"),
        "second_factor": gettext_lazy("code of the second factor"),
        "single_sign_on": gettext_lazy("single sign-on"),
    },
    "why": {
        "asked": gettext_lazy("by own choice"),
        "idle": gettext_lazy("idle for too long"),
        "over": gettext_lazy("longest stay over"),
        "elsewhere": gettext_lazy("signed in elsewhere"),
        "factor": gettext_lazy("second factor taken away"),
        "unreachable": gettext_lazy("other system does not answer"),
        "answer": gettext_lazy("wrong answer of the other system"),
        "token": gettext_lazy("token that proves nothing"),
        "declined": gettext_lazy("not let through by the other system"),
        "state": gettext_lazy("not begun in this browser"),
        "unbound": gettext_lazy("no account bound"),
        "locked": gettext_lazy("locked out"),
        "account": gettext_lazy("account not in use"),
    },
}
HEADERS: Final = ("id", "at", "user", "act", "outcome", "kind", "object", "address", "session", "request", "details")


def kind_label(kind: str) -> str:
    """Return what people call a kind of row."""
    return str(apps.get_model(kind)._meta.verbose_name) if kind else ""  # noqa: SLF001 - the documented Meta API


class DayInput(UnfoldAdminTextInputWidget):
    input_type = "date"


class TrailForm(forms.Form):
    """Which entries to show; all that is left empty is any."""

    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=DayInput)
    until = forms.DateField(label=gettext_lazy("Until"), required=False, widget=DayInput)
    user = forms.CharField(label=gettext_lazy("User name"), required=False, widget=UnfoldAdminTextInputWidget)
    act = forms.ChoiceField(label=gettext_lazy("Act"), required=False, widget=UnfoldAdminSelectWidget)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of object"), required=False, widget=UnfoldAdminSelectWidget)
    object = forms.IntegerField(
        label=gettext_lazy("Number of the object"),
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        widget=UnfoldAdminIntegerFieldWidget,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind, kind_label(kind)) for kind in (*KINDS, *KINDS_OF_FILES)]
        self.fields["act"].choices = [("", _("any")), *AuditAct.choices]  # type: ignore[attr-defined]  # a choice
        self.fields["kind"].choices = [("", _("any")), *kinds]  # type: ignore[attr-defined]  # a choice

    def chosen(self, rows: AuditQuerySet) -> AuditQuerySet:
        """Return the rows that were asked for, none while something was filled in wrongly."""
        if not self.is_valid():
            return rows.none()
        given = self.cleaned_data
        conditions = {
            "at__gte": _start_of(given["since"]),
            "at__lt": _start_of(given["until"] and given["until"] + timedelta(days=1)),
            "actor__username": given["user"].strip(),
            "act": given["act"],
            "subject_kind": given["kind"],
            "subject_id": given["object"],
        }
        return rows.filter(**{name: value for name, value in conditions.items() if value})


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        export = path("export/", view(self.export_view), name="core_auditentry_export")
        verify = path("verify/", view(self.verify_view), name="core_auditentry_verify")
        return [export, verify, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = TrailForm(request.GET)
        rows = form.chosen(AuditEntry.objects.visible_to(account(request)))
        page = list(rows.before(request.GET.get("before", "")).select_related("actor")[: PAGE + 1])
        query = {name: value for name, value in request.GET.items() if name in form.fields and value}
        context = {
            **self.admin_site.each_context(request),
            "title": self.opts.verbose_name_plural,
            "opts": self.opts,
            "form": form,
            "lines": [(entry, kind_label(entry.subject_kind), details(entry)) for entry in page[:PAGE]],
            "next_url": f"?{urlencode({**query, 'before': page[PAGE - 1].pk})}" if len(page) > PAGE else "",
            "export_url": f"{reverse('admin:core_auditentry_export')}?{urlencode(query)}",
            "may_export": request.user.has_perm(EXPORT),
            "chain": _chain(clock.now()),
        }
        return TemplateResponse(request, "core/audit.html", context, status=422 if form.errors else 200)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        raise Http404

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Hand out the newest of the entries that were asked for, once it is on record that they go."""
        if request.method != "POST" or not request.user.has_perm(EXPORT):
            raise Http404
        form = TrailForm(request.GET)
        rows = form.chosen(AuditEntry.objects.visible_to(account(request))).select_related("actor")[:EXPORT_ROWS]
        asked = {name: str(value) for name, value in form.cleaned_data.items() if value}
        data = {"rows": len(rows), "asked": asked}
        record(AuditAct.TRAIL_EXPORTED, actor=account(request), data=data, now=clock.now())
        answer = HttpResponse(_as_csv(rows), content_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = f'attachment; filename="audit-{clock.today():%Y%m%d}.csv"'
        return answer

    def verify_view(self, request: HttpRequest) -> HttpResponse:
        """Compute what the chain has grown by since it was last found whole."""
        if request.method != "POST" or not self.has_view_permission(request):
            raise Http404
        verdict = verify_on_record(actor=account(request), now=clock.now())
        (messages.error if verdict.fault else messages.success)(request, str(verdict))
        return HttpResponseRedirect(reverse("admin:core_auditentry_changelist"))


def _start_of(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, clock.SHANGHAI) if day else None


def details(entry: AuditEntry) -> str:
    """Return what else is on record of an act, in the reader's words."""
    told = ((name, value) for name, value in entry.data.items() if value not in (None, "", []))
    return " · ".join(f"{WORDS.get(name, name)} {_in_words(name, value)}" for name, value in told)


def _in_words(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(map(str, value.values()))
    if isinstance(value, list):
        return ", ".join(_in_words(name, item) for item in value)
    return str(CODES.get(name, {}).get(value, value))


def _chain(now: datetime) -> dict[str, Any]:
    last = last_verification()
    if last is None:
        return {"tone": "soon", "text": _("The chain has not been verified yet.")}
    tone = "late" if last.verdict.fault else "soon" if now - last.at > OVERDUE else "met"
    return {"tone": tone, "text": str(last.verdict), "at": last.at, "head": last.verdict.head}


def _as_csv(rows: Iterable[AuditEntry]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(HEADERS)
    writer.writerows(map(_cells, rows))
    return text.getvalue().encode("utf-8-sig")


def _cells(entry: AuditEntry) -> Sequence[object]:
    user = entry.actor.username if entry.actor else ""
    told = (entry.pk, entry.at.isoformat(), user, entry.act, entry.outcome, entry.subject_kind, entry.subject_id or "")
    rest = (entry.address or "", entry.session, entry.request_id, details(entry))
    return [f"'{cell}" if str(cell).startswith(FORMULA) else cell for cell in (*told, *rest)]
