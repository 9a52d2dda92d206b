from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import Case, When
from django.utils.translation import gettext_lazy as _

from cases.forms.acts import HandlerField, choose_from
from cases.forms.fields import ChoiceField, LongTextField, RowField, SeveralField
from cases.models import Party
from core import clock
from core.admin import ActForm
from core.models import User
from disputes.enums import ChosenBy, Language
from disputes.forms.acts import PartyField
from disputes.models import CommitteeMember, Mediator
from disputes.reports.mediators import possible_mediators


class CandidateField(HandlerField):
    """A choice among those who can mediate, each with the seat on the committee."""

    seats: Mapping[int, CommitteeMember | None] = MappingProxyType({})

    def label_from_instance(self, obj: User) -> str:
        seat = self.seats.get(obj.pk)
        return f"{obj.full_name} · {seat.category_labels()} · {seat.language_labels()}" if seat else obj.full_name


class NameMediatorForm(ActForm):
    person = CandidateField(
        queryset=User.objects.none(),
        label=_("Mediator"),
        help_text=_("Only those are offered who have a part in the matter and bear no name of a party."),
    )
    chosen_by = ChoiceField(choices=ChosenBy.choices, label=_("Chosen by"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "person")


class LanguagesForm(ActForm):
    languages = SeveralField(
        choices=Language.choices,
        label=_("Languages the parties need"),
        help_text=_("Mediators who speak all of them are offered first. Empty: it makes no difference."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["languages"].initial = self.row.dispute.languages


class MediatorField(RowField):
    def label_from_instance(self, obj: Mediator) -> str:
        return obj.person.full_name


class ObjectForm(ActForm):
    mediator = MediatorField(queryset=Mediator.objects.none(), label=_("Mediator"), empty_label=None)
    party = PartyField(queryset=Party.objects.none(), label=_("Who objects"))
    objection = LongTextField(max_length=500, label=_("What is objected"), help_text=_("Without names."))
    successor = CandidateField(queryset=User.objects.none(), label=_("Who mediates instead"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Mediator.objects.filter(case=self.row).of_round(self.row.round).select_related("person")
        choose_from(self, "mediator", rows)
        choose_from(self, "party", self.row.parties.all())
        named = [row.person_id for row in rows]
        _offer(self, "successor", without=named if len(named) == 1 else ())
        if not self.fields["successor"].queryset.exists():  # type: ignore[attr-defined]  # a choice among rows
            self.fields["successor"].help_text = _(
                "Nobody else is in office here who could mediate. Ask the leader of the committee to seat somebody, or "
                "the center above to take the matter up."
            )


def _offer(form: ActForm, name: str, *, without: Collection[int] = ()) -> None:
    """Offer who can mediate the matter, whoever suits it first, each with what they take and speak."""
    found = [one for one in possible_mediators(form.row, on=clock.today()) if one.person.pk not in without]
    order = {one.person.pk: number for number, one in enumerate(found)}
    place = Case(*(When(pk=pk, then=number) for pk, number in order.items()), default=len(order))
    choose_from(form, name, User.objects.get_queryset().filter(pk__in=order).order_by(place))
    form.fields[name].seats = {one.person.pk: one.seat for one in found}  # type: ignore[attr-defined]  # a CandidateField
