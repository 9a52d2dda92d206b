from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.fields import LongTextField
from core.admin import ActForm


class TemplateForm(forms.Form):
    document = forms.FileField(
        label=_("The document (.docx)"),
        help_text=_("It is examined before anything is shown or kept. A preview leaves your choice as it is."),
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        allow_empty_file=True,
        error_messages={"required": _("Choose the document of the form.")},
    )

    def sent(self) -> dict[str, Any]:
        """Return the name and the content of what was sent."""
        document = self.cleaned_data["document"]
        return {"name": document.name, "content": document.read()}


class WithdrawTemplateForm(ActForm):
    reason = LongTextField(max_length=500, label=_("Reason of the withdrawal"))
