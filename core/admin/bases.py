"""The admin bases every app builds on: scoped, without deletion, and with acts as buttons that POST."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from operator import itemgetter
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from unfold.admin import ModelAdmin

from core.errors import DomainError
from core.models import User
from core.paginator import CappedPaginator

SIDE_BY_SIDE: Final = 4


def account(request: HttpRequest) -> User:
    """Return the signed-in account; raise Http404 for a visitor, whom the admin site lets in nowhere."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


class ScopedAdmin(ModelAdmin):
    """Shows what ``visible_to`` shows, at every door: list, page, autocomplete, foreign keys. Nothing is deleted."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    actions: ClassVar[Sequence[Any]] = ()
    list_filter_submit = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        return super().get_queryset(request).visible_to(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_view_permission(request, obj) or self.has_change_permission(request, obj)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        raise Http404

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        raise Http404

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer, and accept, only rows of the other table that the user may see."""
        if "queryset" not in kwargs:
            kwargs["queryset"] = db_field.remote_field.model._default_manager.visible_to(request.user)  # noqa: SLF001 - the documented Meta API
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Allow the filters that are offered and no others: a column nobody may read is no filter either."""
        offered = [item if isinstance(item, str) else getattr(item, "parameter_name", "") for item in self.list_filter]
        return lookup.removesuffix("__exact") in offered

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Write nothing: the stock log keeps names where nobody masks them."""

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Write nothing, for the same reason."""


class ReadOnlyAdmin(ScopedAdmin):
    """Rows that are looked at here and changed elsewhere."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class Nearness(IntEnum):
    """How near at hand an act belongs."""

    WAITING = 0
    ORDINARY = 1
    SELDOM = 2


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an act is not open, in words, and the step that comes before it with its address, where there is one."""

    text: str
    step: str | Promise = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done with a row: a button that leads to a small form whose POST calls a service.

    ``permission`` is the right it takes on this very row; ``is_open(row)`` says whether the row's state allows it.
    ``run(row, user, cleaned_data)`` calls the service and returns the sentence that tells what happened.
    ``consequence`` warns of what cannot be taken back. ``waits(row, user)`` says whether the row's state, or somebody's
    request, asks just this of the user. The button of an act that ``is_secondary`` stands out only while it waits.
    ``fits(row)`` says whether such a row can have it at all: where it does not, nothing of it is asked or done.
    ``lacks(row)`` names what has to be there first, each with the address where it is seen to. ``is_for(row, user)``
    says whether there is anything of it for the user, where that depends on what else the user sees. ``obstacle(row)``
    tells whoever comes to the form while it is not open why that is, and what to do.
    """

    name: str
    label: str | Promise
    permission: str
    form_class: "type[ActForm]"
    is_open: Callable[[Any], bool]
    run: Callable[[Any, Any, dict[str, Any]], str]
    consequence: str | Promise = ""
    waits: Callable[[Any, Any], bool] = lambda _row, _user: False
    is_secondary: bool = False
    lacks: Callable[[Any], Sequence[tuple[str, str]]] = lambda _row: ()
    is_for: Callable[[Any, Any], bool] = lambda _row, _user: True
    fits: Callable[[Any], bool] = lambda _row: True
    obstacle: Callable[[Any], Obstacle | None] = lambda _row: None

    def nearness(self, row: Any, user: Any) -> Nearness:
        """Return how near at hand the act belongs for this user."""
        if self.waits(row, user):
            return Nearness.WAITING
        return Nearness.SELDOM if self.is_secondary else Nearness.ORDINARY


@dataclass(frozen=True, slots=True)
class Buttons:
    """Acts with their addresses as a page offers them: side by side, and under "More". ``first`` stands out."""

    shown: Sequence[tuple[Act, str]]
    more: Sequence[tuple[Act, str]]
    first: Act | None

    @property
    def acts(self) -> list[Act]:
        return [act for act, _url in (*self.shown, *self.more)]


def lay_out(acts: Iterable[tuple[Act, str]], *, row: Any, user: Any) -> Buttons:
    """Return the buttons of ``acts``: what waits for the user first, then the usual, then the rest.

    Up to ``SIDE_BY_SIDE`` acts all stand side by side; of more, those that are seldom wanted go into the menu.
    """
    ranked = sorted(((act.nearness(row, user), act, url) for act, url in acts), key=itemgetter(0))
    near = [nearness for nearness, _act, _url in ranked if nearness < Nearness.SELDOM]
    count = SIDE_BY_SIDE if len(ranked) <= SIDE_BY_SIDE else min(len(near), SIDE_BY_SIDE)
    buttons = [(act, url) for _nearness, act, url in ranked]
    return Buttons(buttons[:count], buttons[count:], buttons[0][0] if near else None)


