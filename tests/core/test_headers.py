"""What every answer forbids the browser, by class of address."""

import re

import pytest
from django.http import HttpResponse
from django.urls import reverse

from config.settings import production
from core.headers import HeadersMiddleware

SAME = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
EVERYWHERE = {
    "default-src 'none'",
    "connect-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}
HOUSE = EVERYWHERE | {"script-src 'self'", "style-src 'self'"}
THEME = EVERYWHERE | {"script-src 'self' 'unsafe-eval'", "style-src 'self' 'unsafe-inline'"}
CLASSES = {
    "front door": ("/", None, HOUSE, 302),
    "nowhere": ("/nowhere/", None, HOUSE, 404),
    "language": ("/language/setlang/", None, HOUSE, 302),
    "sign-in": ("/admin/login/", None, THEME, 200),
    "closed": ("/admin/r/1/1/", "clerk", THEME, 404),
    "home": ("/admin/", "clerk", THEME, 200),
    "list": ("/admin/cases/case/", "clerk", THEME, 200),
    "form": ("/admin/disputes/dispute/register/", "clerk", THEME, 200),
    "words of scripts": ("/admin/jsi18n/", "clerk", THEME, 200),
    "sent away": ("/admin/cases/case/", None, THEME, 302),
}


def policy_of(answer):
    return set(answer.headers["Content-Security-Policy"].split("; "))


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_of_addresses_has_exactly_its_headers(house, client, name):
    url, user, policy, status = CLASSES[name]
    if user:
        client.force_login(getattr(house, user))
    answer = client.get(url)
    assert answer.status_code == status
    assert policy_of(answer) == policy
    assert {header: answer.headers[header] for header in SAME} == SAME
    assert re.fullmatch(r"([a-z-]+=\(\), )+[a-z-]+=\(\)", answer.headers["Permissions-Policy"])


def test_a_page_of_the_house_may_mark_a_script_with_a_number_used_once(rf, db):
    policies = []
    for _visit in range(2):
        answer = HeadersMiddleware(lambda request: HttpResponse(str(request.csp_nonce)))(rf.get("/track/"))
        assert f"script-src 'self' 'nonce-{answer.content.decode()}'" in policy_of(answer)
        policies.append(policy_of(answer))
    assert policies[0] != policies[1]


def test_the_relaxed_policy_stands_under_the_path_of_the_theme_and_nowhere_else(client, db, settings):
    assert reverse("admin:index") == settings.THEME_PATH
    for url in ("/administration/", "/admins/", "/language/admin/", "/%61dmin"):
        assert "unsafe" not in client.get(url).headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["Content-Security-Policy-Report-Only", "Server", "X-Powered-By"])
def test_no_answer_tells_what_it_need_not(client, db, name):
    assert name not in client.get("/admin/login/").headers


def test_cookies_are_for_the_server_and_for_this_site_alone(house, client):
    client.get("/admin/login/")
    client.post("/admin/login/", {"username": "clerk", "password": "Sample-pass-1"})
    flags = {name: (cookie["httponly"], cookie["samesite"]) for name, cookie in client.cookies.items()}
    assert flags == {"sessionid": (True, "Lax"), "csrftoken": (True, "Lax")}


def test_in_production_cookies_travel_encrypted_and_nobody_does_without_a_second_factor():
    assert production.SESSION_COOKIE_SECURE
    assert production.CSRF_COOKIE_SECURE
    assert production.SECOND_FACTOR
