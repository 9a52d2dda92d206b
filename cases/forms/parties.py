from typing import Any

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from cases.enums import PartyRole, Procedure
from cases.forms.fields import ChoiceField, TextField
from cases.rules.matters import ROLES
from cases.services.identities import NewParty
from core.admin import ActForm

MOBILE = RegexValidator(r"^[0-9]{7,12}$", _("Give 7 to 12 digits, without spaces."))


class AddPartyForm(ActForm):
    role = ChoiceField(label=_("Role"), initial=PartyRole.RESPONDENT)
    name = TextField(max_length=60, label=_("Name"))
    mobile = TextField(max_length=20, label=_("Mobile"), required=False, validators=[MOBILE])
    address = TextField(max_length=120, label=_("Address"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [PartyRole.RESPONDENT] if self.row.hides_identity else ROLES[Procedure(self.row.procedure)]
        self.fields["role"].choices = [(role.value, role.label) for role in offered]  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        return {"party": NewParty(PartyRole(data["role"]), data["name"], data["mobile"], data["address"])}
