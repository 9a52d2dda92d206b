"""The policy for browsers holds on every page that people walk through, and breaks none of them."""

import pytest
from playwright.sync_api import Page, expect

from core import clock
from tests.browser.acts import register
from tests.core.door.app import code_of

pytestmark = pytest.mark.browser

DEEPER = {
    "clerk": ["/admin/disputes/dispute/register/", "/admin/cases/case/1/receipt/", "/admin/core/user/contact/"],
    "roster_manager": ["/admin/grids/rosterimport/upload/members/", "/admin/grids/gridmember/export/"],
    "secadmin": ["/admin/core/user/add/", "/admin/centers/post/add/", "/admin/centers/standin/add/"],
    "sysadmin": ["/admin/centers/unit/add/", "/admin/core/webhookendpoint/add/", "/admin/password_change/"],
    "town_supervisor": ["/admin/supervision/queue/", "/admin/nowhere/"],
}


def listen(page: Page) -> list[str]:
    """Return a list that fills with what the page breaks: the policy, or a script of its own."""
    broken: list[str] = []
    page.on("console", lambda said: broken.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("pageerror", lambda error: broken.append(str(error)))
    return broken


def links_of_the_side_bar(page: Page) -> list[str]:
    links = page.locator("#nav-sidebar a[href^='/admin/'], aside a[href^='/admin/'], nav a[href^='/admin/']")
    return list(dict.fromkeys(link.get_attribute("href") for link in links.all()))


def test_no_page_breaks_the_policy(served_house, set_clock, sign_in):
    walked, broken = set(), {}
    for user, deeper in DEEPER.items():
        page = sign_in(user)
        broken[user] = listen(page)
        urls = [*links_of_the_side_bar(page), *deeper]
        assert len(urls) > 4
        for url in (url for url in urls if url not in walked):
            page.goto(url)
            page.wait_for_load_state("networkidle")
        walked.update(urls)
    assert broken == {user: [] for user in DEEPER}


def test_a_matter_is_registered_under_the_policy(served_house, set_clock, sign_in):
    page = sign_in("clerk")
    broken = listen(page)
    register(page)
    expect(page.get_by_text("回执").first).to_be_visible()
    assert broken == []


def test_an_inline_script_that_got_in_does_not_run(served_house, set_clock, sign_in):
    page = sign_in("clerk")
    broken = listen(page)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.pwned = 1\">')")
    page.wait_for_timeout(300)
    assert page.evaluate("window.pwned") is None
    assert len(broken) == 1


@pytest.fixture
def door(chromium, live_server, served_house, settings):
    """Return a page in front of the sign-in, in a house that asks for a second factor."""
    settings.SECOND_FACTOR = True
    context = chromium.new_context(base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto("/admin/login/")
    yield page
    context.close()


def type_name_and_password(page: Page, username: str) -> None:
    expect(page.get_by_label("用户名")).to_be_focused()
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type("Sample-pass-1")
    page.keyboard.press("Enter")


def test_a_second_factor_is_set_up_with_the_keyboard_alone(door):
    broken = listen(door)
    type_name_and_password(door, "clerk")
    expect(door.get_by_label("验证码")).to_be_focused()
    assert door.get_by_alt_text("供验证器扫描的二维码").evaluate("picture => picture.naturalWidth") > 100
    secret = door.locator(".door-secret").text_content()
    door.keyboard.type(code_of(secret, clock.now()))
    door.keyboard.press("Enter")
    expect(door.locator(".door-codes li")).to_have_count(10)
    door.get_by_role("link", name="已保存，继续").click()
    door.wait_for_url("**/admin/")
    assert broken == []
