from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelect2Widget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from cases.enums import Category, ClockKind, Grade
from cases.forms.acts import choose_from
from cases.reports import CHANGE_RULES
from cases.rules.kinds import CAPS
from cases.rules.lengths import UNIT_NAMES, length_text
from cases.rules.setting import ARTICLES, SETTABLE_KINDS, cap_of, family_of, units_of
from cases.services.set_rule import NewRule, may_set_at, rule_refusals
from centers.enums import Level
from centers.models import Center
from centers.reports import centers_in_scope
from core import clock
from core.admin import ActForm
from core.models import User
from core.workdays import Limit, LimitUnit

ANY = gettext_lazy("any")


def kind_help(kind: ClockKind) -> str:
    """Return how long a limit may be at most, and in which units it may be written."""
    told = {
        "article": ARTICLES[kind],
        "most": length_text(cap_of(kind)),
        "units": " / ".join(str(UNIT_NAMES[unit]) for unit in units_of(kind)),
    }
    if kind in CAPS:
        return _("At most %(most)s: %(article)s. Unit: %(units)s.") % told
    return _("No law binds it; at most %(most)s here. Unit: %(units)s.") % told


class KindSelect(UnfoldAdminSelectWidget):
    """A choice of limits; what is told under it follows the choice."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["data-help"] = kind_help(ClockKind(value))
        return option


class PlaceField(forms.ModelChoiceField):
    """A center, named with the one above it."""

    widget = UnfoldAdminSelect2Widget

    def label_from_instance(self, obj: Center) -> str:
        return f"{obj.parent.name} / {obj.name}" if obj.parent else obj.name


def kinds_by_family() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for family, kinds in groupby(SETTABLE_KINDS, key=family_of):
        yield family, [(kind.value, str(kind.label)) for kind in kinds]


def _or_any(choices: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [("", ANY), *choices]


class RuleForm(forms.Form):
    """A limit as a place wants it, in the order in which people decide it."""

    kind = forms.ChoiceField(
        choices=kinds_by_family, label=gettext_lazy("Limit"), widget=KindSelect(attrs={"data-explains": ""})
    )
    center = PlaceField(queryset=Center.objects.none(), label=gettext_lazy("Place"), empty_label=None)
    level = forms.ChoiceField(
        choices=_or_any(Level.choices),
        label=gettext_lazy("Held at level"),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    grade = forms.ChoiceField(
        choices=_or_any(Grade.choices), label=gettext_lazy("Grade"), required=False, widget=UnfoldAdminSelectWidget
    )
    category = forms.ChoiceField(
        choices=_or_any(Category.choices),
        label=gettext_lazy("Category"),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    amount = forms.IntegerField(
        min_value=1, max_value=9999, label=gettext_lazy("Length"), widget=UnfoldAdminIntegerFieldWidget
    )
    unit_of_time = forms.ChoiceField(
        choices=[(unit.value, name) for unit, name in UNIT_NAMES.items()],
        label=gettext_lazy("Unit of time"),
        initial=LimitUnit.WORKING_DAYS.value,
        widget=UnfoldAdminSelectWidget,
    )
    roll_forward = forms.BooleanField(
        label=gettext_lazy("A last day on a rest day gives way to the next working day"),
        initial=True,
        required=False,
        widget=UnfoldBooleanWidget,
    )
    valid_from = forms.DateField(
        label=gettext_lazy("Holds from"),
        initial=clock.today,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
        help_text=gettext_lazy("For limits that start on this day or later."),
    )
    article = forms.CharField(
        max_length=120,
        label=gettext_lazy("Basis"),
        error_messages={
            "required": gettext_lazy("Name the article or the local document that this limit follows from.")
        },
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("The article or the local document it follows from; it is shown with every due date."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        reach = centers_in_scope(user, CHANGE_RULES).current().select_related("parent").order_by("path")
        choose_from(self, "center", reach)
        if may_set_at(None, actor=user):
            self.fields["center"].required = False
            self.fields["center"].empty_label = _("everywhere")  # type: ignore[attr-defined]  # a PlaceField
        self.fields["kind"].help_text = kind_help(self._kind())

    def _kind(self) -> ClockKind:
        chosen = self.data.get("kind") if self.is_bound else self.initial.get("kind")
        return ClockKind(chosen) if chosen in SETTABLE_KINDS else SETTABLE_KINDS[0]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        wrong = set(self.errors)
        if "kind" in data:
            for part, refusal in rule_refusals(self.new_rule(), actor=self.user, today=clock.today()):
                if part not in wrong:
                    self.add_error(part, str(refusal))
        return data

    def new_rule(self) -> NewRule:
        """Return what was filled in; what is missing counts as right, for it has been told already."""
        data, kind = self.cleaned_data, ClockKind(self.cleaned_data["kind"])
        unit = LimitUnit(data.get("unit_of_time") or units_of(kind)[0])
        return NewRule(
            kind=kind,
            center=data.get("center"),
            limit=Limit(data.get("amount") or 1, unit, data["roll_forward"]),
            article=data.get("article", ""),
            valid_from=data.get("valid_from") or clock.today(),
            level=data.get("level", ""),
            grade=data.get("grade", ""),
            category=data.get("category", ""),
        )


class EndRuleForm(ActForm):
    last_day = forms.DateField(
        label=gettext_lazy("Last day on which it holds"),
        initial=clock.today,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
    )
    ground = forms.CharField(max_length=200, label=gettext_lazy("Why"), widget=UnfoldAdminTextInputWidget)


class WithdrawRuleForm(ActForm):
    ground = forms.CharField(max_length=200, label=gettext_lazy("Why"), widget=UnfoldAdminTextInputWidget)
