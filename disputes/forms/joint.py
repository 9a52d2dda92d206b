"""What is asked when other units are brought into a mediation, and of the units."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelect2Widget

from cases.forms.acts import choose_from
from cases.forms.fields import DayField, LongTextField, RowField
from centers.models import Unit
from core.admin import ActForm
from disputes.models import JointUnit
from disputes.reports.joint import units_to_ask


class UnitToAskField(forms.ModelChoiceField):
    """One unit with the center at which it sits."""

    widget = UnfoldAdminSelect2Widget

    def label_from_instance(self, obj: Unit) -> str:
        return f"{obj.center.name} {obj.name}"


class AskUnitForm(ActForm):
    unit = UnitToAskField(queryset=Unit.objects.none(), label=_("Unit to ask"))
    purpose = LongTextField(
        max_length=500,
        label=_("What the unit is asked for"),
        help_text=_("The unit reads only this of the matter: write no names."),
    )
    consented_on = DayField(label=_("Parties consented to it on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "unit", units_to_ask(self.row))


class AskedUnitField(RowField):
    def label_from_instance(self, obj: JointUnit) -> str:
        return obj.unit.name


class ReleaseUnitForm(ActForm):
    joint_unit = AskedUnitField(queryset=JointUnit.objects.none(), label=_("Unit"), empty_label=None)
    ground = LongTextField(max_length=500, label=_("Why the unit is released"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standing = self.row.joint_units.standing(round_number=self.row.round)
        choose_from(self, "joint_unit", standing.select_related("unit"))


class AgreeToJoinForm(ActForm):
    """Nothing is asked: the unit takes part."""


class DeclineToJoinForm(ActForm):
    ground = LongTextField(max_length=500, label=_("Why the unit does not take part"))
