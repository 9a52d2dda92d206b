"""A medical dispute, from the window to the archive: thirty working days that stop for an appraisal, and a court."""

from datetime import date
from decimal import Decimal

import pytest

from cases.enums import ClockKind
from cases.models import Case
from disputes.services.undertake import NewObligation
from tests.browser.acts import act, agree, archive, complete_the_file, meet, refused, register, sees, triage
from tests.factories import at

pytestmark = pytest.mark.browser

CHECKED = {"remark": "电话核实属实。（示例）"}
APPRAISAL = {"reason": "medical_appraisal", "ground": "已委托医学会鉴定。（示例）"}
LONGER = {"amount": "10", "ground": "等待补充鉴定意见。（示例）"}
APPLIED = {"court": "示例市人民法院", "agreed_on": "2026-11-13", "applied_on": "2026-11-16"}


@pytest.fixture
def dispute(served_house, set_clock, window_of) -> Case:
    """Return the matter accepted on Monday 2 November: the thirtieth working day after it is Monday 14 December."""
    register(window_of("clerk"), category="D13", title="手术并发症赔偿（示例）")
    case = Case.objects.get()
    triage(window_of("village_triage"), case)
    page = window_of("mediator")
    act(page, case, "accept", said_on="2026-11-02")
    sees(page, case, "调解期限（医疗纠纷）起算，截止日2026-12-14")
    act(page, case, "start")
    return case


def _limit(case):
    return case.clocks.get(kind=ClockKind.MED_MEDICAL)


def _appraised(case, set_clock, window_of):
    """Let the limits stand still from Wednesday to Wednesday: 5, 6, 9, 10 and 11 November do not count."""
    set_clock(at("2026-11-04", 10))
    page = window_of("mediator")
    act(page, case, "pause", **APPRAISAL)
    sees(page, case, "已中止", "已委托医学会鉴定")
    set_clock(at("2026-11-11", 10))
    act(page, case, "resume")
    sees(page, case, "调解期限（医疗纠纷）恢复计算，截止日2026-12-21")


def _made_longer(case, set_clock, window_of):
    """Ten days after 21 December is Thursday 31 December."""
    page, supervisor = window_of("mediator"), window_of("town_supervisor")
    limit = str(_limit(case).pk)
    act(page, case, "extend", clock=limit, **LONGER)
    refused(page, "双方当事人书面同意")
    act(page, case, "extend", clock=limit, agreed_on="2026-11-11", **LONGER)
    act(supervisor, case, "grant", remark="双方同意，理由成立。（示例）")
    sees(supervisor, case, "2026-12-31")
    act(page, case, "tell", told_on="2026-11-11")
    act(page, case, "plan_session", place="调解室（示例）", starts_at="2026-11-12T09:00")


def _agreed(case, set_clock, window_of):
    set_clock(at("2026-11-12", 11))
    page = window_of("mediator")
    meet(page, case, day="2026-11-12")
    debtor, creditor = case.parties.order_by("-role").values_list("pk", flat=True)
    paid = NewObligation(debtor, "赔偿款（示例）", date(2026, 11, 30), Decimal(20000), creditor)
    agree(page, case, paid, signed_on="2026-11-12")
    sees(page, case, "人调字第0001号")
    act(window_of("town_supervisor"), case, "confirm", **CHECKED)
    sees(page, case, "司法确认", "2026-12-14")


def _confirmed(case, set_clock, window_of):
    set_clock(at("2026-11-16", 10))
    page = window_of("mediator")
    act(page, case, "apply_confirmation", subject="identity", court_ground="committee", **APPLIED)
    refused(page, "法释〔2011〕5号")
    act(page, case, "apply_confirmation", subject="civil", court_ground="committee", **APPLIED)
    sees(page, case, "示例市人民法院", "法院尚未作出结果")
    set_clock(at("2026-11-26", 10))
    decided = {"result": "confirmed", "decided_on": "2026-11-25"}
    act(page, case, "court_result", **decided)
    refused(page, "请填写裁定书文号")
    act(page, case, "court_result", number="（2026）示例民特1号", **decided)
    sees(page, case, "（2026）示例民特1号")


def _closed(case, window_of):
    page, supervisor = window_of("mediator"), window_of("town_supervisor")
    act(page, case, "perform", obligation=str(case.obligations.get().pk), amount="20000", proof="转账回单（示例）")
    sees(page, case, "已按期履行")
    act(page, case, "fulfil", summary="全部付清。（示例）")
    complete_the_file(page, case)
    act(supervisor, case, "confirm", **CHECKED)
    sees(supervisor, case, "调解期限（医疗纠纷）：已按期")


def test_an_appraisal_moves_the_last_day_the_court_confirms_and_the_file_ends_in_the_archive(
    dispute, set_clock, window_of
):
    _appraised(dispute, set_clock, window_of)
    _made_longer(dispute, set_clock, window_of)
    _agreed(dispute, set_clock, window_of)
    _confirmed(dispute, set_clock, window_of)
    _closed(dispute, window_of)
    archive(window_of("clerk"), dispute, on="2026-11-26")
    dispute.refresh_from_db()
    assert (dispute.stage, _limit(dispute).due_on) == ("closed", date(2026, 12, 31))
