"""The forms of what follows a checked agreement: its confirmation by a court, and the follow-ups."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.acts import HandlerField, choose_from, offer_handlers
from cases.forms.fields import ChoiceField, DayField, LongTextField, MomentField, RowField, TextField
from cases.models import Party
from core import clock
from core.admin import ActForm
from core.models import User
from disputes.enums import AgreementSubject, ContactWay, CourtGround, CourtResult, FollowUpVerdict, Satisfaction
from disputes.forms.acts import PartyField
from disputes.models import FollowUp
from disputes.services.follow_up import Findings, NewAttempt
from disputes.services.ratify import CourtAnswer, NewApplication

SAID = [(one.value, one.label) for one in Satisfaction if one is not Satisfaction.UNREACHABLE]


class ApplyConfirmationForm(ActForm):
    subject = ChoiceField(choices=AgreementSubject.choices, label=gettext_lazy("What the agreement settles"))
    court_ground = ChoiceField(choices=CourtGround.choices, label=gettext_lazy("Why this court"))
    court = TextField(max_length=100, label=gettext_lazy("Court"))
    agreed_on = DayField(label=gettext_lazy("The parties agreed to apply on"))
    applied_on = DayField(
        label=gettext_lazy("Applied on"), help_text=gettext_lazy("Together, within thirty days since the agreement.")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        subject, ground = AgreementSubject(data["subject"]), CourtGround(data["court_ground"])
        new = NewApplication(subject, data["court"], ground, data["agreed_on"], data["applied_on"])
        return data | {"application": new}


class CourtResultForm(ActForm):
    result = ChoiceField(choices=CourtResult.choices, label=gettext_lazy("The court's result"))
    decided_on = DayField(label=gettext_lazy("Decided on"))
    number = TextField(max_length=80, label=gettext_lazy("Number of the ruling"), required=False)
    remark = LongTextField(max_length=500, label=gettext_lazy("Remark"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        answer = CourtAnswer(CourtResult(data["result"]), data["decided_on"], data["number"], data["remark"])
        return data | {"answer": answer}


class FollowUpField(RowField):
    """One of the follow-ups: since when it is due, and after what."""

    def label_from_instance(self, obj: FollowUp) -> str:
        return f"{obj.due_on} {obj.get_occasion_display()}"


class FollowUpForm(ActForm):
    follow_up = FollowUpField(queryset=FollowUp.objects.none(), label=gettext_lazy("Follow-up"))
    party = PartyField(queryset=Party.objects.none(), label=gettext_lazy("Party"))
    way = ChoiceField(choices=ContactWay.choices, label=gettext_lazy("How"))
    tried_at = MomentField(label=gettext_lazy("When"))
    is_reached = forms.BooleanField(
        label=gettext_lazy("The party was reached"),
        required=False,
        help_text=gettext_lazy("Who is not reached on three different days is no longer sought."),
    )
    result = ChoiceField(choices=[("", ""), *SAID], label=gettext_lazy("Satisfaction"), required=False)
    reason = LongTextField(max_length=1000, label=gettext_lazy("Why dissatisfied"), required=False)
    performance = LongTextField(max_length=1000, label=gettext_lazy("How the agreement is kept"), required=False)
    litigation = LongTextField(max_length=500, label=gettext_lazy("Lawsuit, if there is one"), required=False)
    measures = LongTextField(
        max_length=1000,
        label=gettext_lazy("What is to be done for the matter"),
        required=False,
        help_text=gettext_lazy("Where it may flare up again: what is done about the cause. Nothing about persons."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        due = self.row.follow_ups.due(on=clock.today())
        choose_from(self, "follow_up", due)
        choose_from(self, "party", self.row.parties.all())
        self.fields["tried_at"].initial = clock.now()
        if first := due.first():
            self.fields["follow_up"].initial = first.pk

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("is_reached"):
            for name in ("result", "performance"):
                if not data.get(name):
                    self.add_error(name, _("Wanted where the party was reached."))
        return data if self.errors else data | {"attempt": self._attempt(data), "findings": self._findings(data)}

    def _attempt(self, data: dict[str, Any]) -> NewAttempt:
        return NewAttempt(data["party"].pk, ContactWay(data["way"]), data["tried_at"])

    def _findings(self, data: dict[str, Any]) -> Findings | None:
        if not data["is_reached"]:
            return None
        texts = {name: data[name] for name in ("performance", "reason", "litigation", "measures")}
        return Findings(Satisfaction(data["result"]), **texts)


class JudgeFollowUpForm(ActForm):
    follow_up = FollowUpField(queryset=FollowUp.objects.none(), label=gettext_lazy("Follow-up"))
    verdict = ChoiceField(choices=FollowUpVerdict.choices, label=gettext_lazy("Decision"))
    ground = LongTextField(max_length=500, label=gettext_lazy("Why, and what the party was told"))
    handler = HandlerField(
        queryset=User.objects.none(),
        label=gettext_lazy("Mediator"),
        required=False,
        help_text=gettext_lazy("Where the matter is taken up again."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = self.row.follow_ups.to_judge()
        choose_from(self, "follow_up", waiting)
        offer_handlers(self, self.row)
        if first := waiting.first():
            self.fields["follow_up"].initial = first.pk
