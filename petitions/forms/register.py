from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldBooleanWidget

from cases.enums import Category, Channel, PartyRole, Procedure, Sensitivity
from cases.forms.acts import choose_from
from cases.forms.fields import ChoiceField, LongTextField, NumberField, RowField, TextField
from cases.forms.parties import MOBILE
from cases.querysets import SEALED
from cases.rules.matters import CHANNELS
from cases.services.identities import NewParty
from cases.services.register import NewCase
from centers.models import Center
from centers.reports import centers_in_scope
from core.models import User
from petitions.enums import Agency, Kind
from petitions.rules.intake import MOST_REPRESENTATIVES, may_be_oral, must_be_oral
from petitions.services.register import AGENT_SHOWS, CAME_IN_WRITING, NOT_SEALED, TOO_FEW, WRITE_DOWN, NewPetition

_CHANNELS: Final = [(channel.value, channel.label) for channel in CHANNELS[Procedure.PETITION]]
_NOBODY: Final = _("Name who petitions, or say that name or address are unclear.")


class CheckField(forms.BooleanField):
    """One box to tick."""

    widget = UnfoldBooleanWidget


class RegisterForm(forms.Form):
    """What the window takes down of a petition (Regulations on Petition Work, art. 19)."""

    place = RowField(queryset=Center.objects.none(), label=_("Where it arose"), empty_label=None)
    kind = ChoiceField(choices=Kind.choices, label=_("Purpose"), initial=Kind.CLAIM)
    channel = ChoiceField(choices=_CHANNELS, label=_("Form"), initial=Channel.CENTER_WINDOW)
    is_oral = CheckField(
        label=_("Told by word of mouth; written down and read back"),
        required=False,
        help_text=_("Write down faithfully what was told, in the words of whoever told it."),
    )
    category = ChoiceField(choices=Category.choices, label=_("Category"), initial=Category.OTHER)
    sensitivity = ChoiceField(
        label=_("Sensitivity"),
        initial=Sensitivity.NORMAL,
        required=False,
        help_text=_("Whoever petitions may ask that the name be kept from whom it is about: then choose confidential."),
    )
    title = TextField(max_length=60, label=_("Matter"), help_text=_("A few words, without names."))
    summary = LongTextField(label=_("Request, facts and reasons"))
    participants = NumberField(label=_("How many people petition"), initial=1)
    is_anonymous = CheckField(
        label=_("Name or address are unclear"),
        required=False,
        help_text=_("The petition is registered all the same; only the first written notice is not owed (art. 23)."),
    )
    agent_name = TextField(max_length=60, label=_("Name"), required=False)
    agent_mobile = TextField(max_length=20, label=_("Mobile"), required=False, validators=[MOBILE])
    agency = ChoiceField(choices=[("", "—"), *Agency.choices], label=_("Speaks as"), required=False)
    authority = TextField(
        max_length=120,
        label=_("What shows it"),
        required=False,
        help_text=_("A letter of authority, or a proof of guardianship: kind and date."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_REPRESENTATIVES + 1):
            self.fields[f"name_{number}"] = TextField(max_length=60, label=_("Name"), required=False)
            self.fields[f"mobile_{number}"] = TextField(
                max_length=20, label=_("Mobile"), required=False, validators=[MOBILE]
            )
            self.fields[f"address_{number}"] = TextField(max_length=120, label=_("Address"), required=False)
        places = centers_in_scope(user, "cases.add_case").current().order_by("path")
        choose_from(self, "place", places)
        self.fields["place"].initial = places.values_list("pk", flat=True).first()
        levels = list(Sensitivity) if user.has_perm(SEALED) else [Sensitivity.NORMAL, Sensitivity.CONFIDENTIAL]
        self.fields["sensitivity"].choices = [(level.value, level.label) for level in levels]  # type: ignore[attr-defined]  # a choice field

    def people(self) -> list[tuple[forms.BoundField, ...]]:
        """Return the fields of those who petition, one line each."""
        numbers = range(1, MOST_REPRESENTATIVES + 1)
        return [tuple(self[f"{field}_{number}"] for field in ("name", "mobile", "address")) for number in numbers]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for field, refusal in self._refusals(data):
            self.add_error(field, refusal)
        return data

    def _refusals(self, data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        named = [number for number in range(1, MOST_REPRESENTATIVES + 1) if data.get(f"name_{number}")]
        if not named and not data.get("is_anonymous"):
            yield "name_1", _NOBODY
        if len(named) > (data.get("participants") or len(named)):
            yield "participants", TOO_FEW
        if data.get("kind") == Kind.ACCUSATION and data.get("sensitivity") != Sensitivity.SEALED:
            yield "kind", NOT_SEALED
        shown = [bool(data.get(field)) for field in ("agent_name", "agency", "authority")]
        if any(shown) and not all(shown):
            yield "authority", AGENT_SHOWS
        if channel := data.get("channel"):
            yield from self._refused_form(Channel(channel), is_oral=bool(data.get("is_oral")))

    def _refused_form(self, channel: Channel, *, is_oral: bool) -> Iterator[tuple[str, Any]]:
        if is_oral and not may_be_oral(channel):
            yield "is_oral", CAME_IN_WRITING
        if not is_oral and must_be_oral(channel):
            yield "is_oral", WRITE_DOWN

    def new_petition(self) -> NewPetition:
        data = self.cleaned_data
        case = NewCase(
            procedure=Procedure.PETITION,
            category=Category(data["category"]),
            channel=Channel(data["channel"]),
            title=data["title"],
            summary=data["summary"],
            place=data["place"],
            parties=list(self._parties(data)),
            sensitivity=Sensitivity(data["sensitivity"] or Sensitivity.NORMAL),
            is_anonymous=data["is_anonymous"],
        )
        agency = Agency(data["agency"]) if data["agency"] else None
        told = {"participants": data["participants"], "is_oral": data["is_oral"], "authority": data["authority"]}
        return NewPetition(case=case, kind=Kind(data["kind"]), agency=agency, **told)

    def _parties(self, data: dict[str, Any]) -> Iterator[NewParty]:
        for number in range(1, MOST_REPRESENTATIVES + 1):
            name, mobile, address = (data[f"{field}_{number}"] for field in ("name", "mobile", "address"))
            if name:
                yield NewParty(PartyRole.APPLICANT, name, mobile, address)
        if data["agent_name"]:
            yield NewParty(PartyRole.AGENT, data["agent_name"], data["agent_mobile"])
