"""The forms of review and re-review, of hearings, and of what an opinion obliges to."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.forms.acts import HandlerField, choose_from
from cases.forms.fields import ChoiceField, DayField, LongTextField, TextField
from cases.reports.recusals import handlers_of
from core import clock
from core.admin import ActForm
from core.models import User
from petitions.enums import Instance, OpinionOutcome, State
from petitions.forms.acts import check_day_to_execute, execute_by_field
from petitions.reports.standing import petition_of, who_touched
from petitions.rules.instances import COURSES, Course, instance_at
from petitions.services.execute import NewExecution
from petitions.services.hearing import NewHearing
from petitions.services.opinion import NewOpinion
from petitions.services.review import NewRequest, OtherDecision


class AskReviewForm(ActForm):
    asked_on = DayField(
        label=_("Asked for on"),
        help_text=_("The day on which the request came in; the organ's thirty days count from it."),
    )
    request = LongTextField(label=_("What is asked for, and why"), help_text=_("In the petitioner's own words."))
    late_reason = TextField(
        max_length=200,
        label=_("Good reason for asking late"),
        required=False,
        help_text=_("Only after the thirty days; without one the request is not taken."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        return data if self.errors else data | {"new": NewRequest(**{name: data[name] for name in self.fields})}


class NameReviewerForm(ActForm):
    handler = HandlerField(
        queryset=User.objects.none(),
        label=_("Reviewer"),
        help_text=_("Whoever had a hand in the matter before is not offered (arts. 35 and 36)."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        petition = petition_of(self.row)
        instance = instance_at(State(petition.state)) if petition else Instance.HANDLING
        touched = who_touched(self.row, before=instance) if instance is not Instance.HANDLING else set()
        people = {person.pk for person in handlers_of(self.row, on=clock.today())} - touched
        choose_from(self, "handler", User.objects.get_queryset().filter(pk__in=people))


def _course_of(form: ActForm) -> Course:
    petition = petition_of(form.row)
    return COURSES[instance_at(State(petition.state)) if petition else Instance.HANDLING]


class DecisionForm(ActForm):
    """What this instance can decide, and whom it names to be asked next."""

    outcome = ChoiceField(choices=[], label=_("Decision"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        course = _course_of(self)
        self.fields["outcome"].choices = [(one.value, one.label) for one in course.outcomes]  # type: ignore[attr-defined]
        if course.next is None:
            del self.fields[self.NEXT]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.NEXT in self.fields and data.get("outcome") != OpinionOutcome.REVOKED and not data.get(self.NEXT):
            self.add_error(self.NEXT, _("Name the organ that can be asked for a re-review (art. 36)."))
        check_day_to_execute(self, data)
        return data

    NEXT = "review_organ"


class DraftReviewForm(DecisionForm):
    """What the higher organ found and decides, on which law, and the remedy (arts. 35 and 36)."""

    claim = LongTextField(label=_("What is asked for, and why"))
    facts = LongTextField(label=_("Facts found, and on what they rest"))
    opinion = LongTextField(label=_("Opinion"))
    basis = LongTextField(max_length=1000, label=_("Laws and rules relied on"), help_text=_("With the articles."))
    review_organ = TextField(
        max_length=120,
        label=_("Organ to be asked for a re-review"),
        required=False,
        help_text=_("The next higher organ; the petitioner can ask it within 30 days since the service (art. 36)."),
    )
    execute_by = execute_by_field()
    heard_on = DayField(label=_("Petitioner heard on"), required=False, initial=None)
    field_order = ("claim", "facts", "outcome", "opinion", "basis", "review_organ", "execute_by", "heard_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        review = self.row.reviews.pending().first()
        self.fields["claim"].initial = review.request if review else ""
        sent_back = review.opinions.last() if review else None
        for name in self.fields if sent_back else ():
            self.fields[name].initial = getattr(sent_back, name)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors:
            return data
        given = {name: data[name] for name in self.fields if name not in {"outcome", "review_organ"}}
        is_revoked = data["outcome"] == OpinionOutcome.REVOKED
        organ = "" if is_revoked else data.get("review_organ", "")
        return data | {"new": NewOpinion(outcome=OpinionOutcome(data["outcome"]), review_organ=organ, **given)}


class RecordReviewForm(DecisionForm):
    NEXT = "next_organ"
    number = TextField(max_length=80, label=_("Number of the other organ's opinion"))
    decision = LongTextField(label=_("What the other organ decided"))
    served_on = DayField(label=_("Served by the other organ on"))
    next_organ = TextField(max_length=120, label=_("Organ to be asked for a re-review"), required=False)
    field_order = ("number", "outcome", "decision", "served_on", "next_organ")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors:
            return data
        given = {name: data[name] for name in self.fields if name != "outcome"}
        return data | {"new": OtherDecision(outcome=OpinionOutcome(data["outcome"]), **given)}


class WithdrawReviewForm(ActForm):
    stated_on = DayField(label=_("Stated on"))
    statement = LongTextField(
        max_length=500,
        label=_("What the petitioner stated"),
        help_text=_("In the petitioner's own words; nobody else withdraws."),
    )


class HearingForm(ActForm):
    """The record of a hearing (听证): who led it, who spoke, what it found."""

    held_on = DayField(label=_("Held on"))
    place = TextField(max_length=120, label=_("Place"))
    chair = TextField(max_length=60, label=_("Chair of the hearing"))
    participants = LongTextField(max_length=500, label=_("Participants"))
    statements = LongTextField(label=_("What was said"))
    findings = LongTextField(label=_("What the hearing found"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        return data if self.errors else data | {"new": NewHearing(**{name: data[name] for name in self.fields})}


class ExecutionForm(ActForm):
    executed_on = DayField(label=_("Executed on"))
    execution = LongTextField(max_length=500, label=_("How it was executed, and what proves it"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        return data if self.errors else data | {"new": NewExecution(data["executed_on"], data["execution"])}
