"""One matter from the village's window to its end, by the people who do it, in a browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from cases.models import Case
from tests.browser.acts import register, triage
from tests.browser.conftest import let_the_village_be_late
from tests.cases.papers import with_papers
from tests.factories import at, met

pytestmark = pytest.mark.browser

CODE = re.compile(r"^[2-9A-HJ-NP-Z]{4}( [2-9A-HJ-NP-Z]{4}){2}$")


def _act(page: Page, label: str, **fields: str) -> None:
    page.get_by_role("link", name=label, exact=True).click()
    for name, value in fields.items():
        page.locator(f"#id_{name}").fill(value)
    page.get_by_role("button", name=label, exact=True).click()


def _mediate(page: Page, case: Case) -> None:
    page.goto(f"/admin/cases/case/{case.pk}/change/")
    _act(page, "受理")
    _act(page, "开始调解")
    met(case, now=at("2026-11-07", 8))
    signed = {f"signed_by_{party.pk}": "2026-11-07" for party in case.parties.all()}
    _act(
        page,
        "达成协议",
        facts="双方无争议。（示例）",
        content="赔偿800元。（示例）",
        performance="十日内付清",
        **signed,
    )
    expect(page.get_by_text("(2026)", exact=False).or_(page.get_by_text("人调字第0001号")).first).to_be_visible()


@pytest.fixture
def registered_case(served_house, set_clock, sign_in) -> Case:
    page = sign_in("clerk")
    register(page)
    expect(page.get_by_text("回执").first).to_be_visible()
    return Case.objects.get()


def test_the_receipt_shows_the_number_and_a_query_code_once(served_house, sign_in):
    page = sign_in("clerk")
    register(page)
    case = Case.objects.get()
    expect(page.get_by_text(case.number).first).to_be_visible()
    expect(page.get_by_text(CODE)).to_be_visible()
    other_window = sign_in("clerk")
    other_window.goto(f"/admin/cases/case/{case.pk}/receipt/")
    expect(other_window.get_by_text(CODE)).to_have_count(0)


def test_a_late_matter_stands_in_the_towns_queue_and_explains_itself(registered_case, set_clock, sign_in):
    triage(sign_in("village_triage"), registered_case)
    let_the_village_be_late(registered_case, set_clock)
    page = sign_in("town_supervisor")
    page.get_by_role("link", name="督办队列").first.click()
    row = page.get_by_role("row").filter(has_text=registered_case.number)
    for text in ("逾期", "枫源村", "枫桥镇", "督字第0001号"):
        expect(row).to_contain_text(text)
    row.get_by_role("link").first.click()
    page.locator("details summary").filter(has_text="村级时限").click()
    expect(page.locator("details[open]").get_by_text("不计")).to_be_visible()
    expect(page.get_by_text(re.compile("从枫源村升级至枫桥镇|由枫源村.*枫桥镇")).first).to_be_visible()


def test_the_mediator_records_the_agreement_and_another_person_closes_the_case(registered_case, set_clock, sign_in):
    triage(sign_in("village_triage"), registered_case)
    let_the_village_be_late(registered_case, set_clock)
    _mediate(sign_in("mediator"), registered_case)
    with_papers(registered_case)
    page = sign_in("town_supervisor")
    page.goto(f"/admin/cases/case/{registered_case.pk}/change/")
    _act(page, "核查结果", remark="电话核实属实。（示例）")
    registered_case.refresh_from_db()
    assert registered_case.stage == "closed"
    assert registered_case.clocks.get(kind="LVL_VILLAGE").late_days > 0
    expect(page.get_by_text("已定格").first).to_be_visible()


def test_the_next_village_finds_nothing(registered_case, sign_in):
    page = sign_in("neighbour_clerk")
    page.goto("/admin/cases/case/")
    expect(page.get_by_text(registered_case.title)).to_have_count(0)
    assert page.goto(f"/admin/cases/case/{registered_case.pk}/change/").status == 404
