"""A real Chromium in front of a live server."""

import os
import shutil
from datetime import timedelta
from functools import cache

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from cases.enums import ClockKind, Step
from cases.models import Case, ClockStep
from core import clock
from supervision.services.sweep import sweep
from tests.factories import at, make_house

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
A_YEAR = 366 * 24 * 3600
PATIENCE_MS = 15_000  # the machine does other things meanwhile


@pytest.fixture(scope="session")
def chromium():
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in the thread of the test
    executable = shutil.which("chromium")
    assert executable, "apt-get install chromium"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def served_house(live_server):
    """Return the sample city in rows that the live server sees."""
    return make_house()


@pytest.fixture
def sign_in(chromium, live_server):
    """Return a door: it lets one person in, in a browser window of their own, and leaves them on the home page."""
    contexts = []

    def enter(username: str) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": 1366, "height": 768},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto("/admin/login/")
        page.locator("#id_username").fill(username)
        page.locator("#id_password").fill("Sample-pass-1")
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/admin/")
        return page

    yield enter
    for context in contexts:
        context.close()


@pytest.fixture
def window_of(sign_in):
    """Return the window of somebody, who signs in the first time that it is looked for."""
    return cache(sign_in)


@pytest.fixture
def set_clock(monkeypatch, settings):
    """Return a function that sets the clock of the house, which stands on an ordinary Monday; no holiday is near.

    Nobody is signed out by the days that pass so.
    """
    settings.SESSION_COOKIE_AGE = settings.SESSION_IDLE_SECONDS = A_YEAR

    def set_to(moment):
        monkeypatch.setattr("core.clock.now", lambda: moment)

    set_to(at("2026-11-02", 10))
    return set_to


def let_the_village_be_late(case: Case, set_clock) -> None:
    """Let a day pass after the village's notice, and let the sweep do what is due by then."""
    notice = ClockStep.objects.get(clock__case=case, clock__kind=ClockKind.LVL_VILLAGE, step=Step.YELLOW)
    set_clock(notice.at + timedelta(days=1))
    sweep(now=clock.now())
