from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from cases.enums import Category, ClockKind
from cases.models import Case, Clock
from cases.pages.limits import deadline_chip
from cases.reports.deadlines import deadlines
from cases.services.clocks import start_clock
from centers.reports import Calendars
from core.errors import DomainError, IllegalTransition
from core.models import OutboxMessage
from disputes.enums import AgreementForm, AgreementSubject, CourtGround, CourtResult, EndReason, Route
from disputes.models import Agreement
from disputes.reports.windows import agreement_to_confirm
from disputes.services.mediate import record_agreement
from disputes.services.perform import report_breach, urge_performance
from disputes.services.ratify import CourtAnswer, NewApplication, apply_for_confirmation, record_court_result
from disputes.services.undertake import NewObligation
from disputes.services.verify import confirm_dispute
from supervision.services.sweep import sweep
from tests.cases.papers import with_papers
from tests.factories import at, mediating, new_agreement, new_ending

NOW = at("2026-09-04")
LAST = "2026-10-08"  # the thirtieth day is 4 October, in the holiday, and gives way
DUE = date(2026, 9, 30)


@pytest.fixture
def case(house):
    """Return a matter whose agreement was checked, with 800 yuan to be paid by the end of the month."""
    return _performing(house, mediating(house, now=NOW))


def _performing(house, case, **changes):
    debtor = case.parties.get(role="respondent").pk
    new = replace(new_agreement(NOW, case), obligations=(NewObligation(debtor, "赔偿款（示例）", DUE, Decimal(800)),))
    record_agreement(case.pk, replace(new, **changes), actor=house.mediator, now=NOW)
    return confirm_dispute(with_papers(case).pk, remark="属实", actor=house.town_supervisor, now=NOW)


def _applies(case, house, on="2026-09-10", now="2026-10-30", **changes):
    day = date.fromisoformat(on)
    new = NewApplication(AgreementSubject.CIVIL, "示例人民法院", CourtGround.COMMITTEE, day, day)
    return apply_for_confirmation(case.pk, new=replace(new, **changes), actor=house.mediator, now=at(now))


def test_thirty_days_run_since_the_agreement_and_the_last_gives_way_to_a_working_day(case, house):
    window = case.clocks.get(kind=ClockKind.MED_JUDCONF)
    assert (window.started_on, window.due_on.isoformat()) == (date(2026, 9, 4), LAST)
    with pytest.raises(DomainError, match=LAST):
        _applies(case, house, on="2026-10-09")
    assert _applies(case, house, on=LAST).window_ends_on.isoformat() == LAST
    assert Clock.objects.get(pk=window.pk).state == "met"


def test_the_window_reminds_and_makes_nobody_late(case, house):
    sweep(now=at("2026-11-20"))
    assert OutboxMessage.objects.filter(recipient=house.mediator, subject__contains="司法确认").exists()
    assert not case.notices.exists()


def test_a_window_that_nobody_used_outlives_the_matter_and_was_never_kept(case, house):
    breached, checked = at("2026-10-02"), at("2026-10-05")
    urge_performance(case.pk, urged_on=breached.date(), actor=house.mediator, now=breached)
    told = new_ending(breached, EndReason.NOT_PERFORMED, [Route.COURT])
    report_breach(case.pk, new=told, actor=house.mediator, now=breached)
    confirm_dispute(with_papers(case).pk, remark="属实", actor=house.town_supervisor, now=checked)
    window = case.clocks.get(kind=ClockKind.MED_JUDCONF)
    assert (window.state, _shown(case, "2026-10-08")[0]) == ("running", "soon")
    assert _shown(case, "2026-10-09") == ("none", "期满未申请")
    assert not case.clocks.running().exclude(pk=window.pk).exists()
    _applies(case, house, on=LAST)
    assert _shown(case, "2026-10-31")[0] == "met"


