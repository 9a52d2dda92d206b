"""Every endpoint there is, found by walking the URL resolver and the admin's registry; none is typed by hand.

An endpoint is one page, one act of a page with acts, one field of a page that reveals fields, one kind of a page that
serves several, or one action of a list. ``policy`` says whom each answers.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final
from urllib.parse import urlencode

from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.db.models import ForeignKey, Model
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from core.personal import policy_of
from grids.enums import RosterKind

OF_A_ROW: Final = frozenset({"object_id", "pk", "id"})  # what addresses call the number of a row
OF_A_PART: Final = frozenset({"number"})  # and that of a part of it
SAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "kind": tuple(RosterKind.values),
    "day": ("2026-01-01",),
    "url": ("no-such-page/",),
    "content_type_id": ("1",),
    "object_id": ("1",),
}
_ARGUMENT: Final = re.compile(r"<(?:\w+:)?(\w+)>")
_GROUP: Final = re.compile(r"\(\?P<(\w+)>.*?\)(?=/|\$|$)")


class Unanswered(Exception):
    """An address takes an argument for which the registry knows no values."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One thing to ask for. ``name`` is what the policy calls it, ``values`` the arguments that make it this one."""

    name: str
    route: str
    values: Mapping[str, str] = field(default_factory=dict)
    model: str = ""  # of the row whose number the address takes
    action: str = ""  # of a list, as a POST to the list names it
    query: str = ""

    @property
    def methods(self) -> tuple[str, ...]:
        if self.name.startswith("wall:"):
            return ("SELECT",)
        if self.query:
            return ("GET",)
        return ("POST",) if self.action else ("GET", "POST", "HEAD")

    @property
    def takes_row(self) -> bool:
        return bool(self.model)

    def url(self, **numbers: object) -> str:
        """Return the address with the numbers of a row, and of a part of it, filled in."""
        given = {**self.values, **numbers}
        return "/" + _ARGUMENT.sub(lambda found: str(given[found[1]]), self.route) + self.query


def endpoints(patterns: Iterable[Any] | None = None) -> list[Endpoint]:
    """Return every endpoint of ``patterns``, those of the whole site when none are given.

    Raises Unanswered for an argument of an address that the registry does not know.
    """
    found = [one for route, pattern in _walk(patterns) for one in _of_pattern(route, pattern)]
    if patterns is None:
        found += [*_list_actions(), *_autocompletes(), *_walls()]
    return found


def _walk(patterns: Iterable[Any] | None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + _plain(str(one.pattern))
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, route)
        else:
            yield route, one


def _plain(route: str) -> str:
    """Return a route as people read it: a regular expression's groups become arguments like any other.

    >>> _plain("^(?P<app_label>core|cases)/$"), _plain("(?P<url>.*)$"), _plain("act/<slug:name>/")
    ('<app_label>/', '<url>', 'act/<slug:name>/')
    """
    return _GROUP.sub(r"<\1>", route.lstrip("^")).removesuffix("$")


def _of_pattern(route: str, pattern: URLPattern) -> Iterator[Endpoint]:
    model = _model_of(route)
    arguments = _ARGUMENT.findall(route)
    is_of_row = bool(OF_A_ROW & set(arguments)) and model is not None
    chosen = [name for name in arguments if name not in OF_A_PART and not (is_of_row and name in OF_A_ROW)]
    base = pattern.name or _unnamed(route)
    for values in product(*(_values_of(name, route, model) for name in chosen)):
        yield Endpoint(
            name=":".join([base, *(value for value in values if value not in {"1", ""})]),
            route=route,
            values=dict(zip(chosen, values, strict=True)),
            model=model._meta.label if is_of_row and model else "",
        )


def _unnamed(route: str) -> str:
    """Return what to call a page that has no name: the short way to a row, or the route."""
    parts = route.strip("/").split("/")
    is_short_way = len(parts) == len(("admin", "app", "model", "row")) and parts[3] == "<path:object_id>"
    return f"{parts[1]}_{parts[2]}_row" if is_short_way else route


def _model_of(route: str) -> type[Model] | None:
    """Return the model under whose pages an address lies."""
    parts = route.split("/")
    if parts[0] != "admin" or len(parts) <= len(("admin", "app", "model")):
        return None
    try:
        return apps.get_model(parts[1], parts[2])
    except LookupError:
        return None


def _values_of(argument: str, route: str, model: type[Model] | None) -> list[str]:
    """Return what an argument of an address may be."""
    if argument == "name" and model is not None:
        return [act.name for act in admin.site._registry[model].acts()]  # type: ignore[attr-defined]
    if argument == "field":
        return _personal_fields(model)
    if argument == "app_label":
        return sorted({one._meta.app_label for one in admin.site._registry})
    if argument not in SAMPLES:
        raise Unanswered(f"{route}: say in SAMPLES in matrix/registry.py what <{argument}> may be")
    return list(SAMPLES[argument])


def _personal_fields(model: type[Model] | None) -> list[str]:
    """Return the personal fields of all models in the room of ``model``."""
    room = apps.get_app_config(model._meta.app_label).get_models() if model else apps.get_models()
    return sorted({name for one in room for name in policy_of(one)})


def _list_actions() -> Iterator[Endpoint]:
    """Return the actions that lists offer for the rows that are ticked."""
    for model, model_admin in admin.site._registry.items():
        app, name = model._meta.app_label, model._meta.model_name
        if not _has_page(f"admin:{app}_{name}_changelist"):
            continue
        for _function, action, _label in model_admin._get_base_actions():  # type: ignore[attr-defined]
            route, label = f"admin/{app}/{name}/", model._meta.label
            yield Endpoint(f"{app}_{name}_changelist!{action}", route, model=label, action=action)


def _has_page(name: str) -> bool:
    try:
        return bool(reverse(name))
    except NoReverseMatch:
        return False


def _autocompletes() -> Iterator[Endpoint]:
    """Return what the one page of suggestions may be asked for: the columns of rows with pages that point at such."""
    pages = set(admin.site._registry)
    for model in pages:
        for column in model._meta.get_fields():
            target = column.related_model if isinstance(column, ForeignKey) else None
            if target in pages:
                source = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
                query = urlencode({**source, "field_name": column.name, "term": ""})
                name = f"autocomplete:{target._meta.label}:{model._meta.label}.{column.name}"
                yield Endpoint(name, "admin/autocomplete/", query=f"?{query}")


def _walls() -> Iterator[Endpoint]:
    """Return the tables behind the second wall: what one may read there is asked of the database itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity ORDER BY relname")
        for (table,) in cursor.fetchall():
            yield Endpoint(f"wall:{table}", table, {}, "cases.Case")
