"""What is asked of whoever keeps the record of a mediation committee."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldBooleanWidget

from cases.enums import Category
from cases.forms.acts import HandlerField, choose_from
from cases.forms.fields import ChoiceField, DayField, RowField, SeveralField, TextField
from centers.forms import ServiceForm, ask
from centers.models import Unit
from core import clock
from core.admin import ActForm
from core.models import User
from disputes.enums import FormedBy, Language, MinorityMember, Seat
from disputes.models import Committee, CommitteeMember
from disputes.querysets import CommitteeMemberQuerySet
from disputes.reports.committees import people_for
from disputes.rules.committees import Statement
from disputes.services.committees import NewTerm, check_term, open_term
from disputes.services.seats import NewMember, Offer

TAKES, SPEAKS, DIALECTS = "takes_", "speaks_", "dialects_"
MOST_LETTERS: Final = {"name": 40, "dialects": 60}


def _categories(label: Any) -> SeveralField:
    return SeveralField(choices=Category.choices, label=label, help_text=_("Empty: all categories."))


def _languages(label: Any) -> SeveralField:
    return SeveralField(choices=Language.choices, label=label)


def _dialects(label: Any) -> TextField:
    return TextField(
        max_length=MOST_LETTERS["dialects"],
        label=label,
        required=False,
        help_text=_("As people call them, such as Zhuji dialect."),
    )


class UnitField(forms.ModelChoiceField):
    """A committee, named with its center."""

    def label_from_instance(self, obj: Unit) -> str:
        return f"{obj.center.name} / {obj.name}"


class TermForm(ServiceForm):
    actor: User

    class Meta:
        model = Committee
        fields = ("unit", "starts_on", "ends_on", "formed_by", "has_woman", "minority")

    def new_term(self) -> NewTerm:
        given = self.cleaned_data
        statement = Statement(given["has_woman"], MinorityMember(given["minority"]))
        return NewTerm(given["starts_on"], given["ends_on"], FormedBy(given["formed_by"]), statement)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            ask(partial(check_term, new=self.new_term()), cleaned["unit"])
        return cleaned

    def _post_clean(self) -> None:
        """Leave the constraints to the database: the service has asked for the same in better words."""

    def save(self, commit: bool = True) -> Committee:  # noqa: ARG002, FBT001, FBT002 - Django's signature
        return open_term(self.cleaned_data["unit"], new=self.new_term(), actor=self.actor, now=clock.now())


class StatementForm(ActForm):
    """What the committee says of itself as a whole; nothing is kept of anybody."""

    has_woman = forms.BooleanField(label=_("A woman is among the members"), required=False, widget=UnfoldBooleanWidget)
    minority = ChoiceField(choices=MinorityMember.choices, label=_("A member of the smaller peoples of the area"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["has_woman"].initial = self.row.has_woman
        self.fields["minority"].initial = self.row.minority

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        return data | {"statement": Statement(data["has_woman"], MinorityMember(data["minority"]))}


class AddMemberForm(StatementForm):
    person = HandlerField(
        queryset=User.objects.none(),
        label=_("Account"),
        required=False,
        help_text=_("Whoever is to mediate here. Those are offered whose post at the center lets them."),
    )
    name = TextField(
        max_length=MOST_LETTERS["name"],
        label=_("Name"),
        required=False,
        help_text=_("Only of somebody without an account."),
    )
    seat = ChoiceField(choices=Seat.choices, label=_("Seat"), initial=Seat.MEMBER)
    starts_on = DayField(label=_("First day in the seat"))
    categories = _categories(_("Categories taken"))
    languages = _languages(_("Languages and dialects"))
    dialects = _dialects(_("Local dialects"))

    field_order = ("person", "name", "seat", "starts_on", "categories", "languages", "dialects")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        choose_from(self, "person", people_for(self.row.unit, on=today))
        self.fields["starts_on"].initial = min(max(today, self.row.starts_on), self.row.ends_on)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("person")) == bool(data.get("name")):
            self.add_error("name", _("Choose an account, or enter the name of somebody without one."))
        if self.errors:
            return data
        offer = Offer(data["categories"], data["languages"], data["dialects"])
        new = NewMember(data["person"], data["name"], Seat(data["seat"]), data["starts_on"], offer)
        return data | {"member": new}


class SeatField(RowField):
    def label_from_instance(self, obj: CommitteeMember) -> str:
        return f"{obj.name} · {obj.get_seat_display()}"


class RemoveMemberForm(StatementForm):
    member = SeatField(queryset=CommitteeMember.objects.none(), label=_("Member"))
    last_day = DayField(label=_("Last day"))

    field_order = ("member", "last_day")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "member", _seats(self.row))


class ChairForm(ActForm):
    member = SeatField(queryset=CommitteeMember.objects.none(), label=_("New chair"))
    since = DayField(label=_("First day in the seat"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "member", _seats(self.row).exclude(seat__in=[Seat.CHAIR, Seat.ENGAGED]))


class DescribeForm(ActForm):
    """What every member brings to the table, in one sheet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = list(CommitteeMember.objects.filter(committee=self.row).not_over(on=clock.today()))
        for row in self.members:
            given = ((TAKES, _categories, row.categories), (SPEAKS, _languages, row.languages))
            for prefix, make, initial in (*given, (DIALECTS, _dialects, row.dialects)):
                self.fields[f"{prefix}{row.pk}"] = _of_member(make, LABELS[prefix], row, initial)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        return data | {
            "offers": {
                row.pk: Offer(*(data[f"{prefix}{row.pk}"] for prefix in (TAKES, SPEAKS, DIALECTS)))
                for row in self.members
            }
        }


LABELS: Final = {
    TAKES: _("%(name)s: categories taken"),
    SPEAKS: _("%(name)s: languages and dialects"),
    DIALECTS: _("%(name)s: local dialects"),
}


def _of_member(make: Callable[[str], forms.Field], label: Any, row: CommitteeMember, initial: Any) -> forms.Field:
    field = make(str(label) % {"name": row.name})
    field.initial = initial
    return field


class EndTermForm(ActForm):
    ends_on = DayField(label=_("Last day"))


def _seats(committee: Committee) -> CommitteeMemberQuerySet:
    return CommitteeMember.objects.filter(committee=committee).until_the_end()
