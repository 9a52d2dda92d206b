from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from unfold.contrib.import_export.forms import ImportForm

from centers.models import Center
from core.cells import BadCell
from core.errors import InvalidFile
from core.tables import check_size
from grids.models import Grid
from grids.rules.cells import check_code_of_village
from grids.rules.files import check_name


class RosterImportForm(ImportForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["import_file"].label = _("Workbook (.xlsx)")
        self.fields["import_file"].widget.attrs["accept"] = ".xlsx"

    def clean_import_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["import_file"]
        try:
            check_name(file.name or "")
            check_size(file.size or 0, max_bytes=settings.ROSTER_MAX_BYTES)
        except InvalidFile as error:
            raise ValidationError(str(error), code=error.code) from None
        return file


class RosterConfirmForm(forms.Form):
    import_file_name = forms.CharField(widget=forms.HiddenInput, max_length=64)


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
