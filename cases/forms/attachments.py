"""What is asked of people who add files to a case, or withdraw one."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from cases.forms.fields import LongTextField
from core.examination import endings

AT_ONCE: Final = 20


class FilesInput(forms.ClearableFileInput):
    """One field in which several files are chosen."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; what is in them is looked at later, one by one."""

    def clean(self, data: Sequence[UploadedFile], initial: Any = None) -> list[UploadedFile]:
        given: list[Any] = list(data) or [None]  # what is missing is refused as one field would refuse it
        return [super(FilesField, self).clean(file, initial) for file in given]


class FilesForm(forms.Form):
    chosen = FilesField(
        label=_("Files"),
        allow_empty_file=True,
        max_length=None,
        widget=FilesInput(attrs={"accept": ",".join(endings())}),
        error_messages={"required": _("Choose one file or several.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].help_text = _(
            "PDF, OFD, pictures, documents, texts, film and sound, at most %(most)s MB each, %(count)s at once."
        ) % {"most": settings.ATTACHMENT_MEGABYTES, "count": AT_ONCE}

    def clean_chosen(self) -> list[UploadedFile]:
        files: list[UploadedFile] = self.cleaned_data["chosen"]
        if len(files) > AT_ONCE:
            raise forms.ValidationError(_("Choose at most %(count)s files at once.") % {"count": AT_ONCE})
        return files


class WithdrawForm(forms.Form):
    reason = LongTextField(
        max_length=500, label=_("Reason of the withdrawal"), help_text=_("It stays on the page of the case.")
    )
