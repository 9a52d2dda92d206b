"""The mediation committees: their terms, who sits on them, and what the law finds missing."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelect2Widget

from centers.admin.offices import SavedByFormAdmin
from core import clock
from core.admin import Act, ActsMixin, ReadOnlyAdmin, account
from disputes.enums import Seat
from disputes.forms.committees import (
    AddMemberForm,
    ChairForm,
    DescribeForm,
    EndTermForm,
    RemoveMemberForm,
    StatementForm,
    TermForm,
    UnitField,
)
from disputes.models import Committee
from disputes.pages.committees import committee_context, page_context
from disputes.querysets import CHANGE_COMMITTEES
from disputes.reports.committees import committees_to_keep
from disputes.rules.committees import last_day_of_term
from disputes.services.committees import end_term, state_composition
from disputes.services.seats import add_member, change_chair, describe_members, remove_member


def _add(row: Committee, user: Any, data: dict[str, Any]) -> str:
    new = add_member(row.pk, new=data["member"], statement=data["statement"], actor=user, now=clock.now())
    return gettext("%(name)s has a seat on the committee.") % {"name": new.name}


def _remove(row: Committee, user: Any, data: dict[str, Any]) -> str:
    told = {"last_day": data["last_day"], "statement": data["statement"]}
    gone = remove_member(row.pk, member_id=data["member"].pk, **told, actor=user)
    return gettext("The seat of %(name)s ends with %(day)s.") % {"name": gone.name, "day": gone.ends_on}


def _chair(row: Committee, user: Any, data: dict[str, Any]) -> str:
    chair = change_chair(row.pk, member_id=data["member"].pk, since=data["since"], actor=user, now=clock.now())
    return gettext("%(name)s is the chair.") % {"name": chair.name}


def _describe(row: Committee, user: Any, data: dict[str, Any]) -> str:
    changed = describe_members(row.pk, offers=data["offers"], actor=user)
    return ngettext("%(count)s member changed.", "%(count)s members changed.", changed) % {"count": changed}


def _state(row: Committee, user: Any, data: dict[str, Any]) -> str:
    state_composition(row.pk, statement=data["statement"], actor=user)
    return gettext("The statement is recorded.")


def _end(row: Committee, user: Any, data: dict[str, Any]) -> str:
    ended = end_term(row.pk, ends_on=data["ends_on"], actor=user)
    return gettext("The term ends with %(day)s.") % {"day": ended.ends_on}


def _is_not_over(row: Committee) -> bool:
    return row.ends_on >= clock.today()


def _has_members(row: Committee) -> bool:
    return _is_not_over(row) and row.members.until_the_end().exists()


@admin.register(Committee)
class CommitteeAdmin(SavedByFormAdmin, ActsMixin, ReadOnlyAdmin):
    """A term is opened here; afterwards it is changed by its acts alone."""

    form = TermForm
    list_display = ("unit", "center", "starts_on", "ends_on", "chair", "standing")
    list_select_related = ("unit__center",)
    list_filter = ("formed_by",)
    search_fields = ("unit__name", "unit__center__name", "members__name")
    search_help_text = _("Committee, center or member")
    fields = ("unit", "starts_on", "ends_on", "formed_by", "has_woman", "minority")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        return super().get_queryset(request).prefetch_related("members")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm(CHANGE_COMMITTEES)

    def get_form(self, request: HttpRequest, obj: Committee | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        form = super().get_form(request, obj, change, **kwargs)
        form.actor = account(request)
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        today = clock.today()
        given = super().get_changeform_initial_data(request)
        return {"starts_on": today, "ends_on": last_day_of_term(today), **given}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the committees that the user keeps."""
        kwargs["queryset"] = committees_to_keep(account(request))
        kwargs["form_class"] = UnitField
        kwargs["widget"] = UnfoldAdminSelect2Widget()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Leave out the buttons that would lead from the committee to pages about units."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "unit":
            field.widget = getattr(field.widget, "widget", field.widget)
        return field

    @admin.display(description=_("center"), ordering="unit__center__code")
    def center(self, row: Committee) -> str:
        return row.center.name

    @admin.display(description=_("chair"))
    def chair(self, row: Committee) -> str:
        held = [line.row for line in committee_context(row, on=clock.today())["held"]]
        return next((seat.name for seat in held if seat.seat == Seat.CHAIR), "—")

    @display(description=_("state"), label={"now": "success", "lacks": "warning", "to_come": "info", "over": ""})
    def standing(self, row: Committee) -> tuple[str, str]:
        context = committee_context(row, on=clock.today())
        if context["standing"] == "now" and context["lacks"]:
            return "lacks", gettext("In office, incomplete")
        return context["standing"], context["standing_text"]

    def acts(self) -> Iterable[Act]:
        right = CHANGE_COMMITTEES
        yield Act("add_member", _("Add a member"), right, AddMemberForm, _is_not_over, _add)
        yield Act("change_chair", _("Change the chair"), right, ChairForm, _has_members, _chair)
        yield Act("describe", _("Categories and languages"), right, DescribeForm, _has_members, _describe)
        yield Act("remove_member", _("Remove a member"), right, RemoveMemberForm, _has_members, _remove)
        yield Act("state", _("Correct the statement"), right, StatementForm, _is_not_over, _state, is_secondary=True)
        yield Act(
            "end",
            _("End this term"),
            right,
            EndTermForm,
            _is_not_over,
            _end,
            _("Every seat of the committee ends with it."),
            is_secondary=True,
        )

    def rights_on(self, request: HttpRequest, row: Committee) -> frozenset[str]:
        mine = Committee.objects.filter(pk=row.pk).governed_by(account(request)).exists()
        return frozenset({CHANGE_COMMITTEES} if mine else ())

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.visible_row(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            **page_context(row, on=clock.today()),
            "title": str(row),
            "opts": self.opts,
            "original": row,
            "buttons": self.buttons(request, row),
        }
        return TemplateResponse(request, "disputes/committee_page.html", context)
