from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from cases.reports import handlers_at
from core import clock
from core.admin import ActForm
from core.models import User


class HandlerField(forms.ModelChoiceField):
    """A choice among the handlers in office at one center."""

    widget = UnfoldAdminSelectWidget

    def label_from_instance(self, obj: User) -> str:
        return obj.full_name

    def offer(self, center_id: int) -> None:
        people = handlers_at(center_id, on=clock.today())
        self.queryset = User.objects.get_queryset().filter(pk__in=[person.pk for person in people])


class AssignForm(ActForm):
    handler = HandlerField(queryset=User.objects.none(), label=_("Handler"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handler"].offer(self.row.holder_id)


class ReissueForm(ActForm):
    """Nothing is asked: the clerk has seen the applicant's identity."""
