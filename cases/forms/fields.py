"""The fields that the forms of all procedures share, with the back-office's looks."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from core import clock


class TextField(forms.CharField):
    """One line of text."""

    widget = UnfoldAdminTextInputWidget


class LongTextField(forms.CharField):
    """Several lines of text, at most two thousand characters."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 4})

    def __init__(self, *, max_length: int = 2000, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)


class DayField(forms.DateField):
    """One day, today unless another is given; the browser brings the calendar."""

    widget = UnfoldAdminTextInputWidget(attrs={"type": "date"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"initial": clock.today, **kwargs})


class MomentField(forms.DateTimeField):
    """One day and time of China; the browser brings the calendar."""

    widget = UnfoldAdminTextInputWidget(attrs={"type": "datetime-local"})


class NumberField(forms.IntegerField):
    """A whole number, one at least."""

    widget = UnfoldAdminTextInputWidget(attrs={"type": "number", "min": "1"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, **kwargs)


class ChoiceField(forms.ChoiceField):
    """One of a closed list."""

    widget = UnfoldAdminSelectWidget


class SeveralField(forms.MultipleChoiceField):
    """Several of a closed list, or none."""

    widget = UnfoldAdminSelect2MultipleWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)


class RowsField(forms.ModelMultipleChoiceField):
    """Several of a few rows, each with a box to tick."""

    widget = UnfoldAdminCheckboxSelectMultipleWidget


class RowField(forms.ModelChoiceField):
    """One of a few rows."""

    widget = UnfoldAdminSelectWidget
