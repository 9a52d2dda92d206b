from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelect2Widget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from centers.enums import CalendarSource, ReorganisationKind, Role
from centers.models import Center, Post, StandIn
from centers.querysets import CenterQuerySet
from centers.reports.reorganisation import TreeChange, changeable_centers, check_actor, check_change
from centers.rules.calendar import DayValue
from centers.services.appoint import appoint, check_appointment, check_end, check_period, end_post
from centers.services.load_calendar import NOTICE_TITLE, check_years
from centers.services.stand_in import check_stand_in, name_stand_in
from core import clock
from core.errors import DomainError
from core.models import User


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
    actor: User

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
        return appoint(given.pop("user"), role=Role(given.pop("role")), **given, actor=self.actor, now=clock.now())


class EndPostForm(ServiceForm):
    actor: User

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
        return end_post(self.instance, ends_on=self.cleaned_data["ends_on"], actor=self.actor, now=clock.now())


class StandInForm(ServiceForm):
    """Names a stand-in; without a field for the absent person that is the actor."""

    actor: User

    class Meta:
        model = StandIn
        fields = ("absent", "stand_in", "starts_on", "ends_on")

    def clean(self) -> dict[str, Any]:
        given = {"absent": self.actor, **self.cleaned_data}
        if not self.errors:
            try:
                check_stand_in(StandIn(**given, named_by=self.actor), today=clock.today())
            except DomainError as error:
                raise ValidationError(str(error), code=error.code) from error
        return given

    def _post_clean(self) -> None:
        """Leave the constraints to the database: the service has asked for the same in better words."""

    def save(self, commit: bool = True) -> StandIn:  # noqa: ARG002, FBT001, FBT002 - Django's signature
        given = dict(self.cleaned_data)
        return name_stand_in(given.pop("absent"), **given, actor=self.actor, now=clock.now())


class CenterField(forms.ModelChoiceField):
    """A center, named with the one above it."""

    widget = UnfoldAdminSelect2Widget

    def label_from_instance(self, obj: Center) -> str:
        return f"{obj.parent.name} / {obj.name}" if obj.parent else obj.name


class ReorganisationForm(forms.Form):
    """Which center goes where, and why."""

    kind = forms.ChoiceField(
        choices=ReorganisationKind.choices, label=_("What happens"), widget=UnfoldAdminRadioSelectWidget
    )
    center = CenterField(queryset=Center.objects.none(), label=_("Center that changes"))
    target = CenterField(
        queryset=Center.objects.none(),
        label=_("Absorbing center, or the one to stand above it"),
        help_text=_("At a merger one of the same level; otherwise one of the level right above."),
    )
    ground = forms.CharField(
        label=pgettext_lazy("calendar", "Ground"),
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("The decision that approves it; it stays on record."),
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        for name in ("center", "target"):
            self.fields[name].queryset = changeable_centers(actor).select_related("parent")  # type: ignore[attr-defined]  # a choice of rows

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            ask(check_change, self.change())
            ask(partial(check_actor, on=clock.today()), self.change(), self.actor)
        return cleaned

    def change(self) -> TreeChange:
        """Return the change that was asked for."""
        given = self.cleaned_data
        return TreeChange(ReorganisationKind(given["kind"]), given["center"], given["target"])


class PlaceForm(forms.Form):
    """Which year of the calendar to look at, and where."""

    year = forms.ChoiceField(label=_("Year"))
    center = forms.ModelChoiceField(
        queryset=Center.objects.none(), label=_("Region"), required=False, empty_label=_("everywhere")
    )

    def __init__(self, *args: Any, years: Iterable[int], centers: CenterQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]  # a choice
        self.fields["center"].queryset = centers  # type: ignore[attr-defined]  # a choice of rows


class DayForm(forms.Form):
    """What one day is to be. A region's own day can be given back, and is then as everywhere else."""

    WORK, REST, AS_EVERYWHERE = "work", "rest", "as_everywhere"

    kind = forms.ChoiceField(label=_("This day is"), widget=UnfoldAdminRadioSelectWidget)
    name = forms.CharField(
        label=_("Name of the holiday"),
        max_length=40,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("As it should stand in the explanation of a limit; empty for an ordinary day."),
    )
    ground = forms.CharField(
        label=pgettext_lazy("calendar", "Ground"),
        widget=UnfoldAdminTextInputWidget,
        max_length=200,
        help_text=_("The notice or decision behind it; every limit that moves names it."),
    )

    def __init__(self, *args: Any, has_own_day: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(self.WORK, _("working day")), (self.REST, _("rest day"))]
        if has_own_day:
            choices.append((self.AS_EVERYWHERE, _("as everywhere else")))
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]  # a choice

    def value(self) -> DayValue | None:
        """Return what was chosen; None gives a region's own day back."""
        kind = self.cleaned_data["kind"]
        if kind == self.AS_EVERYWHERE:
            return None
        return DayValue(kind == self.WORK, self.cleaned_data["name"].strip(), CalendarSource.STAFF)


class NoticeForm(forms.Form):
    """The State Council's notice on a year's holidays, as a table."""

    year = forms.TypedChoiceField(label=_("Year of the notice"), coerce=int, widget=UnfoldAdminSelectWidget)
    file = forms.FileField(label=_("Table (.xlsx or .csv)"), widget=UnfoldAdminFileFieldWidget)
    ground = forms.CharField(
        label=_("Title and number of the notice"),
        max_length=200,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Empty: the notice's usual title. Every limit that moves names it."),
    )

    def __init__(self, *args: Any, years: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]  # a choice
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.csv"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "year" in cleaned:
            ask(check_years, [cleaned["year"]])
            cleaned["ground"] = cleaned.get("ground", "").strip() or NOTICE_TITLE.format(cleaned["year"])
        return cleaned