@pytest.mark.parametrize(
    ("on", "is_open"), [(LAST, True), ("2026-10-09", True), ("2026-11-07", True), ("2026-11-08", False)]
)
def test_the_form_stays_open_for_thirty_days_to_record_what_was_done_in_time(case, on, is_open):
    assert (agreement_to_confirm(case, today=date.fromisoformat(on)) is not None) is is_open


def test_an_application_is_about_its_own_agreement_and_ends_no_other_window(case, house):
    other = start_clock(case, ClockKind.MED_JUDCONF, now=NOW, subject="another")
    _applies(case, house)
    states = dict(case.clocks.filter(kind=ClockKind.MED_JUDCONF).values_list("pk", "state"))
    assert (states.pop(other.pk), [*states.values()]) == ("running", ["met"])


def _shown(case, day):
    today = date.fromisoformat(day)
    rows = deadlines(case, Calendars.load(since=date(2026, 1, 1)), today=today)
    chip = next(deadline_chip(row) for row in rows if row.clock.kind == ClockKind.MED_JUDCONF)
    return chip.tone, chip.text


@pytest.mark.parametrize("subject", ["identity", "adoption", "marriage", "not_civil"])
def test_what_no_court_confirms_is_refused_with_the_article(case, house, subject):
    with pytest.raises(DomainError, match="第四条"):
        _applies(case, house, subject=AgreementSubject(subject))


def test_an_oral_agreement_and_an_administrative_dispute_are_not_confirmed(house):
    case = _performing(house, mediating(house, now=NOW), form=AgreementForm.ORAL, signatures={})
    with pytest.raises(DomainError, match="第三十三条"):
        _applies(case, house)
    assert not case.clocks.filter(kind=ClockKind.MED_JUDCONF).exists()
    Agreement.objects.update(form=AgreementForm.WRITTEN)
    Case.objects.update(category=Category.ADMINISTRATIVE)
    with pytest.raises(DomainError, match="第四条"):
        _applies(case, house)


@pytest.mark.parametrize(("agreed_on", "applied_on"), [("2026-09-11", "2026-09-10"), ("2026-09-03", "2026-09-10")])
def test_the_parties_agree_first_and_after_the_agreement(case, house, agreed_on, applied_on):
    with pytest.raises(DomainError):
        _applies(case, house, on=applied_on, agreed_on=date.fromisoformat(agreed_on))


def _answers(case, house, result, on="2026-09-20", number="（2026）浙0681民特1号"):
    answer = CourtAnswer(CourtResult(result), date.fromisoformat(on), number)
    return record_court_result(case.pk, new=answer, actor=house.mediator, now=at("2026-09-30"))


def test_one_application_at_a_time_and_another_after_one_that_failed(case, house):
    _applies(case, house)
    with pytest.raises(DomainError):
        _applies(case, house)
    assert _answers(case, house, "dismissed", number="").result == "dismissed"
    with pytest.raises(IllegalTransition, match="没有待法院"):
        _answers(case, house, "confirmed")
    assert _applies(case, house, on="2026-09-21").pk


@pytest.mark.parametrize("change", [{"on": "2026-09-09"}, {"on": "2026-10-01"}, {"number": ""}])
def test_a_ruling_has_a_number_and_a_day_after_the_application(case, house, change):
    _applies(case, house)
    with pytest.raises(DomainError):
        _answers(case, house, "confirmed", **change)


def test_a_confirmed_agreement_that_is_not_kept_is_enforced_without_a_suit(case, house):
    _applies(case, house)
    _answers(case, house, "confirmed")
    after = at("2026-10-12")
    urge_performance(case.pk, urged_on=date(2026, 10, 8), actor=house.mediator, now=after)
    told = new_ending(after, EndReason.NOT_PERFORMED, [Route.COURT])
    with pytest.raises(DomainError, match="强制执行"):
        report_breach(case.pk, new=told, actor=house.mediator, now=after)
    told = replace(told, routes=[Route.ENFORCEMENT])
    assert report_breach(case.pk, new=told, actor=house.mediator, now=after).endings.get().routes == ["enforcement"]
