"""What is asked when the file of a matter goes into the archive."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.enums import Category, Retention
from cases.forms.fields import ChoiceField, DayField, NumberField, TextField
from cases.rules.papers import retention_of
from cases.services.archive import NewArchivedFile
from core.admin import ActForm


class ArchiveForm(ActForm):
    volume = TextField(max_length=40, label=_("Volume number"))
    pages = NumberField(max_value=9999, label=_("Pages of the file"))
    retention = ChoiceField(choices=Retention.choices, label=_("Kept for"))
    archived_on = DayField(label=_("Archived on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["retention"].initial = retention_of(Category(self.row.category))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        kept = Retention(data["retention"])
        return data | {"new": NewArchivedFile(data["volume"], data["pages"], kept, data["archived_on"])}
