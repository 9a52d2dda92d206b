"""The forms of a session: to plan it, to record it, to cancel it."""

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from cases.forms.acts import HandlerField, choose_from
from cases.forms.fields import ChoiceField, DayField, LongTextField, MomentField, RowField, RowsField, TextField
from cases.models import Party
from cases.reports.recusals import staff_near
from core import clock
from core.admin import ActForm
from core.masking import mask_name
from core.models import User
from disputes.enums import AttendanceRole, ReadBack, Route
from disputes.models import Attendance, Session
from disputes.reports.joint import session_mediators
from disputes.services.meet import NewParticipant, NewRecord, NewSession
from disputes.services.safety import flagged_kinds, matters_in_danger

JOINT: Final = "joint"
ALONE: Final = "alone"
KINDS: Final = ((JOINT, gettext_lazy("Joint session")), (ALONE, gettext_lazy("With one party alone")))
LONGEST: Final = 60  # characters of a name, as its column holds
_BETWEEN: Final = re.compile(r"[,，、;；\t]")


class PartiesField(RowsField):
    def label_from_instance(self, obj: Party) -> str:
        return f"{obj.get_role_display()} {obj.shown_name}"


class PeopleField(RowsField):
    def label_from_instance(self, obj: User) -> str:
        return obj.full_name


class ParticipantsField(LongTextField):
    """Further participants, one a line: name and capacity."""

    def clean(self, value: Any) -> list[tuple[str, str]]:
        pairs: list[tuple[str, str]] = []
        for line in filter(None, (line.strip() for line in super().clean(value).splitlines())):
            name, *capacity = (part.strip() for part in _BETWEEN.split(line, maxsplit=1))
            if not name or not capacity or not capacity[0] or max(len(name), len(capacity[0])) > LONGEST:
                text = _("One a line: the name, a comma, and as what. Not so: %(line)s")
                raise ValidationError(text % {"line": line})
            pairs.append((name, capacity[0]))
        return pairs


