"""Pages that Django or the theme brings and the house keeps shut, and what a look at a page may change: nothing."""

import hashlib

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db import connection
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse
from guardian.admin import GuardedModelAdminMixin
from psycopg.sql import SQL, Identifier
from unfold.sites import UnfoldAdminSite

from core.door.site import OfficeSite
from tests.factories import at, hold_every_office, make_person, noticed

OWN_HISTORY = "/cases/case/"  # a page of ours, masked and scoped, in place of the stock one
THEME_ACTIONS = ("actions_list", "actions_row", "actions_detail", "actions_submit_line")
SITE_PAGES = {
    "index",
    "login",
    "logout",
    "second_factor",
    "single_sign_on",
    "single_sign_on_back",
    "second_factor_set_up",
    "recovery_codes",
    "password_change",
    "password_change_done",
    "autocomplete",
    "jsi18n",
    "app_list",
    "view_on_site",
    "search",
}
LEAVES_A_MARK = {
    "django_session": "when somebody was last seen",
    "core_user": "the mark of the only session, at its first request",
    "core_inboxmessage": "a message that was opened is read",
}


@pytest.fixture
def viewer(house):
    """Return somebody who holds every office, with a late matter before them."""
    person = make_person("viewer")
    hold_every_office(person, house.centers["3306"])
    noticed(house, now=at("2025-11-18"))
    return person


def patterns(resolver=None, prefix=""):
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLPattern):
            yield prefix + str(one.pattern), one.name
        else:
            yield from patterns(one, prefix + str(one.pattern))


def test_the_pages_of_the_site_are_these_and_no_others():
    models = {f"{model._meta.app_label}_{model._meta.model_name}_" for model in admin.site._registry}
    own = {"supervision_queue", "supervision_notice_paper"}
    names = {name for route, name in patterns() if name and route.startswith("admin/")}
    assert {
        name for name in names if not name.startswith(tuple(models)) and "auth_user_" not in name
    } - own == SITE_PAGES
    outside = {name for route, name in patterns() if name and not route.startswith("admin/")}
    assert outside == {"front-door", "set_language"}


def test_the_site_is_the_houses_own():
    assert type(admin.site._wrapped if hasattr(admin.site, "_wrapped") else admin.site) is OfficeSite
    assert issubclass(OfficeSite, UnfoldAdminSite)


@pytest.mark.parametrize("user", [None, "viewer", "nobody"])
@pytest.mark.parametrize("path", ["/admin/r/{user}/{row}/", "/admin/r/1/1/", "/admin/r/x/y/", "/admin/search/?s=a"])
def test_pages_that_lead_past_the_rules_are_not_there(house, viewer, client, user, path):
    if user:
        client.force_login(viewer if user == "viewer" else house.nobody)
    content_type = apps.get_model("contenttypes.ContentType").objects.get(app_label="core", model="user")
    assert client.get(path.format(user=content_type.pk, row=viewer.pk)).status_code == 404


@pytest.mark.parametrize("page", ["delete", "history"])
def test_nobody_gets_to_a_stock_page_of_deletion_or_history(viewer, client, page):
    client.force_login(viewer)
    urls = [url for url in _urls() if url.endswith(f"/{page}/") and not (page == "history" and OWN_HISTORY in url)]
    assert len(urls) > 10
    for url in urls:
        assert (url, client.get(url).status_code) == (url, 404)
        assert (url, client.post(url, {"post": "yes"}).status_code) == (url, 404)


def test_no_page_hands_out_permissions():
    assert [name for name in admin.site._registry.values() if isinstance(name, GuardedModelAdminMixin)] == []
    assert [route for route, _name in patterns() if "permissions" in route] == []


@pytest.mark.parametrize("model_admin", admin.site._registry.values(), ids=str)
def test_the_themes_acts_which_a_link_triggers_are_not_used(model_admin):
    assert {name: list(getattr(model_admin, name, ())) for name in THEME_ACTIONS} == {
        name: [] for name in THEME_ACTIONS
    }


def test_the_themes_search_finds_no_rows():
    assert settings.UNFOLD["COMMAND"] == {"search_models": False}


def _hashes():
    """Return a hash over all rows of each table, read as the owner: the application may not read them all."""
    rows_of = SQL("SELECT coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '') FROM {} t")
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        found = {}
        for name in connection.introspection.table_names(cursor):
            cursor.execute(rows_of.format(Identifier(name)))
            found[name] = hashlib.sha256(cursor.fetchone()[0].encode()).hexdigest()
        cursor.execute(f"SET ROLE {settings.DATABASE_APP_ROLE}")
    return found


def _urls():
    """Return every address of the back-office that takes no argument, or the key of a row."""
    for model in admin.site._registry:
        row = model._default_manager.order_by("pk").last()
        for page in ("changelist", "add", "change", "delete", "history"):
            args = [row.pk if row else 1] if page in ("change", "delete", "history") else []
            try:
                yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)
            except NoReverseMatch:
                continue
    for _route, name in patterns():
        try:
            yield reverse(f"admin:{name}")
        except NoReverseMatch:
            continue


def _act_urls():
    for model, model_admin in admin.site._registry.items():
        if hasattr(model_admin, "acts"):
            for row in model._default_manager.order_by("pk")[:2]:
                name = f"admin:{model._meta.app_label}_{model._meta.model_name}_act"
                yield from (reverse(name, args=[row.pk, act.name]) for act in model_admin.acts())


def test_no_look_at_any_page_changes_a_row(viewer, client):
    client.force_login(viewer)
    client.get("/admin/")
    urls = dict.fromkeys([*_urls(), *_act_urls()])
    before, statuses = _hashes(), {}
    for url in urls:
        statuses[url] = client.get(url).status_code
    changed = {name for name, rows in _hashes().items() if rows != before[name]}
    assert changed - set(LEAVES_A_MARK) == set()
    assert (len(urls) > 80, set(statuses.values()) <= {200, 302, 400, 403, 404, 405, 422}) == (True, True)
