"""Neighbours and a leaking pipe, from the window to the archive: one of three instalments is paid too late."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from cases.models import Case
from centers.enums import Role
from disputes.services.undertake import NewObligation
from tests.browser.acts import (
    act,
    agree,
    archive,
    complete_the_file,
    fits,
    is_wide_enough,
    lacks,
    meet,
    refused,
    register,
    sees,
    shows_cards,
    triage,
)
from tests.factories import at, make_person

pytestmark = pytest.mark.browser

CHECKED = {"remark": "电话核实属实。（示例）"}
REACHED = {"way": "phone", "result": "satisfied", "performance": "首期款已收到。（示例）"}


@pytest.fixture
def leak(served_house, set_clock, window_of) -> Case:
    """Return the matter as it was accepted: both sides said yes to mediation, the one who was asked first."""
    make_person("colleague", Role.SUPERVISOR, served_house.village, unit=served_house.unit)
    register(window_of("clerk"))
    case = Case.objects.get()
    triage(window_of("village_triage"), case)
    page = window_of("mediator")
    act(page, case, "ask_consent")
    sees(page, case, "征得各方当事人同意后受理")
    act(page, case, "consent", party=str(_party(case, "respondent")), said_on="2026-11-02")
    act(page, case, "accept", said_on="2026-11-02")
    sees(page, case, "还不能办结，缺：调解协议")
    return case


def _party(case, role):
    return case.parties.get(role=role).pk


def _instalments(case):
    owes = {"debtor_id": _party(case, "respondent"), "creditor_id": _party(case, "applicant")}
    yield NewObligation(**owes, what="首期赔偿款（示例）", due_on=date(2026, 11, 10), amount=Decimal(500))
    yield NewObligation(**owes, what="修好水管（示例）", due_on=date(2026, 11, 13))
    yield NewObligation(**owes, what="余款（示例）", due_on=date(2026, 11, 20), amount=Decimal(300))


def _agreed(leak, set_clock, window_of):
    page = window_of("mediator")
    act(page, leak, "start")
    act(page, leak, "plan_session", place="调解室（示例）", starts_at="2026-11-03T09:00")
    set_clock(at("2026-11-03", 11))
    page.goto(f"/admin/cases/case/{leak.pk}/act/agree/")
    lacks(page, "调解会及其调解记录")
    fits(page, 390)
    fits(page, 1366)
    meet(page, leak, day="2026-11-03")
    agree(page, leak, *_instalments(leak), signed_on="2026-11-03")
    sees(page, leak, "人调字第0001号", "等待：mediator（示例）以外的人员核查")
    act(window_of("town_supervisor"), leak, "confirm", **CHECKED)
    sees(page, leak, "等待：当事人履行协议", "待履行")


def _readable(leak, set_clock, window_of):
    page = window_of("mediator")
    page.goto(f"/admin/cases/case/{leak.pk}/papers/")
    shows_cards(page, width=390)
    is_wide_enough(page, leak, width=390, papers=300)
    is_wide_enough(page, leak, width=1920, papers=1100, is_beside=True)
    is_wide_enough(page, leak, width=1366, papers=1000)


def _performed(page, case, what, **told):
    owed = case.obligations.get(what__startswith=what)
    act(page, case, "perform", obligation=str(owed.pk), proof="收条（示例）", **told)


def _kept_in_part(leak, set_clock, window_of):
    set_clock(at("2026-11-10", 10))
    page = window_of("mediator")
    _performed(page, leak, "首期", amount="500")
    _performed(page, leak, "修好", ticked=("is_last",))
    sees(page, leak, "已按期履行")
    asked = {"party": str(_party(leak, "applicant")), "tried_at": "2026-11-10T09:30", **REACHED}
    colleague = window_of("colleague")
    act(colleague, leak, "follow_up", ticked=("is_reached",), **asked)
    refused(colleague, "请由其他单位的同事进行")
    outsider = window_of("county_supervisor")
    act(outsider, leak, "follow_up", ticked=("is_reached",), **asked)
    sees(outsider, leak, "首期款已收到。（示例）", "满意")


def _not_kept(leak, set_clock, window_of):
    set_clock(at("2026-11-23", 10))
    page = window_of("mediator")
    sees(page, leak, "履行期限：逾期 3 天")
    broken = {"explanation": "余款未付，已当面催促。（示例）"}
    act(page, leak, "breach", **broken)
    refused(page, "请先催促逾期的义务人")
    act(page, leak, "urge")
    act(page, leak, "breach", **broken)
    sees(page, leak, "经催促仍未履行协议，已告知其他救济途径", "已告知当事人： 向人民法院起诉")


def _paid_late(leak, set_clock, window_of):
    supervisor, page = window_of("town_supervisor"), window_of("mediator")
    act(supervisor, leak, "return", remark="对方来电称今日付清，请核实。（示例）")
    sees(page, leak, "等待：当事人履行协议")
    expect(page.get_by_role("link", name="报告履行完毕")).to_have_count(0)
    _performed(page, leak, "余款", amount="300")
    sees(page, leak, "已履行，逾期3天")
    act(page, leak, "fulfil", summary="全部付清。（示例）")
    act(supervisor, leak, "confirm", **CHECKED)
    refused(supervisor, "卷宗缺少：卷宗封面")
    complete_the_file(page, leak)
    act(supervisor, leak, "confirm", **CHECKED)
    sees(supervisor, leak, "办结")


def test_an_instalment_that_is_paid_late_is_urged_and_the_file_ends_in_the_archive(leak, set_clock, window_of):
    _agreed(leak, set_clock, window_of)
    _readable(leak, set_clock, window_of)
    _kept_in_part(leak, set_clock, window_of)
    _not_kept(leak, set_clock, window_of)
    _paid_late(leak, set_clock, window_of)
    archive(window_of("clerk"), leak, on="2026-11-23")
    leak.refresh_from_db()
    assert (leak.stage, leak.archived_files.get().pages) == ("closed", 23)
