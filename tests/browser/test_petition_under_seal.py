"""A villager accuses the head of the village: five people walk the story, and the accused finds nothing of it."""

import pytest
from playwright.sync_api import Page, expect

from cases.models import Case
from tests.browser.acts import act, complete_the_file, fits, refused, sees
from tests.petitions.office import make_office

pytestmark = pytest.mark.browser

TITLE = "反映虚列村务支出（示例）"
TOLD = {"title": TITLE, "summary": "反映村负责人虚列支出。（示例）", "name_1": "样本密甲"}
MOVED = {"organ": "示例纪检监察机关", "stated_on": "2026-11-02", "text": "专人签收密件一份。（示例）"}
SOUGHT = ("", "?q=虚列", "?q=枫桥密", "?q=样本密甲")


@pytest.fixture
def house(live_server):
    return make_office()


def _takes_down(page: Page, **chosen: str) -> None:
    page.goto("/admin/petitions/petition/register/")
    page.locator("#id_channel").select_option("letter")
    for name, value in chosen.items():
        page.locator(f"#id_{name}").select_option(value)
    for name, value in TOLD.items():
        page.locator(f"#id_{name}").fill(value)
    page.get_by_role("button", name="登记并打印回执").click()
    page.wait_for_load_state()


def _seen_at_home(page: Page) -> str:
    page.goto("/admin/")
    return page.locator("#content").inner_text()


def _finds_nothing(page: Page, case: Case, at_home: str) -> None:
    """Look at home, in the list, by search, by the address of the page, of its receipt and of an act."""
    assert _seen_at_home(page) == at_home
    for query in SOUGHT:
        page.goto(f"/admin/cases/case/{query}")
        expect(page.locator("#result_list tbody tr")).to_have_count(0)
        expect(page.locator("#content")).not_to_contain_text(TITLE)
        expect(page.locator("#content")).not_to_contain_text(case.number)
    for way in ("change/", "receipt/", "act/confirm_petition/"):
        answer = page.goto(f"/admin/cases/case/{case.pk}/{way}")
        assert (answer.status, TITLE in page.content(), case.number in page.content()) == (404, False, False), way


def _taken_down_under_seal(house, window_of) -> Case:
    """Return the accusation that an ordinary window led to the officer, with its accused named."""
    window, officer = window_of("petition_clerk"), window_of("officer")
    _takes_down(window, kind="accusation")
    refused(window, "密件办理员")
    assert (window.locator("#id_title").input_value(), Case.objects.count()) == (TITLE, 0)
    _takes_down(officer, kind="accusation", sensitivity="sealed", place=str(house.village.pk))
    case = Case.objects.get()
    act(officer, case, "accused", person=str(house.unit_leader.pk))
    act(officer, case, "triage_petition", handler=str(house.officer.pk))
    sees(officer, case, "信访工作条例第30条")
    fits(officer, 390)
    officer.goto(f"/admin/cases/case/{SOUGHT[1]}")
    expect(officer.locator("#result_list")).to_contain_text(TITLE)
    return case


def test_an_accusation_goes_its_way_and_the_accused_never_learns_of_it(house, set_clock, window_of):
    accused, officer = window_of("unit_leader"), window_of("officer")
    others = (accused, window_of("town_triage"), window_of("town_supervisor"))
    before = {page: _seen_at_home(page) for page in others}
    case = _taken_down_under_seal(house, window_of)
    for page, at_home in before.items():
        _finds_nothing(page, case, at_home)
    act(officer, case, "transfer_accusation", **MOVED)
    act(officer, case, "confirm_petition", remark="已核对签收单（示例）")
    refused(officer, "不能核查自己承办的事项")
    complete_the_file(officer, case)
    act(window_of("second_officer"), case, "confirm_petition", remark="已核对签收单（示例）")
    sees(window_of("second_officer"), case, "办结")
    _finds_nothing(accused, case, before[accused])
