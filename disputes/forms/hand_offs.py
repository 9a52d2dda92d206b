"""What is asked about a letter that entrusts a matter, about one handed out, and about what is fed back."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.acts import choose_from
from cases.forms.fields import ChoiceField, DayField, LongTextField, RowField, TextField
from core.admin import ActForm
from disputes.enums import CourtStage, HandOffGround, Organ, OrganAnswer, State, TellingWay
from disputes.models import HandOff
from disputes.rules.hand_offs import may_be_entrusted
from disputes.services.hand_offs import NewEntrustment, NewHandOff


class ReceiveHandOffForm(ActForm):
    organ = ChoiceField(label=gettext_lazy("Kind of organ"))
    organ_name = TextField(max_length=60, label=gettext_lazy("Name of the organ"))
    court_stage = ChoiceField(
        choices=[("", "—"), *CourtStage.choices],
        required=False,
        label=gettext_lazy("Stage at the court"),
        help_text=gettext_lazy(
            "Of a court alone. The limit is 30 days before filing, then 15, or 7 in summary procedure."
        ),
    )
    letter_number = TextField(max_length=60, label=gettext_lazy("Number of the letter"))
    handed_on = DayField(label=gettext_lazy("Day of the letter"))
    signed_for_on = DayField(
        label=gettext_lazy("Signed for on"),
        help_text=gettext_lazy("The limit of what a court entrusts counts from this day."),
    )
    wish = LongTextField(max_length=500, label=gettext_lazy("What is asked for"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        state = State(self.row.dispute.state)
        choices = [(organ.value, organ.label) for organ in Organ if may_be_entrusted(state, organ)]
        self.fields["organ"].choices = choices  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_court = data.get("organ") == Organ.COURT
        if is_court != bool(data.get("court_stage")):
            self.add_error(
                "court_stage", _("Say of a court, and of a court alone, how far it has come with the matter.")
            )
        return data if self.errors else data | {"new": self._new(data)}

    def _new(self, data: dict[str, Any]) -> NewEntrustment:
        return NewEntrustment(
            organ=Organ(data["organ"]),
            organ_name=data["organ_name"],
            letter_number=data["letter_number"],
            handed_on=data["handed_on"],
            signed_for_on=data["signed_for_on"],
            wish=data["wish"],
            court_stage=CourtStage(data["court_stage"]) if data["court_stage"] else None,
        )


class HandOffField(RowField):
    def label_from_instance(self, obj: HandOff) -> str:
        return f"{obj.get_direction_display()} · {obj.organ_name} {obj.letter_number or obj.handed_on}"


class TellOrganForm(ActForm):
    hand_off = HandOffField(queryset=HandOff.objects.none(), label=gettext_lazy("Organ"), empty_label=None)
    told_on = DayField(label=gettext_lazy("Told on"))
    told_how = ChoiceField(choices=TellingWay.choices, label=gettext_lazy("How"))
    told_letter = TextField(max_length=60, required=False, label=gettext_lazy("Number of the answer"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "hand_off", self.row.hand_offs.owed())


class HandOffForm(ActForm):
    organ = ChoiceField(choices=Organ.choices, label=gettext_lazy("Kind of organ"))
    organ_name = TextField(max_length=60, label=gettext_lazy("Name of the organ"))
    ground = ChoiceField(choices=HandOffGround.choices, label=gettext_lazy("Why it is handed out"))
    consented_on = DayField(
        initial=None,
        required=False,
        label=gettext_lazy("Parties consented on"),
        help_text=gettext_lazy("What is reported by duty takes nobody's consent: leave it empty then."),
    )
    handed_on = DayField(label=gettext_lazy("Handed over on"))
    letter_number = TextField(max_length=60, required=False, label=gettext_lazy("Number of the letter"))
    wish = LongTextField(
        max_length=500,
        label=gettext_lazy("What is asked for"),
        help_text=gettext_lazy("What was seen or said, without names."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("ground") == HandOffGround.HANDLING and not data.get("consented_on"):
            self.add_error("consented_on", _("Give the day on which the parties consented to it."))
        if data.get("ground") == HandOffGround.DUTY and data.get("consented_on"):
            self.add_error(
                "consented_on", ValidationError(_("A report by duty takes nobody's consent: leave it empty."))
            )
        return data if self.errors else data | {"new": self._new(data)}

    def _new(self, data: dict[str, Any]) -> NewHandOff:
        words = {name: data[name] for name in ("organ_name", "wish", "handed_on", "consented_on", "letter_number")}
        return NewHandOff(organ=Organ(data["organ"]), ground=HandOffGround(data["ground"]), **words)


class WithdrawHandOffForm(ActForm):
    hand_off = HandOffField(queryset=HandOff.objects.none(), label=gettext_lazy("Hand-off"), empty_label=None)
    reason = LongTextField(max_length=500, label=gettext_lazy("Why it is withdrawn"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "hand_off", self.row.hand_offs.to_withdraw())


class OrganAnswerForm(ActForm):
    hand_off = HandOffField(queryset=HandOff.objects.none(), label=gettext_lazy("Organ"), empty_label=None)
    answer = ChoiceField(choices=OrganAnswer.choices, label=gettext_lazy("Answer of the organ"))
    answered_on = DayField(label=gettext_lazy("Answered on"))
    note = LongTextField(max_length=500, label=gettext_lazy("What the organ said"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "hand_off", self.row.hand_offs.open_to_answer())
