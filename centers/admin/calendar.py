"""The work calendar's pages: a year at a glance, one day, a notice to load, and what a change would move."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from centers.forms import DayForm, NoticeForm, PlaceForm
from centers.models import Center, WorkCalendarDay
from centers.pages.calendar import WEEKDAYS, CalendarAlarm, change_rows, history, months_of, source_of, words_of
from centers.reports.calendar import (
    changes_at,
    days_at,
    loaded_years,
    may_change_calendar,
    missing_notice,
    plan_day,
    plan_notice,
    regions,
)
from centers.resources.notices import read_notice_file
from centers.resources.proposals import Proposal
from centers.rules.calendar import DayChange
from centers.rules.notice import BY_HOLIDAY, DAY_BY_DAY, Notice
from centers.services.change_days import edit_calendar
from core import clock
from core.admin import ReadOnlyAdmin, account
from core.errors import DomainError, InvalidFile
from core.models import User

SHOWN_DAYS: Final = 100


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change of the calendar would do in another room: a template and what it needs."""

    template: str
    context: Callable[[HttpRequest, Sequence[DayChange]], dict[str, Any]]


@admin.register(WorkCalendarDay)
class WorkCalendarDayAdmin(ReadOnlyAdmin):
    """A change is looked at, with all that it moves, before it is confirmed; then the one door writes it."""

    effects: ClassVar[list[Effect]] = []
    waiting: ClassVar[list[Callable[[User], str]]] = []  # what of another room waits for the next notice, counted

    def get_urls(self) -> list[URLPattern]:
        own = [
            ("day/<str:day>/", self.day_view, "day"),
            ("import/", self.import_view, "import"),
            ("confirm/", self.confirm_view, "confirm"),
        ]
        return [
            *(path(route, self.admin_site.admin_view(view), name=_url_name(name)) for route, view, name in own),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show one year in one place at a glance."""
        self._require_view(request)
        today, center = clock.today(), _chosen_center(request.GET)
        year = _chosen_year(request.GET, today)
        first, last = date(year, 1, 1), date(year, 12, 31)
        days = days_at(center, since=first, until=last)
        context = {
            "title": _("Work calendar of %(year)s") % {"year": year},
            "year": year,
            "center": center,
            "months": months_of(days, changes_at(center, since=first, until=last), today=today),
            "weekdays": WEEKDAYS,
            "workdays": sum(day.value.is_workday for day in days),
            "place_form": _place_form(request, year, center),
            "query": _query(center),
            "alarm": self._alarm(request, today),
            "may_import": may_change_calendar(account(request), None),
        }
        return self._page(request, "centers/calendar_year.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Lead from a row to the page of its day."""
        self._require_view(request)
        row = get_object_or_404(WorkCalendarDay, pk=object_id if object_id.isdecimal() else 0)
        return HttpResponseRedirect(_day_url(row.date, row.center))

    def day_view(self, request: HttpRequest, day: str) -> HttpResponse:
        """Show one day with its history; whoever administers the place enters what it is to be."""
        self._require_view(request)
        center = _chosen_center(request.GET)
        try:
            (placed,) = days_at(center, since=date.fromisoformat(day), until=date.fromisoformat(day))
        except ValueError:
            raise Http404 from None
        may_change = may_change_calendar(account(request), center.pk if center else None)
        form = DayForm(
            request.POST or None,
            has_own_day=center is not None and placed.region == center,
            initial={"kind": DayForm.WORK if placed.value.is_workday else DayForm.REST, "name": placed.value.name},
        )
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        if request.method == "POST" and form.is_valid():
            change = plan_day(placed.on, center=center, becomes=form.value())
            return self._preview(request, [change], form.cleaned_data["ground"], back=_day_url(placed.on, center))
        context = {
            "title": date_format(placed.on, "Y-m-d l"),
            "day": placed,
            "words": words_of(placed.value),
            "source": source_of(placed.value, placed.region),
            "center": center,
            "history": history(changes_at(center, since=placed.on, until=placed.on).get(placed.on, ())),
            "form": form if may_change else None,
            "year_url": _year_url(placed.on.year, center),
        }
        return self._page(request, "centers/calendar_day.html", context, status=422 if form.errors else 200)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Read a notice's table; everything that is wrong with it is told at once, and nothing is written yet."""
        self._require_change(request)
        today = clock.today()
        form = NoticeForm(
            request.POST or None,
            request.FILES or None,
            years=range(today.year, today.year + 2),
            initial={"year": missing_notice(today=today) or today.year + 1},
        )
        problems: list[tuple[int, str]] = []
        if request.method == "POST" and form.is_valid():
            try:
                notice = read_notice_file(form.cleaned_data["file"].read(), year=form.cleaned_data["year"])
            except InvalidFile as error:
                form.add_error("file", str(error))
                problems = error.problems
            else:
                return self._preview_notice(request, notice, form.cleaned_data["ground"])
        context = {
            "title": _("Load a notice"),
            "form": form,
            "problems": problems,
            "layouts": [layout.columns for layout in (DAY_BY_DAY, BY_HOLIDAY)],
            "year_url": _year_url(today.year, None),
        }
        return self._page(request, "centers/calendar_import.html", context, status=422 if form.errors else 200)

    @method_decorator(require_POST)
    def confirm_view(self, request: HttpRequest) -> HttpResponse:
        """Write what was previewed, exactly that, or say why it can no longer be written."""
        self._require_view(request)
        user = account(request)
        try:
            proposal = Proposal.opened(request.POST.get("proposal", ""), user.pk)
            changed = edit_calendar(proposal.changes, ground=proposal.ground, actor=user, now=clock.now())
        except DomainError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(_year_url(clock.today().year, None))
        except Center.DoesNotExist:
            raise Http404 from None
        text = ngettext("%(days)s day has changed.", "%(days)s days have changed.", len(changed))
        note = _("The running limits that it touches are moved within a minute.")
        messages.success(request, f"{text % {'days': len(changed)}} {note}")
        first = proposal.changes[0]
        return HttpResponseRedirect(_year_url(first.on.year, Center.objects.filter(pk=first.center_id or 0).first()))

    def _preview_notice(self, request: HttpRequest, notice: Notice, ground: str) -> HttpResponse:
        plan = plan_notice(notice.days.items(), year=notice.year)
        more = {"kept": change_rows(plan.kept), "warnings": notice.warnings}
        return self._preview(request, plan.changes, ground, back=reverse(f"admin:{_url_name('import')}"), **more)

    def _preview(
        self, request: HttpRequest, changes: Sequence[DayChange], ground: str, *, back: str, **more: Any
    ) -> HttpResponse:
        real = [change for change in changes if change.was != change.becomes]
        rows = change_rows(real)
        user = account(request)
        context = {
            "title": _("Before the calendar changes"),
            "ground": ground,
            "switched": [row for row in rows if row.is_switched][:SHOWN_DAYS],
            "others": [row for row in rows if not row.is_switched],
            "count": len(rows),
            "effects": [(effect.template, effect.context(request, real)) for effect in self.effects if real],
            "proposal": Proposal(tuple(real), ground).sealed(user.pk),
            "back": back,
            **more,
        }
        return self._page(request, "centers/calendar_preview.html", context)

    def _alarm(self, request: HttpRequest, today: date) -> CalendarAlarm | None:
        year = missing_notice(today=today)
        if year is None:
            return None
        reader = account(request)
        count = "".join(waiting_for(reader) for waiting_for in self.waiting)
        return CalendarAlarm(year, count, may_change_calendar(reader, None))

    def _require_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _require_change(self, request: HttpRequest) -> None:
        if not may_change_calendar(account(request), None):
            raise PermissionDenied

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        return TemplateResponse(
            request, template, {**self.admin_site.each_context(request), "opts": self.opts, **context}, status=status
        )


def _url_name(page: str) -> str:
    return f"centers_workcalendarday_{page}"


def _chosen_center(given: Mapping[str, str]) -> Center | None:
    """Return the region that an address names, None where it names none."""
    pk = given.get("center", "")
    return get_object_or_404(Center, pk=pk if pk.isdecimal() else 0) if pk else None


def _chosen_year(given: Mapping[str, str], today: date) -> int:
    """Return the loaded year that an address names, otherwise this one or the nearest that is loaded."""
    years, wanted = loaded_years(), given.get("year", "")
    year = int(wanted) if wanted.isdecimal() and int(wanted) in years else today.year
    return min(years, key=lambda loaded: abs(loaded - year), default=year)


def _query(center: Center | None) -> str:
    return "?" + urlencode({"center": center.pk}) if center else ""


def _year_url(year: int, center: Center | None) -> str:
    place = {"center": center.pk} if center else {}
    return f"{reverse('admin:' + _url_name('changelist'))}?{urlencode({'year': year, **place})}"


def _day_url(on: date, center: Center | None) -> str:
    return reverse(f"admin:{_url_name('day')}", args=[on.isoformat()]) + _query(center)


def _place_form(request: HttpRequest, year: int, center: Center | None) -> PlaceForm:
    return PlaceForm(
        initial={"year": year, "center": center},
        years=loaded_years(),
        centers=regions(account(request), chosen=center),
        auto_id="place_%s",
    )
