from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centers.forms import ReorganisationForm
from centers.models import Center, Reorganisation
from centers.pages.reorganisation import post_field, preview_context
from centers.resources.decisions import opened, sealed
from centers.services.reorganise import FOLLOWERS, Decision, reorganise
from core import clock
from core.admin import ReadOnlyAdmin, account
from core.errors import DomainError


@admin.register(Reorganisation)
class ReorganisationAdmin(ReadOnlyAdmin):
    """A reorganisation is looked at, with all that it moves and every post, before it is confirmed."""

    list_display = ("center", "kind", "target", "effective_on", "ground")
    list_filter = ("kind",)
    list_select_related = ("center", "target")
    fields = ("kind", "center", "target", "origin", "effective_on", "ground", "decided_by", "decided_at", "before")
    readonly_fields = ("before",)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("centers.add_reorganisation")

    @admin.display(description=gettext_lazy("Before"))
    def before(self, row: Reorganisation) -> str:
        figures = [figure for follower in FOLLOWERS for figure in follower.figures(row)]
        return " · ".join(f"{label}: {count}" for label, count in figures)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Ask what is to change, show what that means, and do it once that is confirmed."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST" and "decision" in request.POST:
            return self._confirm(request)
        user = account(request)
        form = ReorganisationForm(request.POST or None, actor=user, initial=dict(request.GET.items()))
        if not form.is_valid():
            status = 422 if form.is_bound else 200
            context = {"title": _("Reorganise centers"), "form": form}
            return self._page(request, "centers/reorganisation_form.html", context, status=status)
        preview = preview_context(form.change(), today=clock.today())
        posts = frozenset(row.post.pk for row in preview["posts"])
        decision = Decision(form.change(), form.cleaned_data["ground"], posts)
        context = {
            "title": _("Before the centers are reorganised"),
            "ground": decision.ground,
            "decision": sealed(decision, user.pk),
            **preview,
        }
        return self._page(request, "centers/reorganisation_preview.html", context)

    def _confirm(self, request: HttpRequest) -> HttpResponse:
        user = account(request)
        try:
            seen = opened(request.POST["decision"], user.pk)
            ended = frozenset(pk for pk in seen.posts if request.POST.get(post_field(pk)) != "go_on")
            row = reorganise(Decision(seen.change, seen.ground, seen.posts, ended), actor=user, now=clock.now())
        except DomainError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("admin:centers_reorganisation_add"))
        except Center.DoesNotExist:
            raise Http404 from None
        messages.success(request, _("The centers are reorganised."))
        return HttpResponseRedirect(reverse("admin:centers_reorganisation_change", args=[row.pk]))

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, template, context, status=status)
