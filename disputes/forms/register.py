from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from cases.enums import Category, Channel, PartyRole, Procedure, Sensitivity
from cases.forms.acts import choose_from
from cases.forms.fields import ChoiceField, LongTextField, TextField
from cases.models import Case
from cases.querysets import SEALED
from cases.rules.matters import CHANNELS
from cases.services.identities import NewParty
from cases.services.register import NewCase
from centers.enums import Level
from centers.models import Center
from centers.reports import centers_in_scope
from core.models import User
from disputes.enums import SafetyKind, Source
from disputes.querysets import RELATE
from disputes.reports.same import possibly_same, told_again
from grids.models import Grid

_CHANNELS: Final = [(channel.value, channel.label) for channel in CHANNELS[Procedure.DISPUTE]]
LONGEST_KEY: Final = 19  # digits that a key can always hold


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
    channel = ChoiceField(choices=_CHANNELS, label=_("How it came in"), initial=Channel.CENTER_WINDOW)
    source = ChoiceField(choices=Source.choices, label=_("Source"), initial=Source.PARTY, required=False)
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
    safety = ChoiceField(
        choices=[("", _("nothing noticed")), *SafetyKind.choices],
        label=_("Safety at stake"),
        required=False,
        help_text=_("From then on the parties are heard apart, and what is owed to whoever is in danger is asked for."),
    )
    safety_ground = LongTextField(
        max_length=500,
        required=False,
        label=_("What makes you think so"),
        help_text=_("What was seen or said, without names."),
    )
    related = forms.ModelMultipleChoiceField(queryset=Case.objects.none(), required=False)
    seen = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = centers_in_scope(user, "cases.add_case").current().filter(level=Level.VILLAGE)
        choose_from(self, "place", places)
        _offer_related(self, user)
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
        if data.get("safety") and not data.get("safety_ground"):
            self.add_error("safety_ground", _("Say in a few words what was seen or said."))
        for field in ("applicant_mobile", "respondent_mobile"):
            number = data.get(field, "")
            if number and not (number.isdecimal() and len(number) in range(7, 13)):
                self.add_error(field, _("Give 7 to 12 digits, without spaces."))
        return data

    def unseen_matters(self, user: User) -> list[Case]:
        """Return the matters that may be the same, unless the window has looked at them and goes on."""
        data = self.cleaned_data
        names = {data[f"{side}_name"].strip() for side in ("applicant", "respondent")} - {""}
        found = possibly_same(data["place"], names=names, category=Category(data["category"]), user=user)
        seen = data["seen"].split(",")
        return found if any(str(case.pk) not in seen for case in found) else []

    def matters_looked_at(self, user: User) -> list[Case]:
        """Return the matters that the window was told of before, where the form comes back with something to mend."""
        keys = [key for key in self.data.get("seen", "").split(",") if key.isdecimal() and len(key) < LONGEST_KEY]
        return told_again(keys, user=user) if self.is_bound and self.errors and keys else []

    def chosen_source(self) -> Source:
        return Source(self.cleaned_data["source"] or Source.PARTY)

    def chosen_safety(self) -> SafetyKind | None:
        return SafetyKind(self.cleaned_data["safety"]) if self.cleaned_data["safety"] else None

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


def _offer_related(form: RegisterForm, user: User) -> None:
    """Take as related any dispute that ``user`` sees: the page offers those that may be the same."""
    choose_from(form, "related", Case.objects.obtainable_by(user, RELATE).filter(dispute__isnull=False))
