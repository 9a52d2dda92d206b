"""The pages of those who watch over the running of the system: the background jobs, and the clock fence."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminTextareaWidget

from core import clock
from core.admin.bases import Act, ActForm, ActsMixin, ReadOnlyAdmin, account
from core.fence import database_now, release
from core.jobs import allowed_age, label_of
from core.models import FenceAct, FenceEntry, Heartbeat
from core.pulse import State, all_pulses, judge

RELEASE = "core.release_fenceentry"
LATEST = 10
SHORT = timedelta(minutes=5)
CHIPS = {
    State.OK: ("met", gettext_lazy("runs")),
    State.FAILING: ("soon", gettext_lazy("fails")),
    State.STALE: ("late", gettext_lazy("does not run")),
}


def in_words(length: timedelta) -> str:
    """Return a length of time, in seconds while it is short."""
    if length < SHORT:
        seconds = round(length.total_seconds())
        return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
    now = clock.now()
    return timesince(now - length, now)


def _release(entry: FenceEntry, user: Any, data: dict[str, Any]) -> str:
    release(entry.pk, actor=user, reason=data["reason"], now=clock.now())
    return _("The fence is open. What is due happens within a minute.")


class ReleaseForm(ActForm):
    reason = forms.CharField(
        max_length=500,
        label=gettext_lazy("What was wrong with the clock, and what has been done about it"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


@admin.register(FenceEntry)
class FenceEntryAdmin(ActsMixin, ReadOnlyAdmin):
    list_display = ("number", "act", "at", "cause", "jump", "host", "actor", "reason")
    list_filter = ("act", "cause")
    list_select_related = ("actor",)
    fields = ("number", "act", "at", "cause", "jump", "wall_at", "host", "actor", "reason")
    readonly_fields = ("jump",)

    @admin.display(description=gettext_lazy("off by"))
    def jump(self, entry: FenceEntry) -> str:
        return in_words(entry.off_by) if entry.off_by is not None else ""

    def acts(self) -> Iterable[Act]:
        yield Act(
            "release",
            gettext_lazy("Release the fence"),
            RELEASE,
            ReleaseForm,
            _is_in_force,
            _release,
            consequence=gettext_lazy(
                "Make sure that the servers' clocks are right. Whatever is due by them then happens by itself: matters "
                "climb, notices are issued, messages go out."
            ),
        )

    def rights_on(self, request: HttpRequest, row: FenceEntry) -> Collection[str]:
        return [RELEASE] if FenceEntry.objects.releasable_by(account(request)).filter(pk=row.pk).exists() else []

    def row_url(self, row: FenceEntry) -> str:
        return reverse("admin:core_heartbeat_changelist")


def _is_in_force(entry: FenceEntry) -> bool:
    return entry.act == FenceAct.CLOSED and not FenceEntry.objects.filter(number__gt=entry.number).exists()


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """One page for all jobs, those that never ran included."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        entries = list(FenceEntry.objects.visible_to(account(request)).select_related("actor")[:LATEST])
        closing = entries[0] if entries and entries[0].act == FenceAct.CLOSED else None
        context = {
            **self.admin_site.each_context(request),
            "title": self.opts.verbose_name_plural,
            "opts": self.opts,
            "lines": list(_lines()),
            "entries": [(entry, in_words(entry.off_by) if entry.off_by is not None else "") for entry in entries],
            "closing": closing,
            "release_url": closing and _release_url(request, closing),
            "clocks": (clock.now(), database_now()),
        }
        return TemplateResponse(request, "core/health.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        raise Http404

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("core.view_heartbeat")


def _lines() -> Iterable[dict[str, Any]]:
    now = clock.now()
    for pulse in all_pulses():
        allowed = allowed_age(pulse.job)
        tone, words = CHIPS[judge(pulse, allowed=allowed, now=now)]
        yield {"pulse": pulse, "label": label_of(pulse.job), "allowed": in_words(allowed), "tone": tone, "words": words}


def _release_url(request: HttpRequest, closing: FenceEntry) -> str:
    is_theirs = FenceEntry.objects.releasable_by(account(request)).filter(pk=closing.pk).exists()
    return reverse("admin:core_fenceentry_act", args=[closing.pk, "release"]) if is_theirs else ""
