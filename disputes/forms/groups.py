"""What is asked when disputes of one cause are grouped, represented, heard together and parted again."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.forms.acts import HandlerField, choose_from
from cases.forms.fields import DayField, LongTextField, MomentField, RowField, RowsField, TextField
from cases.models import Case, Party
from cases.reports.recusals import staff_near
from core import clock
from core.admin import ActForm
from core.models import User
from disputes.forms.sessions import PeopleField, SessionField, offer
from disputes.models import Representative, Session
from disputes.reports.groups import disputes_to_group, group_of
from disputes.reports.joint import session_mediators
from disputes.services.gather import NewMeeting


class DisputesField(RowsField):
    def label_from_instance(self, obj: Case) -> str:
        return f"{obj.number} {obj.title}"


class JoinGroupForm(ActForm):
    others = DisputesField(
        queryset=Case.objects.none(),
        label=_("Disputes heard together with this one"),
        help_text=_("Disputes on your desk that are accepted or in mediation; those of the same category come first."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "others", disputes_to_group(self.row, user=self.user))


class FormGroupForm(JoinGroupForm):
    cause = TextField(max_length=120, label=_("Common cause"), help_text=_("Without names."))
    field_order = ("cause", "others")


class LeaveGroupForm(ActForm):
    reason = LongTextField(max_length=500, label=_("Why it is heard alone from now on"), help_text=_("Without names."))


class EndGroupForm(ActForm):
    reason = LongTextField(max_length=500, label=_("Why the group ends"), help_text=_("Without names."))


class PartyOfGroupField(RowsField):
    def label_from_instance(self, obj: Party) -> str:
        return f"{obj.case.number} {obj.get_role_display()} {obj.shown_name}"


class NameRepresentativesForm(ActForm):
    parties = PartyOfGroupField(
        queryset=Party.objects.none(),
        label=_("Representatives"),
        help_text=_("Five at most. Whoever represents already is named anew."),
    )
    chosen_on = DayField(label=_("Chosen by the parties on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if grouped := group_of(self.row, user=self.user):
            parties = Party.objects.filter(case__in=[one.case_id for one in grouped.members])
            offer(self, "parties", parties.select_related("case").order_by("case_id", "pk"))


class RepresentativeField(RowField):
    def label_from_instance(self, obj: Representative) -> str:
        return f"{obj.case.number} {obj.party.shown_name}"


class EndRepresentativeForm(ActForm):
    representative = RepresentativeField(
        queryset=Representative.objects.none(), label=_("Representative"), empty_label=None
    )
    reason = LongTextField(max_length=500, label=_("Why this one represents no more"), help_text=_("Without names."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if grouped := group_of(self.row, user=self.user):
            choose_from(self, "representative", grouped.representatives().select_related("case", "party"))


class PlanGroupSessionForm(ActForm):
    starts_at = MomentField(label=_("Time"))
    place = TextField(max_length=200, label=_("Place"))
    mediators = PeopleField(queryset=User.objects.none(), label=_("Mediators"))
    recorder = HandlerField(queryset=User.objects.none(), label=_("Recorder"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        mediators = User.objects.get_queryset().filter(pk__in=[one.pk for one in session_mediators(self.row, on=today)])
        offer(self, "mediators", mediators)
        choose_from(self, "recorder", staff_near(self.row, on=today))
        self.fields["mediators"].initial = [self.row.handler_id]
        self.fields["recorder"].initial = self.user.pk

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        people = [person.pk for person in data["mediators"]]
        return {"meeting": NewMeeting(data["starts_at"], data["place"], people, data["recorder"].pk)}


class CancelGroupSessionForm(ActForm):
    session = SessionField(queryset=Session.objects.none(), label=_("Session"), empty_label=None)
    reason = LongTextField(max_length=500, label=_("Why it does not take place"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "session", self.row.sessions.planned().exclude(group=None))
