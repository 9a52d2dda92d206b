"""What the list of cases is narrowed by: the desk that a card of the home page counts, and the archive."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cases.models import Case
from cases.querysets import CaseQuerySet
from cases.reports import DESKS
from core import clock
from core.admin import account


class DeskFilter(admin.SimpleListFilter):
    """The lists behind the cards of the home page: a card counts exactly what its list shows."""

    title = gettext_lazy("desk")
    parameter_name = "desk"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(desk.name, str(desk.label)) for desk in DESKS.values()]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Case]:
        desk = DESKS.get(self.value() or "")
        return desk.select(queryset, account(request), clock.now()).order_by("due_at", "pk") if desk else queryset


class ArchiveFilter(admin.SimpleListFilter):
    """Whether the file of a closed case was put into the archive."""

    title = pgettext_lazy("filter", "archive")
    parameter_name = "archive"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("to_archive", _("Closed, not archived")), ("archived", _("Archived"))]

    def queryset(self, request: HttpRequest, queryset: CaseQuerySet) -> CaseQuerySet:  # type: ignore[override]
        if self.value() == "to_archive":
            return queryset.to_archive()
        return queryset.archived() if self.value() == "archived" else queryset
