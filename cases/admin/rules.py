from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.rules import EndRuleForm, RuleForm, WithdrawRuleForm
from cases.models import ClockRule
from cases.pages.rule_preview import preview_context
from cases.pages.rules import list_url, rule_context, rules_context
from cases.reports import CHANGE_RULES
from cases.services.end_rule import end_rule, withdraw_rule
from cases.services.set_rule import may_set_at, set_rule
from core import clock
from core.admin import Act, ActsMixin, ReadOnlyAdmin, account
from core.errors import DomainError


def _end(rule: ClockRule, user: Any, data: dict[str, Any]) -> str:
    end_rule(rule.pk, last_day=data["last_day"], ground=data["ground"], actor=user, now=clock.now())
    return _("The rule holds until %(day)s.") % {"day": data["last_day"].isoformat()}


def _withdraw(rule: ClockRule, user: Any, data: dict[str, Any]) -> str:
    withdraw_rule(rule.pk, ground=data["ground"], actor=user, now=clock.now())
    return _("The rule is withdrawn and never begins.")


def _may_end(rule: ClockRule) -> bool:
    today = clock.today()
    has_begun = rule.center_id is not None and rule.valid_from <= today
    return has_begun and (rule.valid_until is None or rule.valid_until > today)


@admin.register(ClockRule)
class ClockRuleAdmin(ActsMixin, ReadOnlyAdmin):
    """The rules by kind and place. A rule is set and ended, never edited."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm(CHANGE_RULES)

    def acts(self) -> Iterable[Act]:
        yield Act(
            "end",
            gettext_lazy("End this rule"),
            CHANGE_RULES,
            EndRuleForm,
            _may_end,
            _end,
            gettext_lazy(
                "From the day after, the rule above it holds again. Limits that run keep the length they were given."
            ),
        )
        yield Act(
            "withdraw",
            gettext_lazy("Withdraw this rule"),
            CHANGE_RULES,
            WithdrawRuleForm,
            lambda rule: rule.valid_from > clock.today() and not rule.is_withdrawn,
            _withdraw,
            gettext_lazy("The rule never begins; the one whose place it was to take holds on."),
        )

    def rights_on(self, request: HttpRequest, row: ClockRule) -> frozenset[str]:
        may_set = request.user.has_perm(CHANGE_RULES) and may_set_at(row.center, actor=account(request))
        return frozenset({CHANGE_RULES} if may_set else ())

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = rules_context(account(request), request.GET, today=clock.today())
        return self._page(request, "cases/rules.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        rule = self.visible_row(request, object_id)
        context = rule_context(rule, today=clock.today())
        context["buttons"] = self.buttons(request, rule)
        return self._page(request, "cases/rule_page.html", {**context, "original": rule})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Ask for a rule, show what it would have meant for today's limits, and set it once that is confirmed."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        user = account(request)
        form = RuleForm(request.POST or None, user=user, initial=dict(request.GET.items()))
        if "_change" in request.POST or not form.is_valid():
            is_wrong = form.is_bound and "_change" not in request.POST
            return self._form(request, form, status=422 if is_wrong else 200)
        new = form.new_rule()
        try:
            if "_confirm" in request.POST:
                rule = set_rule(new, actor=user, now=clock.now())
                messages.success(request, _("The rule is set and holds from %(day)s.") % {"day": rule.valid_from})
                return HttpResponseRedirect(list_url(rule.kind, rule.center_id))
            preview = preview_context(new.as_row(), user, today=clock.today())
        except DomainError as error:
            form.add_error(None, str(error))
            return self._form(request, form, status=422)
        return self._page(request, "cases/rule_preview.html", {"title": _("Set a limit"), "form": form, **preview})

    def _form(self, request: HttpRequest, form: RuleForm, *, status: int) -> HttpResponse:
        return self._page(request, "cases/rule_form.html", {"title": _("Set a limit"), "form": form}, status=status)

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, template, context, status=status)
