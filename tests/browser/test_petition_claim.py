"""A claim and a suggestion, from the window of the petition office to what the petitioner is told."""

import pytest
from playwright.sync_api import Page, expect

from cases.models import Case
from tests.browser.acts import act, complete_the_file, fits, lacks, refused, sees
from tests.factories import at
from tests.petitions.office import make_office

pytestmark = pytest.mark.browser

TOLD = {"method": "in_person", "proof": "信访人签收（示例）"}
OPINION = {
    "claim": "请求发放补偿款。（示例）",
    "facts": "款项已到账，因账户有误未发放。（示例）",
    "opinion": "予以支持，十五日内发放。（示例）",
    "basis": "土地管理法第48条",
    "review_organ": "诸暨市人民政府",
}


@pytest.fixture
def house(live_server):
    return make_office()


def take_down(page: Page, *, purpose: str = "claim", **given: str) -> Case:
    """Let the window take down a petition that was told, and return its case."""
    page.goto("/admin/")
    page.get_by_role("link", name="登记信访事项").first.click()
    fits(page, 390)
    fits(page, 1366)
    page.locator("#id_kind").select_option(purpose)
    page.locator("#id_channel").select_option("visit")
    page.locator("#id_is_oral").check()
    fields = {"title": "征地补偿（示例）", "summary": "请求发放补偿款。（示例）", "name_1": "样本甲", **given}
    for name, value in fields.items():
        page.locator(f"#id_{name}").fill(value)
    page.get_by_role("button", name="登记并打印回执").click()
    page.wait_for_load_state()
    return Case.objects.latest("pk")


def _accepted(house, window_of) -> Case:
    """Return a claim that was taken down, triaged with its route and accepted, of which the petitioner was told."""
    window = window_of("petition_clerk")
    case = take_down(window)
    expect(window.locator("body")).to_contain_text(case.number)
    triage, handler = window_of("town_triage"), window_of("petition_handler")
    act(triage, case, "triage_petition", handler=str(house.petition_handler.pk), kind="claim")
    refused(triage, "第31条")
    act(triage, case, "", route="31_6")
    sees(triage, case, "受理，或者书面告知")
    act(handler, case, "accept_petition")
    act(handler, case, "serve_notice", served_on="2026-11-02", **TOLD)
    return case


def _answered(house, window_of) -> Case:
    """Return a claim whose opinion was drafted, found by the leader among what waits, signed, and served."""
    case, handler = _accepted(house, window_of), window_of("petition_handler")
    act(handler, case, "draft_opinion", heard_on="2026-11-02", **OPINION)
    refused(handler, "执行期限")
    act(handler, case, "", execute_by="2026-11-16")
    sees(handler, case, "签发处理意见书或者退回")
    leader = window_of("petition_leader")
    expect(leader.locator("#content")).to_contain_text("待签发意见书")
    act(leader, case, "sign_opinion", remark="同意（示例）")
    act(handler, case, "serve_opinion", served_on="2026-11-02", **TOLD)
    return case


def test_a_claim_is_answered_by_an_opinion_that_stays_open_to_review(house, set_clock, window_of):
    case, supervisor = _answered(house, window_of), window_of("town_supervisor")
    act(supervisor, case, "confirm_petition", remark="电话核实属实。（示例）")
    sees(supervisor, case, "(2026)枫桥访意字第0001号", "自收到之日起30日内", "诸暨市人民政府", "2026-12-02")
    fits(supervisor, 390)
    set_clock(at("2026-12-03", 10))
    act(window_of("petition_leader"), case, "record_execution", executed_on="2026-11-16", execution="已转账（示例）")
    complete_the_file(window_of("petition_handler"), case)
    act(supervisor, case, "close_petition")
    sees(supervisor, case, "办结")


def _checks(page: Page, case: Case) -> None:
    act(page, case, "confirm_petition", remark="已核实（示例）")


def test_a_suggestion_is_adopted_and_whoever_made_it_is_told(house, set_clock, window_of):
    window = window_of("petition_clerk")
    case = take_down(window, purpose="suggestion", title="增设公交站点（示例）", summary="建议增设站点。（示例）")
    triage, handler, supervisor = (window_of(name) for name in ("town_triage", "petition_handler", "town_supervisor"))
    act(triage, case, "triage_petition", handler=str(house.petition_handler.pk))
    sees(handler, case, "信访工作条例第29条")
    act(handler, case, "reply_suggestion", outcome="adopted", text="已采纳，下月设站。（示例）")
    _checks(supervisor, case)
    lacks(supervisor, "送达：建议答复")
    refused(supervisor, "尚未告知信访人")
    act(handler, case, "serve_notice", served_on="2026-11-02", **TOLD)
    _checks(supervisor, case)
    refused(supervisor, "卷宗缺少")
    complete_the_file(handler, case)
    _checks(supervisor, case)
    sees(supervisor, case, "办结", "采纳")
