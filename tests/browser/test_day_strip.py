"""A due date explains itself in the browser, around a Saturday that is made up."""

import pytest
from playwright.sync_api import expect

from cases.models import Case
from tests.browser.acts import register, triage
from tests.factories import at

pytestmark = pytest.mark.browser

THURSDAY = at("2026-10-08", 10)  # the day after National Day; Saturday the 10th is worked
DAYS = ["10/8 星期四", "10/9 星期五", "10/10 星期六", "10/11 星期日", "10/12 星期一"]
TEXTS = ["起算日（不计）", "1", "2 调休上班 国庆调休", "休息日", "3"]


@pytest.fixture
def on_thursday(monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: THURSDAY)


def test_a_matter_of_thursday_counts_the_made_up_saturday(on_thursday, served_house, sign_in):
    register(sign_in("clerk"))
    page = sign_in("village_triage")
    triage(page, Case.objects.get())
    page.locator("details summary").filter(has_text="村级时限").click()
    strip = page.locator("details[open] .day-strip")
    assert strip.locator(".day-date").all_inner_texts() == DAYS
    assert strip.locator(".day-text").all_inner_texts() == TEXTS
    expect(page.locator("details[open]").get_by_text("依据：3 个工作日")).to_be_visible()
