"""The page on which a masked field is shown in full, once a reason was given."""

from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminRadioSelectWidget

from core import clock
from core.admin.bases import account
from core.errors import DomainError
from core.personal import masked, policy_of
from core.reveal import RevealReason, reveal


class RevealForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("What it is needed for"),
        choices=RevealReason.choices,
        widget=UnfoldAdminRadioSelectWidget,
        help_text=gettext_lazy("That you look at it, and what for, goes on record."),
    )


def reveal_page(
    request: HttpRequest, row: Any, *, field: str, rights: frozenset[str], site: AdminSite, back: str
) -> HttpResponse:
    """Ask what ``field`` of ``row`` is needed for, and after a POST show it, this once.

    ``rights`` are what the user holds on that very row. What may not be shown, or is not there, is "not found".
    """
    policy = policy_of(type(row)).get(field)
    if policy is None or not policy.shown_with & rights or not getattr(row, field):
        raise Http404
    form = RevealForm(request.POST if request.method == "POST" else None)
    shown = _shown(request, form, row, field) if form.is_valid() else None
    context = {
        **site.each_context(request),
        "title": _("Show %(field)s") % {"field": row._meta.get_field(field).verbose_name},  # noqa: SLF001 - the documented Meta API
        "form": form,
        "masked": masked(row, field),
        "shown": shown,
        "back": back,
    }
    answer = TemplateResponse(request, "core/reveal.html", context, status=422 if form.errors else 200)
    add_never_cache_headers(answer)
    return answer


def _shown(request: HttpRequest, form: forms.Form, row: Any, field: str) -> str | None:
    reason = RevealReason(form.cleaned_data["reason"])
    try:
        return reveal(row, field=field, actor=account(request), reason=reason, now=clock.now())
    except DomainError as error:
        form.add_error(None, str(error))
        return None
