from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from core.admin import ActForm


class SignForForm(ActForm):
    """Nothing is asked."""


class ReplyForm(ActForm):
    reply = forms.CharField(
        max_length=2000,
        label=_("Why the limit was overrun, what has been done, and by when the matter ends"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 5}),
    )


class VerdictForm(ActForm):
    verdict = forms.CharField(
        max_length=500, label=_("Verdict on the answer"), widget=UnfoldAdminTextareaWidget(attrs={"rows": 4})
    )
