"""An agreement with instalments, from its check to the end: paid in parts, late, urged, kept or not kept."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from cases.enums import ClockKind, EventKind, Outcome, Stage
from cases.models import Attachment, Case, Clock, ClockRule, ClockStep
from cases.pages.case import stage_strip
from core import clock
from core.errors import DomainError, IllegalTransition, SeparationOfDuties
from core.models import OutboxMessage
from disputes.admin.acts import dispute_acts
from disputes.enums import EndReason
from disputes.models import Obligation, Performance
from disputes.services.mediate import record_agreement
from disputes.services.perform import (
    NewPerformance,
    fulfil_dispute,
    record_performance,
    report_breach,
    urge_performance,
)
from disputes.services.undertake import NewObligation
from disputes.services.verify import confirm_dispute, return_dispute
from supervision.services.sweep import sweep
from tests.cases.papers import with_papers
from tests.factories import at, attached, mediating, new_agreement, new_ending, registered

NOW = at("2026-09-21")
CHECKED = at("2026-09-22")
DUE = date(2026, 10, 9)  # the second working day after National Day
AFTER = at("2026-10-12")


def _agreed(house, *obligations, due_on=DUE):
    case = mediating(house, now=NOW)
    debtor, creditor = case.parties.get(role="respondent").pk, case.parties.get(role="applicant").pk
    new = obligations or (NewObligation(debtor, "赔偿款（示例）", due_on, Decimal(800), creditor),)
    record_agreement(case.pk, replace(new_agreement(NOW, case), obligations=new), actor=house.mediator, now=NOW)
    return case


def _performing(house, **kwargs):
    case = _agreed(house, **kwargs)
    confirm_dispute(with_papers(case).pk, remark="属实", actor=house.town_supervisor, now=CHECKED)
    return Case.objects.get(pk=case.pk)


def _pays(house, case, amount, *, on="2026-10-09", now=AFTER, **kwargs):
    paid = NewPerformance(date.fromisoformat(on), "转账凭证（示例）", Decimal(amount), **kwargs)
    obligation = Obligation.objects.filter(case=case).latest("pk").pk
    return record_performance(case.pk, obligation_id=obligation, new=paid, actor=house.mediator, now=now)


def test_an_agreement_to_be_performed_stays_open_and_is_dated_by_its_nearest_day(house):
    case = _performing(house)
    limit = case.clocks.get(kind=ClockKind.MED_PERFORM)
    assert (case.stage, case.dispute.state, case.closed_at) == (Stage.VERIFIED, "performing", None)
    assert [stage.label for stage in stage_strip(case) if stage.is_current] == ["核查通过，履行中"]
    assert (limit.due_on, limit.rule, case.due_at) == (DUE, None, clock.end_of(DUE))
    assert {row.kind for row in case.clocks.running()} == {ClockKind.MED_PERFORM, ClockKind.MED_JUDCONF}
    assert case.results.get().outcome == Outcome.AGREED


@pytest.mark.parametrize(
    ("due_on", "steps"),
    [
        # three working days and one before: over the holiday of 1 to 7 October, and past the made-up Saturday
        ("2026-10-09", ["2026-09-29", "2026-10-08", "2026-10-10"]),
        ("2026-10-12", ["2026-10-08", "2026-10-10", "2026-10-13"]),
    ],
)
def test_reminders_count_back_in_working_days_and_an_agreed_day_never_gives_way(house, due_on, steps):
    case = _performing(house, due_on=date.fromisoformat(due_on))
    moments = ClockStep.objects.filter(clock__case=case, clock__kind=ClockKind.MED_PERFORM).order_by("at")
    assert [row.step for row in moments] == ["remind", "prewarn", "lapse"]
    assert [clock.local_day(row.at).isoformat() for row in moments] == steps


def test_an_agreed_rest_day_stays(house):
    assert _performing(house, due_on=date(2026, 10, 3)).clocks.get(kind=ClockKind.MED_PERFORM).due_on == date(
        2026, 10, 3
    )


def test_who_urges_is_told_once_it_is_late_and_nobody_gets_a_notice(house):
    case = _performing(house)
    sweep(now=AFTER)
    told = OutboxMessage.objects.filter(recipient=house.mediator).latest("pk")
    assert told.subject == f"{case.number}：未按期履行，请催促"
    assert not OutboxMessage.objects.filter(recipient=house.town_supervisor, subject__contains="履行").exists()
    sweep(now=at("2026-11-20"))
    assert not case.notices.exists()


def test_parts_add_up_and_the_last_one_ends_the_day_as_it_was_performed(house):
    case = _performing(house)
    assert not _pays(house, case, "300.50", on="2026-09-30").is_last
    assert Obligation.objects.with_performed().get().performed == Decimal("300.50")
    assert _pays(house, case, "499.50", on="2026-10-10").is_last
    limit = case.clocks.get(kind=ClockKind.MED_PERFORM)
    assert (limit.state, limit.late_days) == ("lapsed", 1)
    assert Case.objects.get(pk=case.pk).due_at is None


@pytest.mark.parametrize(
    ("amount", "on"), [("800.01", "2026-10-09"), ("1", "2026-09-20"), ("1", "2026-10-13"), ("0", "2026-10-09")]
)
def test_more_than_is_owed_and_a_day_that_cannot_be_are_refused(house, amount, on):
    case = _performing(house)
    with pytest.raises(DomainError):
        _pays(house, case, amount, on=on)
    assert not Performance.objects.exists()


def test_what_is_done_is_not_performed_again_and_a_file_of_another_matter_proves_nothing(house):
    case = _performing(house)
    file = attached(registered(house, now=NOW), by=house.clerk, now=NOW)
    with pytest.raises(Attachment.DoesNotExist):
        _pays(house, case, 1, attachment_id=file.pk)
    _pays(house, case, 800)
    with pytest.raises(Obligation.DoesNotExist):
        _pays(house, case, 1)


def test_all_performed_is_reported_checked_by_another_and_closed(house):
    case = _performing(house)
    with pytest.raises(DomainError):
        fulfil_dispute(case.pk, summary="示例", actor=house.mediator, now=AFTER)
    _pays(house, case, 800)
    fulfil_dispute(case.pk, summary="示例", actor=house.mediator, now=AFTER)
    with pytest.raises((SeparationOfDuties, Case.DoesNotExist)):
        confirm_dispute(with_papers(case).pk, remark="x", actor=house.mediator, now=AFTER)
    confirm_dispute(with_papers(case).pk, remark="x", actor=house.town_supervisor, now=AFTER)
    closed = Case.objects.get(pk=case.pk)
    assert (closed.stage, closed.dispute.state) == (Stage.CLOSED, "closed")
    assert list(case.results.order_by("pk").values_list("outcome", flat=True)) == [Outcome.AGREED, Outcome.PERFORMED]


def test_a_returned_report_goes_back_into_performance(house):
    case = _performing(house)
    _pays(house, case, 800)
    fulfil_dispute(case.pk, summary="示例", actor=house.mediator, now=AFTER)
    return_dispute(case.pk, remark="x", actor=house.town_supervisor, now=AFTER)
    again = Case.objects.get(pk=case.pk)
    assert (again.stage, again.dispute.state) == (Stage.VERIFIED, "performing")


def _breaks(house, case, now):
    new = new_ending(now, EndReason.NOT_PERFORMED)
    return report_breach(case.pk, new=new, actor=house.mediator, now=now)


def test_a_breach_is_reported_only_after_urging_and_its_lateness_stays(house):
    case = _performing(house)
    with pytest.raises(DomainError, match="催促"):
        _breaks(house, case, AFTER)
    urge_performance(case.pk, urged_on=date(2026, 10, 10), actor=house.mediator, now=AFTER)
    _breaks(house, case, AFTER)
    confirm_dispute(with_papers(case).pk, remark="x", actor=house.town_supervisor, now=at("2026-10-20"))
    limit = case.clocks.get(kind=ClockKind.MED_PERFORM)
    assert (limit.state, limit.late_days, case.endings.get().reason) == ("lapsed", 3, "not_performed")
    assert list(case.results.order_by("pk").values_list("outcome", flat=True)) == [Outcome.AGREED, Outcome.BREACHED]


@pytest.mark.parametrize(
    ("now", "urged_on"), [("2026-10-09", "2026-10-09"), ("2026-10-12", "2026-10-09"), ("2026-10-12", "2026-10-13")]
)
def test_nobody_is_urged_before_the_day_after(house, now, urged_on):
    case = _performing(house)
    with pytest.raises(DomainError):
        urge_performance(case.pk, urged_on=date.fromisoformat(urged_on), actor=house.mediator, now=at(now))
    assert not case.events.filter(kind=EventKind.URGED).exists()


def test_before_the_check_nothing_is_performed(house):
    case = _agreed(house)
    with pytest.raises(IllegalTransition):
        _pays(house, case, 1)
    assert not Clock.objects.filter(kind=ClockKind.MED_PERFORM).exists()


@pytest.mark.parametrize(
    "change",
    [{"due_on": date(2026, 9, 20)}, {"debtor_id": 0}, {"creditor_id": 0}, {"amount": Decimal(0)}, {"self": True}],
)
def test_an_obligation_that_cannot_be_is_refused_with_the_agreement(house, change):
    case = mediating(house, now=NOW)
    party = case.parties.get(role="respondent").pk
    given = {"creditor_id": party} if change.pop("self", False) else change
    new = replace(NewObligation(party, "示例", DUE, Decimal(1)), **given)
    with pytest.raises(DomainError, match="1"):
        record_agreement(case.pk, replace(new_agreement(NOW, case), obligations=(new,)), actor=house.mediator, now=NOW)


def test_the_database_refuses_amounts_of_nothing_and_a_rule_for_an_agreed_day(house):
    _agreed(house)
    with pytest.raises(IntegrityError, match="obligation_amount_is_positive"), transaction.atomic():
        Obligation.objects.update(amount=0)
    rule = ClockRule.objects.first()
    with pytest.raises(IntegrityError, match="clockrule_within_the_law"), transaction.atomic():
        ClockRule.objects.create(
            kind="MED_PERFORM", amount=1, unit_of_time="days", article="x", valid_from=rule.valid_from
        )


@pytest.mark.parametrize(
    ("today", "paid", "offered"),
    [
        ("2026-10-09", "300", {"perform"}),
        ("2026-10-10", "300", {"perform", "urge", "breach"}),
        ("2026-10-10", "800", {"perform", "fulfil"}),
    ],
)
def test_urging_is_offered_once_something_is_late_and_the_end_once_nothing_is_owed(
    house, monkeypatch, today, paid, offered
):
    case = _performing(house)
    _pays(house, case, paid)
    monkeypatch.setattr("core.clock.now", lambda: at(today))
    open_acts = {act.name for act in dispute_acts() if act.is_open(case)}
    assert open_acts & {"perform", "urge", "breach", "fulfil"} == offered
