from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from centers.models import Center
from core.admin import ActForm
from core.cells import BadCell
from core.errors import InvalidFile
from core.tables import check_size
from grids.models import Grid
from grids.rules.cells import check_code_of_village


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_(".xlsx, .xls, .csv or .tsv, as WPS, Excel and LibreOffice save them"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.tsv,.txt"}),
        allow_empty_file=True,
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        try:
            check_size(file.size or 0, max_bytes=settings.ROSTER_MAX_BYTES)
        except InvalidFile as error:
            raise ValidationError(str(error), code=error.code) from None
        return file


class ConfirmForm(ActForm):
    """Asks for the choice between all and nothing only where there is one."""

    only_good_rows = forms.BooleanField(
        label=_("Write only the rows without errors"),
        help_text=_("Without this mark nothing is written as long as a single row has an error."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.row.error_rows:
            del self.fields["only_good_rows"]


class ExportForm(forms.Form):
    is_unmasked = forms.BooleanField(
        label=_("With readable identity and phone numbers"),
        help_text=_("That you took them, and what for, stays on record."),
        required=False,
    )
    reason = forms.CharField(
        label=_("What they are needed for"),
        help_text=_("Needed where the numbers are to be readable."),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, may_unmask: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_unmask:
            del self.fields["is_unmasked"], self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("is_unmasked") and not values.get("reason"):
            self.add_error("reason", _("Say what the readable numbers are needed for."))
        return values


class VillageChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Center) -> str:
        return f"{obj.name} {obj.code}"


class GridForm(forms.ModelForm):
    class Meta:
        model = Grid
        fields = ("village", "code", "name", "kind", "households", "is_active")

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if "code" in values and "village" in values:
            try:
                check_code_of_village(values["code"], values["village"].code)
            except BadCell as error:
                self.add_error("code", str(error))
        return values
