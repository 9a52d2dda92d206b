from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from centers.enums import Role
from centers.models import Post, WorkCalendarDay
from centers.services.appoint import appoint, check_appointment, check_end, check_period, end_post
from centers.services.change_day import change_day
from core.errors import DomainError


def ask(check: Callable[..., None], *values: Any) -> None:
    """Run a service's check and turn its refusal into an error of the form."""
    try:
        check(*values)
    except DomainError as error:
        raise ValidationError(str(error), code=error.code) from error


class ServiceForm(forms.ModelForm):
    """A form of the admin that is saved by a service."""

    def save_m2m(self) -> None:
        """Do nothing: the service has written everything."""


class AppointmentForm(ServiceForm):
    class Meta:
        model = Post
        fields = ("user", "role", "center", "unit", "starts_on", "ends_on")

    def clean_ends_on(self) -> date | None:
        if "starts_on" in self.cleaned_data:
            ask(check_period, self.cleaned_data["starts_on"], self.cleaned_data["ends_on"])
        return self.cleaned_data["ends_on"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            ask(check_appointment, Post(**cleaned))
        return cleaned

    def save(self, commit: bool = True) -> Post:  # noqa: ARG002, FBT001, FBT002 - Django's signature
        given = dict(self.cleaned_data)
        return appoint(given.pop("user"), role=Role(given.pop("role")), **given)


class EndPostForm(ServiceForm):
    class Meta:
        model = Post
        fields = ("ends_on",)

    def clean_ends_on(self) -> date:
        ends_on = self.cleaned_data["ends_on"]
        if ends_on is None:
            raise ValidationError(_("Enter the last day of this post."), code="required")
        ask(check_end, self.instance, ends_on)
        return ends_on

    def save(self, commit: bool = True) -> Post:  # noqa: ARG002, FBT001, FBT002 - Django's signature
        return end_post(self.instance, ends_on=self.cleaned_data["ends_on"])


class CalendarDayForm(ServiceForm):
    class Meta:
        model = WorkCalendarDay
        fields = ("is_workday", "name")

    def save(self, commit: bool = True) -> WorkCalendarDay:  # noqa: ARG002, FBT001, FBT002 - Django's signature
        return change_day(self.instance.date, **self.cleaned_data)
