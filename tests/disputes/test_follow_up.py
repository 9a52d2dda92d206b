from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from cases.models import Case
from cases.reports import DESKS
from centers.enums import Role
from core.errors import DomainError, SeparationOfDuties
from core.models import OutboxMessage
from disputes.enums import ContactWay, EndReason, FollowUpVerdict, Satisfaction
from disputes.models import FollowUp
from disputes.reports.hearings import follow_up_lines
from disputes.services.follow_up import Findings, NewAttempt, judge_follow_up, record_follow_up
from disputes.services.mediate import record_agreement
from disputes.services.perform import report_breach, urge_performance
from disputes.services.reopen import reopen_dispute
from disputes.services.undertake import NewObligation
from disputes.services.verify import confirm_dispute
from tests.cases.papers import with_papers
from tests.factories import LONG_AGO, agreed, appoint, at, make_person, mediating, new_agreement, new_ending

NOW = at("2026-09-04")
CHECKED = at("2026-09-07")
WEEK_LATER = at("2026-09-11", 10)
CONTENT = Findings(Satisfaction.SATISFIED, "已付清（示例）")


@pytest.fixture
def case(house):
    """Return a matter that was agreed, checked and closed, with nothing left to be done."""
    case = agreed(house, now=NOW)
    return confirm_dispute(with_papers(case).pk, remark="属实", actor=house.town_supervisor, now=CHECKED)


def _asks(case, house, findings=CONTENT, who="town_supervisor", at_=WEEK_LATER, now=None):
    new = NewAttempt(case.parties.first().pk, ContactWay.PHONE, at_)
    row = case.follow_ups.first().pk
    actor = who if not isinstance(who, str) else getattr(house, who)
    return record_follow_up(case.pk, follow_up_id=row, attempt=new, findings=findings, actor=actor, now=now or at_)


def test_the_parties_are_asked_after_a_week_after_each_agreed_day_and_thirty_days_after_all(house):
    case = mediating(house, now=NOW)
    debtor = case.parties.get(role="respondent").pk
    days = [date(2026, 9, 30), date(2026, 10, 31), date(2026, 10, 31)]
    owed = tuple(NewObligation(debtor, f"示例{day}", day, Decimal(1)) for day in days)
    record_agreement(case.pk, replace(new_agreement(NOW, case), obligations=owed), actor=house.mediator, now=NOW)
    assert not case.follow_ups.exists()
    confirm_dispute(with_papers(case).pk, remark="属实", actor=house.town_supervisor, now=CHECKED)
    planned = [f"{row.occasion} {row.due_on}" for row in case.follow_ups.all()]
    expected = ["agreement 2026-09-11", "instalment 2026-10-03", "instalment 2026-11-03", "final 2026-11-30"]
    assert planned == expected


def test_a_follow_up_outlives_the_closing_and_is_on_the_supervisors_list_from_its_day(case, house):
    assert (case.stage, case.follow_ups.count()) == ("closed", 2)
    lists = {
        day: DESKS["to_follow_up"].rows(house.town_supervisor, now=at(day)).exists()
        for day in ("2026-09-10", "2026-09-11")
    }
    assert lists == {"2026-09-10": False, "2026-09-11": True}
    done = _asks(case, house)
    assert (done.state, done.result, done.done_by) == ("done", "satisfied", house.town_supervisor)
    assert not DESKS["to_follow_up"].rows(house.town_supervisor, now=WEEK_LATER).exists()


def test_before_its_day_nobody_is_asked_and_nobody_was_asked_in_the_future(case, house):
    with pytest.raises(FollowUp.DoesNotExist):
        _asks(case, house, at_=WEEK_LATER - timedelta(days=1))
    for moment in (WEEK_LATER - timedelta(days=1), WEEK_LATER + timedelta(minutes=1)):
        with pytest.raises(DomainError):
            _asks(case, house, at_=moment, now=WEEK_LATER)


def test_neither_who_handled_it_nor_their_unit_follows_it_up(case, house):
    colleague = make_person("colleague", Role.SUPERVISOR, house.town)
    assert _asks(case, house, findings=None, who=colleague).state == "due"
    appoint(colleague, role=Role.MEDIATOR, center=house.village, unit=house.unit, starts_on=LONG_AGO)
    appoint(house.mediator, role=Role.SUPERVISOR, center=house.town, starts_on=LONG_AGO)
    for who in (colleague, house.mediator):
        with pytest.raises(SeparationOfDuties):
            _asks(case, house, who=who)


