"""The forms of the ways on which a petition ends without an opinion."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.forms.fields import ChoiceField, DayField, LongTextField, TextField
from core import clock
from core.admin import ActForm
from petitions.enums import ClaimRoute, NotAcceptedReason, StatutoryRoute, SuggestionOutcome
from petitions.reports.standing import petition_of
from petitions.rules.routes import WAYS, ways_of
from petitions.services.conclude import NewConclusion


class EndForm(ActForm):
    """What is reported in words, and what stands behind it."""

    text = LongTextField(label=_("Reasons"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        return data if self.errors else data | {"new": self.conclusion(data)}

    def conclusion(self, data: dict[str, Any]) -> NewConclusion:
        return NewConclusion(**{name: data[name] for name in self.fields})


class DeclineForm(EndForm):
    reason = ChoiceField(choices=NotAcceptedReason.choices, label=_("Why it is not accepted"))
    text = LongTextField(
        label=_("Reasons"), help_text=_("They stand in the notice, so leave other people's names out.")
    )
    organ = TextField(
        max_length=120, label=_("Competent organ"), help_text=_("Where the petitioner can go; the notice names it.")
    )
    basis = LongTextField(max_length=1000, label=_("Laws and rules relied on"))
    field_order = ("reason", "text", "organ", "basis")

    def conclusion(self, data: dict[str, Any]) -> NewConclusion:
        return NewConclusion(**{**data, "reason": NotAcceptedReason(data["reason"])})


class RouteField(ChoiceField):
    """One of the statutory routes that are open to the claim, with the petitioner's own limit."""


def _offer_routes(form: ActForm) -> None:
    petition = petition_of(form.row)
    open_to_it = ways_of(ClaimRoute(petition.route)) if petition and petition.route else []
    choices = [
        (route.value, f"{route.label} · {WAYS[route].citizens_limit} · {WAYS[route].law}") for route in open_to_it
    ]
    form.fields["route"].choices = choices  # type: ignore[attr-defined]  # a choice field


class GuideOutForm(EndForm):
    route = RouteField(label=_("Statutory route"))
    organ = TextField(max_length=120, label=_("Competent organ"))
    text = LongTextField(label=_("How the organ is reached, and what to bring"))
    field_order = ("route", "organ", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_routes(self)

    def conclusion(self, data: dict[str, Any]) -> NewConclusion:
        return NewConclusion(**{**data, "route": StatutoryRoute(data["route"])})


class ReplyForm(EndForm):
    outcome = ChoiceField(choices=SuggestionOutcome.choices, label=_("About the suggestion"))
    text = LongTextField(label=_("Reply"))
    field_order = ("outcome", "text")

    def conclusion(self, data: dict[str, Any]) -> NewConclusion:
        return NewConclusion(**{**data, "outcome": SuggestionOutcome(data["outcome"])})


class TransferForm(EndForm):
    organ = TextField(
        max_length=120,
        label=_("Organ that takes it over"),
        help_text=_("By management authority; never whom it accuses, nor who serves there."),
    )
    stated_on = DayField(label=_("Signed for on"))
    text = LongTextField(
        label=_("Who signed for it, and what was handed over"), help_text=_("Without a word about who brought it.")
    )
    field_order = ("organ", "stated_on", "text")


class SettleForm(EndForm):
    stated_on = DayField(label=_("Agreement signed on"))
    text = LongTextField(label=_("What both sides agreed on"))
    basis = LongTextField(
        max_length=1000,
        label=_("Why it may be settled"),
        help_text=_("Within the discretion of the organ, and against no binding rule (art. 33)."),
    )
    field_order = ("stated_on", "text", "basis")


class WithdrawForm(EndForm):
    stated_on = DayField(label=_("Stated on"))
    text = LongTextField(
        label=_("What the petitioner stated"), help_text=_("In the petitioner's own words; nobody else withdraws.")
    )
    field_order = ("stated_on", "text")


class EnterProcedureForm(ActForm):
    route = RouteField(label=_("Statutory route"))
    basis = TextField(max_length=200, label=_("Laws and rules relied on"))
    due_on = DayField(
        label=_("Last day of the procedure"), initial=None, help_text=_("As the law of that procedure sets it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_routes(self)


class EndProcedureForm(ActForm):
    ended_on = DayField(label=_("Ended on"), initial=clock.today)
    result = LongTextField(label=_("Result of the procedure"))
