"""The forms of the ways out without agreement; each offers its own reasons, and the routes that are owed."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from cases.enums import Category
from cases.forms.acts import choose_from
from cases.forms.fields import ChoiceField, DayField, LongTextField
from cases.models import Party
from core.admin import ActForm
from disputes.enums import Action, ConsentForm, EndReason, Route
from disputes.forms.acts import PartyField
from disputes.rules.ends import ENDS, routes_owed
from disputes.services.consent import Said
from disputes.services.end import NewEnding


class EndForm(ActForm):
    """Why a mediation ends without agreement, and what the parties were told of."""

    action: ClassVar[Action]
    reason = ChoiceField(label=_("Reason"))
    explanation = LongTextField(label=_("What was tried, and why it failed"))
    routes = forms.MultipleChoiceField(
        choices=Route.choices,
        label=_("Routes the parties were told of"),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_(
            "Mediation is never a condition for them. "
            "Of domestic violence, protection order, police and legal aid are told."
        ),
    )
    told_on = DayField(label=_("Told on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = [(reason.value, reason.label) for reason in ENDS[self.action].reasons]
        self.fields["reason"].choices = reasons  # type: ignore[attr-defined]  # a choice field
        if "routes" in self.fields:
            self.fields["routes"].initial = list(self.owed())

    def owed(self) -> tuple[Route, ...]:
        return routes_owed(self.action, Category(self.row.category))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        return data if self.errors else data | {"ending": self.ending()}

    def ending(self) -> NewEnding:
        data = self.cleaned_data
        routes = [Route(route) for route in data.get("routes", ())]
        return NewEnding(EndReason(data["reason"]), data["explanation"], routes, data["told_on"])


class TerminateForm(EndForm):
    action = Action.TERMINATE


class RefuseForm(EndForm):
    action = Action.REFUSE
    party = PartyField(queryset=Party.objects.none(), label=_("Who refuses"))
    said_how = ChoiceField(choices=ConsentForm.choices, label=_("How"), initial=ConsentForm.ORAL)
    explanation = LongTextField(label=_("What the party said"))
    field_order = ("party", "said_how", "reason", "explanation", "routes", "told_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "party", self.row.parties.all())

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        return data if self.errors else data | {"said": Said(data["told_on"], ConsentForm(data["said_how"]))}


class DeclineForm(EndForm):
    action = Action.DECLINE
    explanation = LongTextField(label=_("Why the matter is not accepted"))


class GuideOutForm(EndForm):
    action = Action.GUIDE_OUT
    explanation = LongTextField(label=_("Which body takes the matter, and how it is reached"))


class WithdrawForm(EndForm):
    action = Action.WITHDRAW
    explanation = LongTextField(label=_("What the applicant stated"), help_text=_("In the applicant's own words."))
    told_on = DayField(label=_("Stated on"))
    routes = None  # type: ignore[assignment]  # how a form leaves out a field of its base
