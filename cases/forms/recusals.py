"""What is asked of people who say that somebody has no part in a matter."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.forms.acts import choose_from
from cases.forms.fields import LongTextField, RowField, TextField
from cases.reports.recusals import staff_near
from centers.enums import Level
from centers.models import Center, Unit
from core import clock
from core.admin import ActForm
from core.models import User


class PersonField(RowField):
    """One of a few people."""

    def label_from_instance(self, obj: User) -> str:
        return obj.full_name


class GroundForm(ActForm):
    ground = LongTextField(max_length=500, label=pgettext_lazy("limit", "Ground"), help_text=_("Without names."))


class RecuseForm(GroundForm):
    center = RowField(queryset=Center.objects.none(), label=_("The matter is about"), empty_label=None)

    field_order = ("center", "ground")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        recused = self.row.recusals.filter(center__isnull=False).values("center")
        over_it = Center.objects.filter(pk__in=self.row.center_ids(Level.VILLAGE)).exclude(pk__in=recused)
        choose_from(self, "center", over_it.order_by("-code"))


class RecusePersonForm(GroundForm):
    person = PersonField(queryset=User.objects.none(), label=_("Person"))

    field_order = ("person", "ground")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "person", staff_near(self.row, on=clock.today()))


class AccusedForm(ActForm):
    """One of four ways to say whom the matter complains of."""

    center = RowField(queryset=Center.objects.none(), label=_("Center"), required=False)
    unit = RowField(queryset=Unit.objects.none(), label=_("Unit"), required=False)
    person = PersonField(queryset=User.objects.none(), label=_("Person"), required=False)
    name = TextField(
        max_length=60, label=_("Somebody else"), required=False, help_text=_("A name or an office that has no account.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        centers = Center.objects.filter(pk__in=self.row.center_ids(Level.VILLAGE)).order_by("-code")
        choose_from(self, "center", centers)
        choose_from(self, "unit", Unit.objects.filter(center__in=centers).select_related("center"))
        choose_from(self, "person", staff_near(self.row, on=clock.today()))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if sum(bool(data.get(name)) for name in ("center", "unit", "person", "name")) != 1:
            raise forms.ValidationError(_("Name one: a center, a unit, a person, or somebody else."))
        return data
