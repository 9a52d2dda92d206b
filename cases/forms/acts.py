from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from cases.models import Case
from cases.reports.recusals import handlers_of
from core import clock
from core.admin import ActForm
from core.models import User


class HandlerField(forms.ModelChoiceField):
    """A choice among the handlers in office at one center."""

    widget = UnfoldAdminSelectWidget

    def label_from_instance(self, obj: User) -> str:
        return obj.full_name


def offer_handlers(form: forms.Form, case: Case) -> None:
    """Let the form's field ``handler`` offer the handlers of the center that holds ``case``."""
    people = [person.pk for person in handlers_of(case, on=clock.today())]
    choose_from(form, "handler", User.objects.get_queryset().filter(pk__in=people))


def choose_from(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    """Let one of the form's choices be among ``rows``."""
    field = form.fields[name]
    if not isinstance(field, forms.ModelChoiceField):
        raise TypeError(f"{name} chooses no row")
    field.queryset = rows


class AssignForm(ActForm):
    handler = HandlerField(queryset=User.objects.none(), label=_("Handler"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_handlers(self, self.row)


class ReissueForm(ActForm):
    """Nothing is asked: the clerk has seen the applicant's identity."""
