"""What is asked of people who file papers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.fields import RowField
from cases.models import Attachment, Case


class AttachmentField(RowField):
    """A choice among the files of a matter."""

    def label_from_instance(self, obj: Attachment) -> str:
        return obj.name


class FilePaperForm(forms.Form):
    """Which of the matter's files is the original of a paper; what its round has filed already is not offered."""

    attachment = AttachmentField(
        queryset=Attachment.objects.none(),
        label=_("Original"),
        error_messages={"required": _("Choose the file. Add it to the matter first, if it is not there yet.")},
    )

    def __init__(self, *args: Any, case: Case, prefix_id: str = "sent", **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"id_{prefix_id}_%s", **kwargs})
        filed = case.papers.kept().of_round(case.round).exclude(attachment=None).values("attachment")
        self.fields["attachment"].queryset = case.attachments.kept().exclude(pk__in=filed)  # type: ignore[attr-defined]
