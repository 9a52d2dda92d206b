"""No limit is ever counted past the loaded calendar: every service that starts one refuses, and nothing is written.

The calendar here ends on Tuesday 24 November 2026.
"""

from datetime import timedelta

import pytest

from cases.enums import ClockKind, EventKind, Grade, Step
from cases.models import Case, Clock, ClockStep, Event
from centers.models import WorkCalendarDay
from centers.services.load_calendar import load_calendar
from core.errors import CalendarMissing
from core.models import NumberSeries
from disputes.models import Dispute
from disputes.services.mediate import accept_dispute
from disputes.services.triage import triage_dispute
from supervision.models import SupervisionNotice
from supervision.services.answer import reply_to_notice, return_notice, sign_for_notice
from supervision.services.sweep import sweep
from tests.factories import at, noticed, registered, said, triaged

NOW = at("2026-11-18")
CUT = "2026-11-24"
TRIAGE = {"grade": Grade.GENERAL, "now": NOW}


def _cut(day=CUT):
    WorkCalendarDay.objects.filter(date__gt=day).delete()


def _traces():
    """Return what a refused act must not have changed."""
    return (
        list(Clock.objects.order_by("pk").values()),
        list(ClockStep.objects.order_by("pk").values()),
        list(Event.objects.order_by("pk").values("kind", "case")),
        list(Case.objects.order_by("pk").values()),
        list(Dispute.objects.order_by("pk").values()),
        list(NumberSeries.objects.order_by("pk").values()),
    )


def _refused(act):
    before = _traces()
    with pytest.raises(CalendarMissing, match="2026年的工作日历未载入"):
        act()
    assert _traces() == before


def test_a_matter_is_not_registered_without_a_calendar_for_its_limit_and_its_number_is_not_used_up(house):
    _cut("2026-11-18")
    _refused(lambda: registered(house, now=NOW))
    assert not Case.objects.exists()


def test_triage_starts_no_limit_past_the_calendar(house):
    case = registered(house, now=NOW)
    _cut()
    _refused(lambda: _triage(house, case))


def _triage(house, case):
    triage_dispute(case.pk, category=case.category, handler=house.mediator, actor=house.village_triage, **TRIAGE)


def test_acceptance_starts_no_limit_past_the_calendar(house):
    case = triaged(house, now=NOW)
    _cut()
    _refused(lambda: accept_dispute(case.pk, said=said(NOW), actor=house.mediator, now=NOW))


def test_a_returned_answer_starts_no_limit_past_the_calendar(house):
    notice = noticed(house, now=NOW)
    now = at("2026-11-24", 9)
    sign_for_notice(notice.pk, actor=house.unit_leader, now=now)
    reply_to_notice(notice.pk, reply="已在调解（示例）", actor=house.unit_leader, now=now)
    _cut()
    _refused(lambda: return_notice(notice.pk, verdict="不具体（示例）", actor=house.town_supervisor, now=now))


@pytest.mark.parametrize(
    ("step", "moment", "done"),
    [
        (Step.CLIMB, at("2026-11-24", 0, 1), lambda case: case.events.filter(kind=EventKind.ESCALATED).count()),
        (Step.YELLOW, at("2026-11-24", 9), lambda case: SupervisionNotice.objects.filter(case=case).count()),
    ],
)
def test_a_step_that_would_start_one_is_set_aside_and_fires_once_the_year_is_loaded(house, step, moment, done):
    case = triaged(house, now=NOW)
    _cut()
    sweep(now=moment)
    aside = ClockStep.objects.get(clock__case=case, clock__kind=ClockKind.LVL_VILLAGE, step=step)
    assert (aside.fired_at, aside.failed_at, done(case)) == (None, moment, 0)
    assert aside.error.startswith("CalendarMissing")
    load_calendar([2026], now=moment)
    sweep(now=moment + timedelta(hours=1))
    assert (ClockStep.objects.get(pk=aside.pk).fired_at is not None, done(case)) == (True, 1)


def test_other_steps_go_on_beside_one_that_is_set_aside(house):
    case = triaged(house, now=NOW)
    _cut()
    sweep(now=at("2026-11-24", 0, 1))
    fired = ClockStep.objects.filter(clock__case=case, clock__kind=ClockKind.LVL_VILLAGE).exclude(fired_at=None)
    assert set(fired.values_list("step", flat=True)) == {Step.REMIND, Step.PREWARN}


def test_a_page_says_what_is_missing_and_keeps_what_was_typed(house, client, monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: NOW)
    case = triaged(house, now=NOW)
    _cut()
    client.force_login(house.mediator)
    answer = client.post(f"/admin/cases/case/{case.pk}/act/accept/", {"said_on": "2026-11-18", "said_how": "oral"})
    assert (answer.status_code, "工作日历未载入" in answer.content.decode()) == (422, True)
