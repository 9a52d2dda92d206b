from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template import Context
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from centers.enums import Role
from core import clock
from core.fence import lets_pass
from core.jobs import BEAT, JOBS, record_failure, record_heartbeat
from core.models import ClockMark, FenceEntry
from core.templatetags.health import health_bar
from tests.factories import make_person

HEALTH = "admin:core_heartbeat_changelist"
REASON = {"reason": "时间服务器故障，已校准（示例）"}


@pytest.fixture
def running(house):
    """Return the city with everything running."""
    for name in (*JOBS, BEAT):
        record_heartbeat(name, handled=7, now=clock.now())
    house.people["county_sysadmin"] = make_person("county_sysadmin", Role.SYSADMIN, house.centers["330681"])
    return house


@pytest.fixture
def closed(running):
    """Return the city behind a closed fence."""
    reading = clock.read()
    assert lets_pass(reading)
    back = clock.Reading(reading.wall_at - timedelta(hours=1), reading.uptime, reading.boot_id, reading.host)
    assert not lets_pass(back)
    return running


def page(client, user, url):
    client.force_login(user)
    return client.get(url)


def text_of(client, user, name="admin:index"):
    return page(client, user, reverse(name)).content.decode()


def release_url():
    return reverse("admin:core_fenceentry_act", args=[1, "release"])


@pytest.mark.parametrize("user", ["clerk", "town_supervisor", "sysadmin", "nobody"])
def test_nobody_is_told_anything_while_everything_runs(running, client, user):
    assert 'role="alert"' not in text_of(client, getattr(running, user))


@pytest.mark.parametrize("user", ["clerk", "town_supervisor", "nobody"])
def test_everybody_is_told_what_does_not_run_and_since_when(running, client, user):
    since = clock.now() - timedelta(days=1)
    record_heartbeat("supervision.sweep_clocks", handled=0, now=since)
    told = text_of(client, getattr(running, user))
    assert f"自 {since.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M} 起没有运行：时限扫描。" in told
    assert reverse(HEALTH) not in told


def test_what_only_fails_is_told_as_such(running, client):
    record_heartbeat("supervision.sweep_clocks", handled=0, now=clock.now() - timedelta(days=1))
    record_failure("supervision.sweep_clocks", error="OperationalError", now=clock.now())
    told = text_of(client, running.clerk)
    assert "起一直出错：时限扫描" in told
    assert "没有运行" not in told


def test_before_anything_ran_that_is_told_and_who_may_look_gets_the_way_there(house, client):
    told = text_of(client, house.sysadmin)
    assert "后台任务尚未运行：" in told
    assert f'href="{reverse(HEALTH)}"' in told


def test_a_closed_fence_is_told_to_everybody_and_stops_nobodys_work(closed, client):
    assert "系统时间被调回" in text_of(client, closed.clerk)
    assert page(client, closed.clerk, reverse("admin:disputes_dispute_register")).status_code == 200


def test_the_bar_is_for_members_of_staff_alone(house, rf):
    request = rf.get("/")
    told = [bool(health_bar(Context({"request": request}))) for request.user in (house.clerk, AnonymousUser())]
    assert told == [True, False]


@pytest.mark.parametrize("path", ["/admin/login/", "/nowhere/"])
def test_a_visitor_is_told_nothing(house, client, path):
    assert 'role="alert"' not in client.get(path).content.decode()


def test_the_bar_costs_a_page_one_query(running, client):
    client.force_login(running.clerk)
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("admin:index"))
    assert len([query for query in queries if "core_heartbeat" in query["sql"]]) == 1


@pytest.mark.parametrize("user", ["sysadmin", "secadmin"])
def test_the_page_lists_every_job_and_its_state_to_those_who_watch(running, client, user):
    record_failure(BEAT, error="OperationalError", now=clock.now())
    told = text_of(client, getattr(running, user), HEALTH)
    assert [told.count(str(this.label)) for this in JOBS.values()] == [1] * len(JOBS)
    assert (told.count("chip-met"), "OperationalError" in told) == (len(JOBS) + 2, True)


def test_the_page_shows_what_stands_still(running, client):
    record_heartbeat("centers.deliver_messages", handled=0, now=clock.now() - timedelta(hours=1))
    told = text_of(client, running.sysadmin, HEALTH)
    assert ("chip-late" in told, "未运行" in told) == (True, True)


@pytest.mark.parametrize("view", ["core_heartbeat_changelist", "core_fenceentry_changelist"])
@pytest.mark.parametrize("user", ["clerk", "town_supervisor", "nobody"])
def test_others_may_not_look(running, client, view, user):
    assert page(client, running.sysadmin, reverse(f"admin:{view}")).status_code == 200
    assert page(client, getattr(running, user), reverse(f"admin:{view}")).status_code == 403


def test_a_system_administrator_of_the_whole_releases_the_fence_with_a_reason(closed, client):
    assert release_url() in text_of(client, closed.sysadmin, HEALTH)
    assert client.get(release_url()).status_code == 200
    answer = client.post(release_url(), REASON, follow=True)
    assert answer.redirect_chain[-1][0] == reverse(HEALTH)
    assert REASON["reason"] in answer.content.decode()
    assert not ClockMark.objects.exists()
    assert 'role="alert"' not in text_of(client, closed.clerk)


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_release_takes_a_reason(closed, client, reason):
    client.force_login(closed.sysadmin)
    assert client.post(release_url(), {"reason": reason}).status_code == 422
    assert FenceEntry.objects.count() == 1


def test_a_look_releases_nothing(closed, client):
    page(client, closed.sysadmin, release_url())
    assert FenceEntry.objects.count() == 1


@pytest.mark.parametrize("user", ["secadmin", "county_sysadmin", "town_supervisor", "nobody"])
def test_nobody_else_finds_the_release(closed, client, user):
    client.force_login(getattr(closed, user))
    assert [client.get(release_url()).status_code, client.post(release_url(), REASON).status_code] == [404, 404]
    assert FenceEntry.objects.count() == 1


def test_who_watches_without_the_right_is_told_whom_to_turn_to(closed, client):
    told = text_of(client, closed.secadmin, HEALTH)
    assert release_url() not in told
    assert "须由全市的系统管理员解除" in told


def test_what_was_released_by_somebody_else_meanwhile_is_not_released_again(closed, client):
    client.force_login(closed.sysadmin)
    client.post(release_url(), REASON)
    answer = client.post(release_url(), REASON)
    assert (answer.status_code, "现在不能“解除时间闸门”" in answer.content.decode()) == (422, True)
    assert FenceEntry.objects.count() == 2


def test_closings_and_releases_are_listed_and_have_a_page_each(closed, client):
    client.force_login(closed.sysadmin)
    client.post(release_url(), REASON)
    told = client.get(reverse("admin:core_fenceentry_changelist")).content.decode()
    assert all(words in told for words in ("已关闭", "已解除", "系统时间被调回", "1\xa0小时", REASON["reason"]))
    assert client.get(reverse("admin:core_fenceentry_change", args=[2])).status_code == 200