class ActsMixin:
    """Gives an admin's rows their acts: ``<id>/act/<name>/`` shows the form on GET and acts on POST only."""

    def acts(self) -> Iterable[Act]:
        """Return every act there is for a row of this kind, the most likely first."""
        raise NotImplementedError

    def rights_on(self, request: HttpRequest, row: Any) -> Collection[str]:
        """Return what the user may do with this very row."""
        raise NotImplementedError

    def open_acts(self, request: HttpRequest, row: Any) -> list[Act]:
        """Return the acts that the row's state and the user's rights on it allow now."""
        rights, user = self.rights_on(request, row), account(request)
        acts = (act for act in self.acts() if act.permission in rights)
        return [act for act in acts if act.fits(row) and act.is_open(row) and act.is_for(row, user)]

    def buttons(self, request: HttpRequest, row: Any) -> Buttons:
        """Return the open acts as the row's page offers them."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_act"  # type: ignore[attr-defined]
        acts = [(act, reverse(name, args=[row.pk, act.name])) for act in self.open_acts(request, row)]
        return lay_out(acts, row=row, user=account(request))

    def get_urls(self) -> list[URLPattern]:
        info = self.opts.app_label, self.opts.model_name  # type: ignore[attr-defined]
        url = path(
            "<path:object_id>/act/<slug:name>/",
            self.admin_site.admin_view(self.act_view),  # type: ignore[attr-defined]
            name="{}_{}_act".format(*info),
        )
        return [url, *super().get_urls()]  # type: ignore[misc]

    def act_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Show an act's form, or do it. A row out of sight, an unknown act and a missing right are all "not found"."""
        row = self.visible_row(request, object_id)
        act = next((act for act in self.acts() if act.name == name), None)
        if act is None or act.permission not in self.rights_on(request, row):
            raise Http404
        fits = act.fits(row)
        form_class = act.form_class if fits else ActForm
        form = form_class(request.POST if request.method == "POST" else None, row=row, user=account(request))
        if fits and request.method == "POST" and form.is_valid() and self._ran(request, act, row, form):
            return HttpResponseRedirect(self._url_after(request, row))
        return self._act_page(request, act, row, form)

    def visible_row(self, request: HttpRequest, object_id: str) -> Any:
        """Return the row, or raise Http404 when the user does not see it or it never existed."""
        if not object_id.isdecimal():
            raise Http404
        return get_object_or_404(self.row_queryset(request), pk=object_id)

    def row_queryset(self, request: HttpRequest) -> Any:
        """Return the rows that ``visible_row`` chooses from, with what a page of one of them shows."""
        return self.get_queryset(request)  # type: ignore[attr-defined]

    def row_url(self, row: Any) -> str:
        return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])  # noqa: SLF001 - the documented Meta API

    def _url_after(self, request: HttpRequest, row: Any) -> str:
        """Return the row's page, or the list when what was done took the row out of sight."""
        if self.get_queryset(request).filter(pk=row.pk).exists():  # type: ignore[attr-defined]
            return self.row_url(row)
        return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_changelist")  # noqa: SLF001 - the documented Meta API

    def _ran(self, request: HttpRequest, act: Act, row: Any, form: forms.Form) -> bool:
        try:
            messages.success(request, act.run(row, account(request), form.cleaned_data))
        except DomainError as error:
            form.add_error(None, str(error))
            return False
        except ObjectDoesNotExist as error:
            raise Http404 from error
        return True

    def _act_page(self, request: HttpRequest, act: Act, row: Any, form: forms.Form) -> HttpResponse:
        fits = act.fits(row)
        is_open = fits and act.is_open(row) and act.is_for(row, account(request))
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": f"{row} · {act.label}",
            "heading": act.label,
            "opts": self.opts,  # type: ignore[attr-defined]
            "original": row,
            "act": act,
            "row": row,
            "row_url": self.row_url(row),
            "form": form,
            "is_open": is_open,
            "obstacle": act.obstacle(row) if fits and not is_open else None,
            "lacks": act.lacks(row) if fits else (),
        }
        status = 422 if form.is_bound and (form.errors or not fits) else 200
        return TemplateResponse(request, "admin/act.html", context, status=status)


class ActsOnPageMixin(ActsMixin):
    """Shows the acts that are open above the stock page of a row."""

    change_form_outer_before_template = "admin/acts.html"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.visible_row(request, object_id)
        context = {**(extra_context or {}), "buttons": self.buttons(request, row)}
        return super().change_view(request, object_id, form_url, context)  # type: ignore[misc]


class ActsOnPageAdmin(ActsOnPageMixin, ReadOnlyAdmin):
    """Rows that are looked at on the stock page, with the acts that are open above it."""


class ActForm(forms.Form):
    """The base of every act's form; it knows the row and the user so that choices can be scoped."""

    def __init__(self, *args: Any, row: Any, user: Any, **kwargs: Any) -> None:
        self.row = row
        self.user = user
        super().__init__(*args, **kwargs)
