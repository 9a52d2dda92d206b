"""What is asked of people who pause or extend a limit, or take a matter away from a center."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.forms.acts import choose_from
from cases.forms.fields import ChoiceField, DayField, LongTextField, NumberField, RowField
from cases.models import Clock, Extension
from cases.reports import limit_of, room_on
from cases.rules.lengths import length_text
from cases.rules.pauses import fitting_reasons
from cases.services.extend import OWN_REQUEST, agreement_lacks
from cases.services.pause import NO_GROUND
from core import clock
from core.admin import ActForm


class PauseForm(ActForm):
    reason = ChoiceField(
        choices=(), label=_("Reason"), error_messages={"required": NO_GROUND, "invalid_choice": NO_GROUND}
    )
    ground = LongTextField(
        max_length=500,
        label=pgettext_lazy("limit", "Ground"),
        help_text=_("Who was asked for what, and since when, without names."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = self.row.clocks.running().values_list("kind", flat=True)
        self.fields["reason"].choices = [(reason.value, reason.label) for reason in fitting_reasons(kinds)]  # type: ignore[attr-defined]  # a choice field


class ResumeForm(ActForm):
    """Nothing is asked: the days up to today do not count, those from tomorrow on do."""


class ClockField(RowField):
    """A limit that may be extended, named with its last day and by how much more."""

    def label_from_instance(self, obj: Clock) -> str:
        room = room_on(obj, on=clock.today())
        words = {"limit": obj.get_kind_display(), "due": obj.due_on, "most": length_text(room) if room else "–"}
        return _("%(limit)s, last day %(due)s, at most %(most)s more") % words


class ExtensionField(RowField):
    """A request, named with its limit and by how much."""

    def label_from_instance(self, obj: Extension) -> str:
        words = {"limit": obj.clock.get_kind_display(), "due": obj.clock.due_on, "length": length_text(limit_of(obj))}
        return _("%(limit)s, last day %(due)s: %(length)s more") % words


class AskExtensionForm(ActForm):
    clock = ClockField(queryset=Clock.objects.none(), label=_("Limit"), empty_label=None)
    amount = NumberField(label=_("How much more"), help_text=_("In the unit that stands with the limit above."))
    ground = LongTextField(
        max_length=500,
        label=pgettext_lazy("limit", "Ground"),
        help_text=_("The applicant is told it, so leave names out."),
    )
    agreed_on = DayField(
        label=_("Both parties agreed in writing on"),
        required=False,
        initial=None,
        help_text=_("Needed for the limits of a mediation; leave it empty for the limit of a level."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "clock", self.row.clocks.to_extend(at=clock.now()).select_related("case", "holder"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        row = data.get("clock")
        if row and "agreed_on" in data:
            self._check_agreed_on(row, data["agreed_on"])
        return data

    def _check_agreed_on(self, row: Clock, agreed_on: date | None) -> None:
        if wrong := agreement_lacks(row, agreed_on=agreed_on, today=clock.today()):
            self.add_error("agreed_on", str(wrong))


class DecideExtensionForm(ActForm):
    """Nobody is offered a request of their own, or one on a matter they handle."""

    extension = ExtensionField(queryset=Extension.objects.none(), label=_("Extension"), empty_label=None)
    remark = LongTextField(max_length=500, label=_("Reason of the decision"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = Extension.objects.to_decide().filter(clock__case=self.row).exclude(asked_by=self.user)
        asked = asked.none() if self.row.handler_id == self.user.pk else asked
        choose_from(self, "extension", asked.select_related("clock"))
        if not asked.exists():
            self.fields["extension"].help_text = OWN_REQUEST


class TellExtensionForm(ActForm):
    extension = ExtensionField(queryset=Extension.objects.none(), label=_("Extension"), empty_label=None)
    told_on = DayField(label=_("The applicant was given the notice on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owed = Extension.objects.to_tell().filter(clock__case=self.row)
        choose_from(self, "extension", owed.select_related("clock"))