def test_who_is_not_reached_on_three_different_days_is_sought_no_more(case, house):
    for hours in (0, 1, 24):
        assert _asks(case, house, findings=None, at_=WEEK_LATER + timedelta(hours=hours)).state == "due"
    given_up = _asks(case, house, findings=None, at_=WEEK_LATER + timedelta(days=2))
    assert (given_up.state, given_up.result, given_up.attempts.count()) == ("done", "unreachable", 4)


def _dissatisfied(case, house):
    found = Findings(Satisfaction.DISSATISFIED, "未付（示例）", reason="调解时间过长（示例）")
    return _asks(case, house, findings=found)


def test_dissatisfaction_has_a_reason_and_is_told_to_the_supervisors(case, house):
    with pytest.raises(DomainError, match="不满意"):
        _asks(case, house, findings=Findings(Satisfaction.DISSATISFIED, "x"))
    _dissatisfied(case, house)
    told = OutboxMessage.objects.get(key__startswith="followup:")
    assert (told.recipient, told.subject) == (house.town_supervisor, f"{case.number}：当事人不满意，请决定")


def _judges(case, house, verdict, handler=None):
    told = {"verdict": FollowUpVerdict(verdict), "ground": "示例", "handler": handler}
    row = case.follow_ups.first().pk
    return judge_follow_up(case.pk, follow_up_id=row, **told, actor=house.town_supervisor, now=WEEK_LATER)


def test_the_supervisor_takes_the_matter_up_again_and_the_old_follow_ups_are_dropped(case, house):
    _dissatisfied(case, house)
    with pytest.raises(DomainError):
        _judges(case, house, "reopen")
    assert _judges(case, house, "reopen", house.mediator).verdict == "reopen"
    again = Case.objects.get(pk=case.pk)
    assert (again.round, again.stage) == (2, "triaged")
    assert [row.state for row in again.follow_ups.all()] == ["done", "dropped"]


def test_of_a_round_before_nobody_decides_any_more(case, house):
    _dissatisfied(case, house)
    assert case.follow_ups.to_judge().count() == 1
    again = {"handler": house.mediator, "ground": "示例", "actor": house.town_supervisor}
    reopen_dispute(case.pk, **again, now=WEEK_LATER)
    assert not case.follow_ups.to_judge().exists()


def _states(case, day):
    return [line.state for line in follow_up_lines(Case.objects.get(pk=case.pk), today=date.fromisoformat(day))]


def test_what_is_owed_after_the_closing_is_shown_as_owed_until_the_matter_is_taken_up_again(case, house):
    assert _states(case, "2026-09-10") == ["已安排", "已安排"]
    assert _states(case, "2026-09-11") == ["已办结，仍应回访", "已安排"]
    again = {"handler": house.mediator, "ground": "示例", "actor": house.town_supervisor}
    reopen_dispute(case.pk, **again, now=WEEK_LATER)
    assert _states(case, "2027-01-01") == ["不再回访：案件已重新办理"] * 2


def test_nobody_is_asked_any_more_about_an_agreement_that_was_not_kept_once_that_is_checked(house):
    case = mediating(house, now=NOW)
    owed = (NewObligation(case.parties.get(role="respondent").pk, "示例", date(2026, 9, 10), Decimal(1)),)
    record_agreement(case.pk, replace(new_agreement(NOW, case), obligations=owed), actor=house.mediator, now=NOW)
    confirm_dispute(with_papers(case).pk, remark="属实", actor=house.town_supervisor, now=CHECKED)
    late = at("2026-09-14")
    urge_performance(case.pk, urged_on=date(2026, 9, 14), actor=house.mediator, now=late)
    report_breach(case.pk, new=new_ending(late, EndReason.NOT_PERFORMED), actor=house.mediator, now=late)
    assert _states(case, "2026-09-14") == ["现在应回访", "现在应回访", "已安排"]
    confirm_dispute(with_papers(case).pk, remark="属实", actor=house.town_supervisor, now=late)
    assert _states(case, "2027-01-01") == ["不再回访：协议未履行"] * 3
    assert not DESKS["to_follow_up"].rows(house.town_supervisor, now=at("2027-01-01")).exists()


def test_an_explanation_is_given_once_and_only_where_somebody_is_dissatisfied(case, house):
    with pytest.raises(FollowUp.DoesNotExist):
        _judges(case, house, "explain")
    _dissatisfied(case, house)
    assert _judges(case, house, "explain").judged_by == house.town_supervisor
    with pytest.raises(FollowUp.DoesNotExist):
        _judges(case, house, "explain")


def test_the_database_refuses_a_result_without_who_asked(case):
    with pytest.raises(IntegrityError, match="followup_done_with_result"), transaction.atomic():
        FollowUp.objects.update(result="satisfied")
