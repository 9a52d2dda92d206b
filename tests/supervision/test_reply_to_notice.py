import pytest

from cases.enums import ClockKind, ClockState
from cases.models import Case
from core.errors import IllegalTransition
from supervision.enums import NoticeState
from supervision.models import SupervisionNotice
from supervision.services.answer import reply_to_notice, sign_for_notice
from tests.factories import at, noticed

WEDNESDAY = at("2026-11-18")
SIGNED, ANSWERED = at("2026-11-24", 10), at("2026-11-25", 10)


@pytest.fixture
def notice(house):
    return sign_for_notice(noticed(house, now=WEDNESDAY).pk, actor=house.unit_leader, now=SIGNED)


def _reply(notice, house, actor="unit_leader", now=ANSWERED):
    return reply_to_notice(notice.pk, reply="原因与措施（示例）", actor=getattr(house, actor), now=now)


def test_the_answer_is_written_down_and_its_limit_ends(house, notice):
    answered = _reply(notice, house)
    assert (answered.state, answered.reply, answered.replied_by) == (
        NoticeState.REPLIED,
        "原因与措施（示例）",
        house.unit_leader,
    )
    clock = notice.case.clocks.get(kind=ClockKind.NOTICE_REPLY)
    assert (clock.state, clock.ended_at) == (ClockState.MET, ANSWERED)


def test_an_answer_a_day_late_is_one_day_late(house, notice):
    _reply(notice, house, now=at("2026-11-28", 0))
    assert notice.case.clocks.get(kind=ClockKind.NOTICE_REPLY).late_days == 1


def test_the_answer_ends_no_other_limit_and_not_that_of_another_notice(house, notice):
    before = Case.objects.get(pk=notice.case_id).due_at
    other = notice.case.clocks.get(kind=ClockKind.NOTICE_REPLY)
    other.pk, other.key = None, f"1:NOTICE_REPLY:{notice.step_id}0"
    other.save(force_insert=True)
    _reply(notice, house)
    running = notice.case.clocks.running().values_list("kind", flat=True)
    assert sorted(running) == [ClockKind.LVL_TOWN, ClockKind.LVL_VILLAGE, ClockKind.NOTICE_REPLY]
    assert Case.objects.get(pk=notice.case_id).due_at == before


def test_a_notice_is_answered_after_it_was_signed_for_and_once(house):
    notice = noticed(house, now=WEDNESDAY)
    with pytest.raises(IllegalTransition):
        _reply(notice, house)
    sign_for_notice(notice.pk, actor=house.unit_leader, now=SIGNED)
    _reply(notice, house)
    with pytest.raises(IllegalTransition):
        _reply(notice, house)


@pytest.mark.parametrize("actor", ["neighbour_town_supervisor", "nobody", "mediator", "town_supervisor", "clerk"])
def test_an_outsider_and_one_without_the_right_find_no_such_notice(house, notice, actor):
    with pytest.raises(SupervisionNotice.DoesNotExist):
        _reply(notice, house, actor)
    assert SupervisionNotice.objects.get().reply == ""
