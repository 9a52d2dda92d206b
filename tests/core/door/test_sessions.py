"""How long somebody stays signed in, and where."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.factories import at

NOW = at("2026-11-18")
MINUTE, HOUR, MOMENT = timedelta(minutes=1), timedelta(hours=1), timedelta(microseconds=1)
HOME = "/admin/"


def is_in(client, url=HOME):
    return client.get(url).status_code == 200


def told(answer):
    """Return what the page says to which a request was sent away."""
    assert answer.status_code == 302
    page = Client().get(answer.headers["Location"])
    return page.content.decode()


@pytest.mark.parametrize(("idle", "stays"), [(15 * MINUTE - MOMENT, True), (15 * MINUTE, False)])
def test_whoever_does_nothing_for_a_quarter_of_an_hour_is_out(house, client, knock, set_clock, idle, stays):
    set_clock(NOW)
    knock("clerk")
    assert is_in(client)
    set_clock(NOW + idle)
    assert is_in(client) == stays


def test_whoever_works_on_stays_and_is_out_after_eight_hours(house, client, knock, set_clock):
    set_clock(NOW)
    knock("clerk")
    for minutes in range(10, 480, 10):
        set_clock(NOW + minutes * MINUTE)
        assert is_in(client)
    set_clock(NOW + 8 * HOUR - MOMENT)
    assert is_in(client)
    set_clock(NOW + 8 * HOUR)
    assert "已到时限" in told(client.get(HOME))


def test_what_happens_within_a_minute_is_not_noted_each_time(house, client, knock, set_clock):
    set_clock(NOW)
    knock("clerk")
    seen = []
    for seconds in (0, 59, 60):
        set_clock(NOW + timedelta(seconds=seconds))
        client.get(HOME)
        seen.append(client.session["door"]["seen_at"])
    assert seen[0] == seen[1] < seen[2]


def test_a_page_that_asks_by_itself_keeps_nobody_in(house, client, knock, set_clock):
    set_clock(NOW)
    knock("clerk")
    for minutes in range(5, 15, 5):
        set_clock(NOW + minutes * MINUTE)
        assert client.get(HOME, headers={"By-Itself": "1"}).status_code == 200
    set_clock(NOW + 15 * MINUTE)
    assert not is_in(client)


def test_a_new_sign_in_ends_the_older_one_which_is_told_why(house, client, knock):
    other = Client()
    knock("clerk")
    assert is_in(client)
    knock("clerk", by=other)
    assert "别处登录" in told(client.get(HOME))
    assert is_in(other)
    assert "_auth_user_id" not in client.session


def test_the_stays_of_others_go_on(house, client, knock):
    other = Client()
    knock("clerk")
    knock("mediator", by=other)
    assert is_in(client)
    assert is_in(other)


def test_whoever_is_out_comes_back_to_where_they_were(house, client, knock, set_clock):
    set_clock(NOW)
    knock("clerk")
    set_clock(NOW + HOUR)
    page = client.get("/admin/cases/case/?q=x").headers["Location"]
    assert page == "/admin/login/?ended=idle&next=%2Fadmin%2Fcases%2Fcase%2F%3Fq%3Dx"
    assert "长时间未操作" in client.get(page).content.decode()


def test_what_is_sent_after_the_end_is_not_done(house, client, knock, set_clock):
    set_clock(NOW)
    knock("clerk")
    set_clock(NOW + HOUR)
    answer = client.post(reverse("admin:core_user_contact"), {"email": "a@maple.example"})
    assert answer.headers["Location"] == "/admin/login/?ended=idle"
    house.clerk.refresh_from_db()
    assert house.clerk.email == ""


def test_a_sign_in_gets_a_fresh_session_key(house, client, knock):
    client.get("/admin/login/")
    session = client.session
    session["planted"] = "x"
    session.save()
    client.cookies["sessionid"] = session.session_key
    knock("clerk")
    assert client.session.session_key != session.session_key


@pytest.mark.parametrize(
    "forged", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///evil"]
)
def test_a_forged_way_on_leads_home(house, client, knock, forged):
    assert knock("clerk", query=f"?next={forged}").headers["Location"] == HOME


def test_a_way_on_within_the_house_is_followed(house, knock):
    assert knock("clerk", query="?next=/admin/cases/case/").headers["Location"] == "/admin/cases/case/"


@pytest.mark.parametrize("view", ["index", "cases_case_changelist", "core_user_contact", "jsi18n", "password_change"])
def test_no_page_of_whoever_is_signed_in_is_kept_by_a_browser(house, client, view):
    client.force_login(house.clerk)
    assert "no-store" in client.get(reverse(f"admin:{view}")).headers["Cache-Control"]


def test_signing_out_takes_a_post(house, client, knock):
    knock("clerk")
    assert client.get(reverse("admin:logout")).status_code == 405
    assert is_in(client)
    assert client.post(reverse("admin:logout")).status_code == 200
    assert not is_in(client)


def test_signing_out_takes_a_token(house):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(house.clerk)
    assert careful.post(reverse("admin:logout")).status_code == 403
    assert is_in(careful)


def test_the_page_of_the_account_says_when_it_was_used_before(house, client, knock):
    knock("clerk")
    assert "首次登录" in client.get(reverse("admin:core_user_contact")).content.decode()
    client.post(reverse("admin:logout"))
    house.clerk.refresh_from_db()
    before = house.clerk.last_login.astimezone(NOW.tzinfo)
    knock("clerk")
    assert f"{before:%Y-%m-%d %H:%M}" in client.get(reverse("admin:core_user_contact")).content.decode()


def test_a_sign_in_sweeps_away_sessions_that_are_over(house, knock):
    over = SessionStore()
    over.set_expiry(-1)
    over.save()
    knock("clerk")
    assert not Session.objects.filter(session_key=over.session_key).exists()
    assert Session.objects.count() == 1
