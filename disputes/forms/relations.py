"""What is asked when matters are related, and when they are found not to belong together."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.forms.acts import choose_from
from cases.forms.fields import ChoiceField, LongTextField, RowField, TextField
from core.admin import ActForm
from disputes.enums import RelationGround
from disputes.models import Relation


class RelateForm(ActForm):
    number = TextField(max_length=80, label=_("Number of the other matter"))
    ground = ChoiceField(choices=RelationGround.choices, label=_("Why they belong together"))


class RelationField(RowField):
    case_id = 0

    def label_from_instance(self, obj: Relation) -> str:
        return obj.far_side(self.case_id).number


class UnrelateForm(ActForm):
    relation = RelationField(queryset=Relation.objects.none(), label=_("Related matter"), empty_label=None)
    reason = LongTextField(max_length=500, label=_("Why they do not belong together"), help_text=_("Without names."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Relation.objects.visible_to(self.user).standing().of(self.row.pk)
        choose_from(self, "relation", rows.select_related("case", "other"))
        self.fields["relation"].case_id = self.row.pk  # type: ignore[attr-defined]  # a RelationField
