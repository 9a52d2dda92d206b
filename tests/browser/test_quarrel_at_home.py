"""A quarrel at home, from the window to the archived file: nobody is made to sit with whom they fear."""

import pytest
from playwright.sync_api import Page

from cases.models import Case
from disputes.enums import SafetyKind
from disputes.rules.safety import duties_owed
from tests.browser.acts import act, archive, complete_the_file, refused, register, triage

pytestmark = pytest.mark.browser

ROUTES = ("protection_order", "police", "legal_aid")
TOLD = {"reason": "domestic_violence", "explanation": "存在家庭暴力，已告知人身安全保护令。（示例）"}
JOINT = {"place": "调解室（示例）", "starts_at": "2026-11-03T09:00"}
DUTIES = duties_owed({SafetyKind.DOMESTIC_VIOLENCE})


@pytest.fixture
def quarrel(served_house, set_clock, sign_in) -> Case:
    """Return a matter whose mediation has begun and in which the mediator has noticed violence."""
    register(sign_in("clerk"))
    case = Case.objects.get()
    triage(sign_in("village_triage"), case)
    page = sign_in("mediator")
    for name, given in (("accept", {}), ("start", {}), ("flag_safety", {"ground": "一方明显害怕。（示例）"})):
        act(page, case, name, **given)
    return case


def _guide_out(page: Page, case: Case) -> None:
    page.goto(f"/admin/cases/case/{case.pk}/act/terminate/")
    for route in ROUTES:
        page.locator(f"input[name=routes][value={route}]").check()
    act(page, case, "", **TOLD)


def test_nobody_sits_with_whom_they_fear_and_the_file_is_archived_whole(quarrel, sign_in):
    page, supervisor = sign_in("mediator"), sign_in("town_supervisor")
    act(page, quarrel, "plan_session", ticked=["parties"], kind="joint", **JOINT)
    refused(page, "不得同场调解")
    for duty in DUTIES:
        act(page, quarrel, "safety_measure", duty=duty.value, note="已告知并联系（示例）")
    _guide_out(page, quarrel)
    act(supervisor, quarrel, "confirm", remark="已核实（示例）")
    refused(supervisor, "卷宗缺少：卷宗封面")
    complete_the_file(page, quarrel)
    act(supervisor, quarrel, "confirm", remark="已核实（示例）")
    supervisor.wait_for_url("**/change/")
    archive(sign_in("clerk"), quarrel, on="2026-11-02")
    quarrel.refresh_from_db()
    assert (quarrel.stage, quarrel.sessions.count(), quarrel.papers.count() > 5) == ("closed", 0, True)
