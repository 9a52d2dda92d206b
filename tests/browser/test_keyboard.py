"""A matter comes in at the window without a mouse: every key is one that a clerk would press."""

import pytest
from playwright.sync_api import Page, expect

from cases.models import Case

pytestmark = pytest.mark.browser
PLACE_AS_IT_IS = [""] * 5
MATTER = ["楼上漏水赔偿（示例）", "水管破裂。（示例）"]


def _type(page: Page, *texts: str) -> None:
    """Type each text into the field in hand and go on to the next one; an empty text leaves a field as it is."""
    for text in texts:
        page.keyboard.type(text)
        page.keyboard.press("Tab")


def _in_hand(page: Page) -> str:
    return page.evaluate("document.activeElement.id")


def _open(page: Page) -> None:
    """Go to the registration page by its place among the links of the home page."""
    page.locator("a", has_text="登记矛盾纠纷").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/register/")


def test_a_matter_is_registered_by_keys_alone(served_house, sign_in):
    page = sign_in("clerk")
    _open(page)
    assert _in_hand(page) == "id_grid"
    _type(page, *PLACE_AS_IT_IS, *MATTER, "样本甲", "13800000001", "", "样本乙", "")
    assert _in_hand(page) == "id_respondent_address"
    page.keyboard.press("Enter")
    expect(page.get_by_text("回执").first).to_be_visible()
    case = Case.objects.get()
    assert (case.title, case.parties.count()) == (MATTER[0], 2)


def test_what_is_wrong_is_one_key_away_and_what_was_typed_stays(served_house, sign_in):
    page = sign_in("clerk")
    _open(page)
    _type(page, *PLACE_AS_IT_IS, *MATTER, "样本甲", "138")
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert _in_hand(page) == "id_applicant_mobile"
    page.keyboard.press("Control+A")
    page.keyboard.type("13800000001")
    page.keyboard.press("Enter")
    expect(page.get_by_text("回执").first).to_be_visible()
    assert Case.objects.get().title == MATTER[0]
