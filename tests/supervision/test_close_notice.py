"""Both verdicts on an answer: the notice is closed out, or the answer goes back."""

import pytest
from django.db import IntegrityError, transaction

from centers.enums import Role
from core.errors import IllegalTransition, SeparationOfDuties
from supervision.enums import NoticeState
from supervision.models import SupervisionNotice
from supervision.services.answer import close_notice, reply_to_notice, return_notice, sign_for_notice
from tests.factories import LONG_AGO, appoint, at, noticed, race

WEDNESDAY = at("2026-11-18")
SIGNED, ANSWERED, JUDGED = at("2026-11-24", 10), at("2026-11-25", 10), at("2026-11-26", 10)
VERDICTS = [close_notice, return_notice]


def _answered(house):
    notice = noticed(house, now=WEDNESDAY)
    sign_for_notice(notice.pk, actor=house.unit_leader, now=SIGNED)
    return reply_to_notice(notice.pk, reply="原因（示例）", actor=house.unit_leader, now=ANSWERED)


@pytest.fixture
def notice(house):
    return _answered(house)


def _judge(verdict, notice, actor):
    return verdict(notice.pk, verdict="意见（示例）", actor=actor, now=JUDGED)


def test_a_sound_answer_closes_the_notice_out(house, notice):
    closed = _judge(close_notice, notice, house.town_supervisor)
    assert (closed.state, closed.closed_by, closed.closed_at) == (NoticeState.CLOSED, house.town_supervisor, JUDGED)
    assert notice.case.events.filter(kind="notice_closed").count() == 1


def test_a_poor_answer_goes_back_and_can_be_given_again(house, notice):
    returned = _judge(return_notice, notice, house.town_supervisor)
    assert (returned.state, returned.verdict, returned.closed_by) == (NoticeState.RETURNED, "意见（示例）", None)
    again = reply_to_notice(notice.pk, reply="补充（示例）", actor=house.unit_leader, now=JUDGED)
    assert (again.state, again.reply) == (NoticeState.REPLIED, "补充（示例）")
    assert _judge(close_notice, notice, house.county_supervisor).state == NoticeState.CLOSED


@pytest.mark.parametrize("verdict", VERDICTS)
def test_whoever_answered_does_not_judge_even_as_a_supervisor(house, notice, verdict):
    appoint(house.unit_leader, role=Role.SUPERVISOR, center=house.town, starts_on=LONG_AGO)
    with pytest.raises(SeparationOfDuties):
        _judge(verdict, notice, house.unit_leader)
    assert SupervisionNotice.objects.get().state == NoticeState.REPLIED


def test_the_database_too_refuses_that_whoever_answered_closes(house, notice):
    with pytest.raises(IntegrityError, match="supervisionnotice_closed_by_another"), transaction.atomic():
        SupervisionNotice.objects.update(closed_by=house.unit_leader)


@pytest.mark.parametrize("verdict", VERDICTS)
def test_there_is_nothing_to_judge_before_an_answer(house, verdict):
    notice = noticed(house, now=WEDNESDAY)
    with pytest.raises(IllegalTransition):
        _judge(verdict, notice, house.town_supervisor)


@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize("actor", ["neighbour_town_supervisor", "other_county_supervisor", "clerk", "mediator"])
def test_an_outsider_and_one_without_the_right_find_no_such_notice(house, notice, verdict, actor):
    with pytest.raises(SupervisionNotice.DoesNotExist):
        _judge(verdict, notice, getattr(house, actor))
    assert SupervisionNotice.objects.get().verdict == ""


@pytest.mark.django_db(transaction=True)
def test_of_two_verdicts_at_the_same_moment_one_wins(house):
    notice = _answered(house)
    answers = race(
        lambda: _judge(close_notice, notice, house.town_supervisor),
        lambda: _judge(return_notice, notice, house.county_supervisor),
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["IllegalTransition", "SupervisionNotice"]
    assert notice.case.events.filter(kind__in=["notice_closed", "notice_returned"]).count() == 1
