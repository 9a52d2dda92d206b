from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminSelectWidget

from cases.enums import Category, Channel, Grade, PartyRole, Procedure, Sensitivity
from cases.forms.acts import HandlerField, choose_from, offer_handlers
from cases.forms.fields import ChoiceField, DayField, LongTextField, TextField
from cases.querysets import SEALED
from cases.rules.matters import first_level
from cases.services.identities import NewParty
from cases.services.register import NewCase
from centers.enums import Level
from centers.models import Center
from centers.reports import centers_in_scope
from core.admin import ActForm
from core.models import User
from disputes.enums import AgreementForm, TerminationReason
from grids.models import Grid


class GridField(forms.ModelChoiceField):
    """A grid, named with its village where several villages are offered."""

    widget = UnfoldAdminSelectWidget

    def label_from_instance(self, obj: Grid) -> str:
        return f"{obj.village.name} / {obj.name}"


class PlaceField(forms.ModelChoiceField):
    widget = UnfoldAdminSelectWidget


class RegisterForm(forms.Form):
    """What the window takes down of a dispute, in the order in which people tell it."""

    place = PlaceField(queryset=Center.objects.none(), label=_("Village or community"))
    grid = GridField(queryset=Grid.objects.none(), label=_("Grid"), required=False, empty_label=_("not known yet"))
    category = ChoiceField(choices=Category.choices, label=_("Category"), initial=Category.NEIGHBOUR)
    channel = ChoiceField(choices=Channel.choices, label=_("How it came in"), initial=Channel.CENTER_WINDOW)
    sensitivity = ChoiceField(
        choices=Sensitivity.choices,
        label=_("Sensitivity"),
        initial=Sensitivity.NORMAL,
        required=False,
        help_text=_(
            "Confidential hides from everybody who brings the matter; any applicant may ask for it. "
            "Under seal, the confidential officers of the place alone see the matter."
        ),
    )
    title = TextField(max_length=60, label=_("Matter"), help_text=_("A few words, without names."))
    summary = LongTextField(label=_("What happened, and what is asked for"))
    applicant_name = TextField(max_length=60, label=_("Name"))
    applicant_mobile = TextField(max_length=20, label=_("Mobile"), required=False)
    applicant_address = TextField(max_length=120, label=_("Address"), required=False)
    respondent_name = TextField(max_length=60, label=_("Name"), required=False)
    respondent_mobile = TextField(max_length=20, label=_("Mobile"), required=False)
    respondent_address = TextField(max_length=120, label=_("Address"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = centers_in_scope(user, "cases.add_case").current().filter(level=Level.VILLAGE)
        choose_from(self, "place", places)
        grids = Grid.objects.filter(village__in=places, is_active=True).select_related("village")
        choose_from(self, "grid", grids)
        levels = list(Sensitivity) if user.has_perm(SEALED) else [Sensitivity.NORMAL, Sensitivity.CONFIDENTIAL]
        self.fields["sensitivity"].choices = [(level.value, level.label) for level in levels]  # type: ignore[attr-defined]  # a choice field
        villages = list(places[:2])
        if len(villages) == 1:
            self.fields["place"].initial = villages[0].pk

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        grid, place = data.get("grid"), data.get("place")
        if grid and place and grid.village_id != place.pk:
            self.add_error(
                "grid", _("This grid lies in another village. Choose a grid of the village above, or leave it empty.")
            )
        for field in ("applicant_mobile", "respondent_mobile"):
            number = data.get(field, "")
            if number and not (number.isdecimal() and len(number) in range(7, 13)):
                self.add_error(field, _("Give 7 to 12 digits, without spaces."))
        return data

    def new_case(self) -> NewCase:
        data = self.cleaned_data
        parties = [
            NewParty(role, data[f"{side}_name"], data[f"{side}_mobile"], data[f"{side}_address"])
            for side, role in (("applicant", PartyRole.APPLICANT), ("respondent", PartyRole.RESPONDENT))
            if data[f"{side}_name"]
        ]
        return NewCase(
            procedure=Procedure.DISPUTE,
            category=Category(data["category"]),
            channel=Channel(data["channel"]),
            title=data["title"],
            summary=data["summary"],
            place=data["place"],
            grid=data["grid"],
            parties=parties,
            sensitivity=Sensitivity(data["sensitivity"] or Sensitivity.NORMAL),
        )


class TriageForm(ActForm):
    grade = forms.ChoiceField(
        choices=Grade.choices,
        label=_("Grade"),
        initial=Grade.GENERAL,
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
        offer_handlers(self, self.row)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        grade = data.get("grade")
        stays = grade and first_level(Grade(grade), Level(self.row.holder.level)) == self.row.holder.level
        if stays and not data.get("handler"):
            self.add_error("handler", _("Choose the mediator who takes the matter."))
        return data


class AcceptForm(ActForm):
    consented_on = DayField(label=_("All parties consented to mediation on"))


class StartForm(ActForm):
    rights_told_on = DayField(label=_("Parties were told their rights and duties on"))


class AgreeForm(ActForm):
    form = ChoiceField(choices=AgreementForm.choices, label=_("Form of the agreement"))
    facts = LongTextField(label=_("Main facts, disputed items and each party's responsibility"))
    content = LongTextField(label=_("Content of the agreement"))
    performance = TextField(max_length=300, label=_("Manner and time limit of performance"))
    signed_on = DayField(label=_("Signed on"))


class TerminateForm(ActForm):
    reason = ChoiceField(choices=TerminationReason.choices, label=_("Reason"))
    explanation = LongTextField(label=_("What was tried, and why it failed"))
    routes_told = forms.BooleanField(
        label=_("The parties were told that arbitration, administrative routes and the court stay open to them")
    )


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