class PlanSessionForm(ActForm):
    starts_at = MomentField(label=gettext_lazy("Time"))
    place = TextField(max_length=200, label=gettext_lazy("Place"))
    kind = ChoiceField(choices=KINDS, label=gettext_lazy("Kind of session"), initial=JOINT)
    parties = PartiesField(queryset=Party.objects.none(), label=gettext_lazy("Parties"))
    mediators = PeopleField(queryset=User.objects.none(), label=gettext_lazy("Mediators"))
    recorder = HandlerField(queryset=User.objects.none(), label=gettext_lazy("Recorder"))
    participants = ParticipantsField(
        max_length=1000,
        label=gettext_lazy("Further participants"),
        required=False,
        help_text=gettext_lazy("One a line: the name, a comma, and as what (relative, expert, …)."),
    )
    consented_on = DayField(label=gettext_lazy("Parties consented to them on"), required=False)
    is_open = forms.BooleanField(label=gettext_lazy("Open session"), required=False)
    nobody_objects = forms.BooleanField(
        label=gettext_lazy("No privacy and no trade secret is touched, and no party objects"),
        required=False,
        help_text=gettext_lazy("Sessions are closed unless this holds; of a medical dispute they are never open."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        mediators = User.objects.get_queryset().filter(pk__in=[one.pk for one in session_mediators(self.row, on=today)])
        offer(self, "parties", self.row.parties.all())
        offer(self, "mediators", mediators)
        choose_from(self, "recorder", staff_near(self.row, on=today))
        parties = list(self.row.parties.all())
        if flagged_kinds(self.row) or matters_in_danger(self.row, user=self.user):
            self.fields["kind"].initial = ALONE
            self.fields["kind"].help_text = _("Somebody's safety is at stake: the parties are heard apart.")
            parties = parties[:1]
        self.fields["parties"].initial = [party.pk for party in parties]
        self.fields["mediators"].initial = [self.row.handler_id]
        self.fields["recorder"].initial = self.user.pk

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("participants") and not data.get("consented_on"):
            self.add_error("consented_on", _("Give the day on which the parties consented to them."))
        return data if self.errors else data | {"session": self._session(data)}

    def _session(self, data: dict[str, Any]) -> NewSession:
        others, consented_on = data["participants"], data["consented_on"]
        return NewSession(
            starts_at=data["starts_at"],
            place=data["place"],
            is_joint=data["kind"] == JOINT,
            party_ids=[party.pk for party in data["parties"]],
            mediator_ids=[person.pk for person in data["mediators"]],
            recorder_id=data["recorder"].pk,
            participants=tuple(NewParticipant(name, capacity, consented_on) for name, capacity in others),
            is_open=data["is_open"],
            nobody_objects=data["nobody_objects"],
        )


def offer(form: forms.Form, name: str, rows: Any) -> None:
    form.fields[name].queryset = rows  # type: ignore[attr-defined]  # a choice field


class SessionField(RowField):
    """One of the sessions that are planned."""

    def label_from_instance(self, obj: Session) -> str:
        return f"{obj.starts_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M} {obj.place}"


class AttendancesField(RowsField):
    """Who was asked to come, with the day where several sessions are planned."""

    def label_from_instance(self, obj: Attendance) -> str:
        who = obj.party.shown_name if obj.party else obj.person.full_name if obj.person else mask_name(obj.name)
        as_what = obj.party.get_role_display() if obj.party else obj.capacity or obj.get_role_display()
        return f"{as_what} {who} ({clock.local_day(obj.session.starts_at)})"


class OfSessionForm(ActForm):
    """The base of what is done with one planned session."""

    session = SessionField(queryset=Session.objects.none(), label=gettext_lazy("Session"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        planned = self.row.sessions.planned()
        choose_from(self, "session", planned)
        if first := planned.first():
            self.fields["session"].initial = first.pk


class HoldSessionForm(OfSessionForm):
    started_at = MomentField(label=gettext_lazy("Began"))
    ended_at = MomentField(label=gettext_lazy("Ended"))
    present = AttendancesField(queryset=Attendance.objects.none(), label=gettext_lazy("Who was there"))
    rights_told = forms.BooleanField(
        label=gettext_lazy("The parties were told their rights and duties"), required=False, initial=True
    )
    statements = LongTextField(max_length=4000, label=gettext_lazy("What the parties said"))
    facts = LongTextField(label=gettext_lazy("Facts that were checked"), required=False)
    risk_told = LongTextField(
        max_length=1000, label=gettext_lazy("What the parties were told of law and risk"), required=False
    )
    is_agreed = forms.BooleanField(label=gettext_lazy("The parties agreed"), required=False)
    outcome = LongTextField(label=gettext_lazy("Terms, or why no agreement was reached"))
    routes_told = forms.MultipleChoiceField(
        choices=Route.choices,
        label=gettext_lazy("Routes the parties were told of"),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        required=False,
    )
    read_back = ChoiceField(choices=ReadBack.choices, label=gettext_lazy("Read back"))
    signed = AttendancesField(
        queryset=Attendance.objects.none(), label=gettext_lazy("Parties who signed"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.row.attendances.still_asked().filter(session__in=self.row.sessions.planned())
        asked = asked.select_related("party", "person", "session")
        offer(self, "present", asked)
        offer(self, "signed", asked.filter(role=AttendanceRole.PARTY))
        if first := self.row.sessions.planned().first():
            self.fields["started_at"].initial = first.starts_at

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        return data if self.errors else data | {"record": self._record(data)}

    def _record(self, data: dict[str, Any]) -> NewRecord:
        same = ("started_at", "ended_at", "rights_told", "statements", "outcome", "is_agreed", "facts", "risk_told")
        return NewRecord(
            **{name: data[name] for name in same},
            present_ids=[one.pk for one in data["present"]],
            signed_ids=[one.pk for one in data["signed"]],
            read_back=ReadBack(data["read_back"]),
            routes_told=tuple(Route(route) for route in data["routes_told"]),
        )


class CancelSessionForm(OfSessionForm):
    ground = LongTextField(max_length=500, label=gettext_lazy("Why it does not take place"))
