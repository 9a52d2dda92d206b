from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.forms.acts import HandlerField, choose_from
from cases.forms.fields import ChoiceField, LongTextField, RowField
from cases.models import Party
from core import clock
from core.admin import ActForm
from core.models import User
from disputes.enums import ChosenBy
from disputes.forms.acts import PartyField
from disputes.models import Mediator
from disputes.reports.mediators import possible_mediators


class NameMediatorForm(ActForm):
    person = HandlerField(
        queryset=User.objects.none(),
        label=_("Mediator"),
        help_text=_("Only those are offered who have a part in the matter and bear no name of a party."),
    )
    chosen_by = ChoiceField(choices=ChosenBy.choices, label=_("Chosen by"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "person")


class MediatorField(RowField):
    def label_from_instance(self, obj: Mediator) -> str:
        return obj.person.full_name


class ObjectForm(ActForm):
    mediator = MediatorField(queryset=Mediator.objects.none(), label=_("Mediator"), empty_label=None)
    party = PartyField(queryset=Party.objects.none(), label=_("Who objects"))
    objection = LongTextField(max_length=500, label=_("What is objected"), help_text=_("Without names."))
    successor = HandlerField(queryset=User.objects.none(), label=_("Who mediates instead"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Mediator.objects.filter(case=self.row).of_round(self.row.round).select_related("person")
        choose_from(self, "mediator", rows)
        choose_from(self, "party", self.row.parties.all())
        _offer(self, "successor")


def _offer(form: ActForm, name: str) -> None:
    people = [person.pk for person in possible_mediators(form.row, on=clock.today())]
    choose_from(form, name, User.objects.get_queryset().filter(pk__in=people).order_by("full_name", "pk"))
