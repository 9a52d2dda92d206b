"""What is asked of people who notice that somebody's safety is at stake, and who care for it."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.forms.acts import choose_from
from cases.forms.fields import ChoiceField, DayField, LongTextField, RowField
from core.admin import ActForm
from disputes.enums import SafetyDuty, SafetyKind
from disputes.models import SafetyFlag
from disputes.rules.safety import duties_open_to, duties_owed
from disputes.services.safety import flagged_kinds


class FlagSafetyForm(ActForm):
    kind = ChoiceField(choices=SafetyKind.choices, label=_("Safety at stake"))
    ground = LongTextField(
        max_length=500, label=pgettext_lazy("limit", "Ground"), help_text=_("What was seen or said, without names.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind.value, kind.label) for kind in SafetyKind if kind not in flagged_kinds(self.row)]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]  # a choice field


class FlagField(RowField):
    def label_from_instance(self, obj: SafetyFlag) -> str:
        return obj.get_kind_display()


class ClearSafetyForm(ActForm):
    flag = FlagField(queryset=SafetyFlag.objects.none(), label=_("Safety at stake"), empty_label=None)
    clearance = LongTextField(max_length=500, label=_("How it was looked into, and why there is no danger any more"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "flag", self.row.safety_flags.standing())


class SafetyMeasureForm(ActForm):
    duty = ChoiceField(label=_("What was done"))
    done_on = DayField(label=_("Done on"))
    note = LongTextField(max_length=500, label=_("To whom, and what came of it"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = flagged_kinds(self.row)
        possible = [*duties_owed(kinds), *duties_open_to(kinds)]
        choices = [(duty.value, duty.label) for duty in SafetyDuty if duty in possible]
        self.fields["duty"].choices = choices  # type: ignore[attr-defined]  # a choice field
