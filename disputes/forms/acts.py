from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminSelectWidget

from cases.enums import Category, Grade
from cases.forms.acts import HandlerField, choose_from, offer_handlers
from cases.forms.fields import ChoiceField, DayField, LongTextField
from cases.models import Party
from cases.rules.matters import first_level
from centers.enums import Level
from core.admin import ActForm
from core.models import User
from disputes.enums import ConsentForm
from disputes.reports import parties_to_ask
from disputes.rules.safety import grade_of
from disputes.services.consent import Said
from disputes.services.safety import flagged_kinds


class TriageForm(ActForm):
    grade = forms.ChoiceField(
        choices=Grade.choices,
        label=_("Grade"),
        widget=UnfoldAdminRadioSelectWidget,
        help_text=_(
            "Major: five or more people, 50,000 yuan or more, or several villages. "
            "Critical: thirty or more people, 500,000 yuan or more, several towns, or danger of violence; "
            "it goes to the town at once."
        ),
    )
    category = ChoiceField(choices=Category.choices, label=_("Category"))
    handler = HandlerField(
        queryset=User.objects.none(),
        label=_("Mediator"),
        required=False,
        help_text=_("Not needed for a critical matter."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].initial = self.row.category
        self._preset_grade()
        offer_handlers(self, self.row)

    def _preset_grade(self) -> None:
        field, kinds = self.fields["grade"], flagged_kinds(self.row)
        field.initial = grade_of(kinds)
        if kinds:
            why = gettext("Critical is chosen already: %(kinds)s. Choose another grade if you judge otherwise.")
            labels = "、".join(str(kind.label) for kind in kinds)
            field.help_text = f"{why % {'kinds': labels}} {field.help_text}"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        grade = data.get("grade")
        stays = grade and first_level(Grade(grade), Level(self.row.holder.level)) == self.row.holder.level
        if stays and not data.get("handler"):
            self.add_error("handler", _("Choose the mediator who takes the matter."))
        return data


class AskConsentForm(ActForm):
    """Nothing is asked: the other parties have been written or spoken to."""


class PartyField(forms.ModelChoiceField):
    """One of the parties, by role and masked name."""

    widget = UnfoldAdminSelectWidget

    def label_from_instance(self, obj: Party) -> str:
        return f"{obj.get_role_display()} {obj.shown_name}"


class SaidForm(ActForm):
    """What parties said to mediation: when, and how."""

    said_on = DayField(label=_("Said on"))
    said_how = ChoiceField(choices=ConsentForm.choices, label=_("How"), initial=ConsentForm.ORAL)

    def said(self) -> Said:
        return Said(self.cleaned_data["said_on"], ConsentForm(self.cleaned_data["said_how"]))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        return data if self.errors else data | {"said": self.said()}


class ConsentPartyForm(SaidForm):
    party = PartyField(queryset=Party.objects.none(), label=_("Who consents"))
    field_order = ("party", "said_on", "said_how")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waited_for = [party.pk for party in parties_to_ask(self.row)]
        choose_from(self, "party", self.row.parties.filter(pk__in=waited_for))


class AcceptForm(SaidForm):
    said_on = DayField(
        label=_("The parties consented to mediation on"),
        help_text=_("Of those whose consent has been recorded already, it stays as it was."),
    )


class StartForm(ActForm):
    rights_told_on = DayField(label=_("Parties were told their rights and duties on"))


class ConfirmForm(ActForm):
    remark = LongTextField(max_length=500, label=_("How the result was checked"))


class ReturnForm(ActForm):
    remark = LongTextField(max_length=500, label=_("What is missing or wrong"))


class ReopenForm(ActForm):
    ground = LongTextField(max_length=500, label=_("Why the matter is taken up again"))
    handler = HandlerField(queryset=User.objects.none(), label=_("Mediator"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handler"].initial = self.row.handler_id
        offer_handlers(self, self.row)
