"""Whatever happens to a matter, in whatever order: what must hold of its limits holds after every single act.

A machine lives one matter through starts, pauses, extensions, reassignments, returns, closings, reopenings, new grades,
changes of the calendar, recusals, and sweeps that come in time, late or not at all, and looks at every row each time.
"""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Count, Min, Q
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cases.enums import Category, ClockKind, ClockState, EventKind, Grade, PauseReason, Stage, Step
from cases.models import Case, Clock, ClockStep
from cases.rules.kinds import KINDS_THAT_MAKE_A_CASE_LATE, LEVEL_CLOCKS, NOTICE_KINDS
from cases.services.assign import assign_case
from cases.services.clocks import regrade_clock, start_clock
from cases.services.events import record
from cases.services.extend import NewExtension, ask_extension, grant_extension, refuse_extension
from cases.services.move import replan_clocks
from cases.services.pause import end_pause, start_pause
from cases.services.recuse import recuse_center
from centers.enums import Role
from centers.models import WorkCalendarDay
from core import clock
from core.errors import DomainError
from core.jobs import system_account
from disputes.rules import ends
from disputes.services.end import end_dispute
from disputes.services.mediate import accept_dispute, start_mediation
from disputes.services.reopen import reopen_dispute
from disputes.services.verify import confirm_dispute, return_dispute
from supervision.services.sweep import sweep
from tests.cases.papers import with_papers
from tests.cases.slow_reference import last_day
from tests.factories import at, make_person, mediating, new_ending, said

ENDS = (Step.CLIMB, Step.LAPSE, Step.RESUME)
MOMENTS = st.builds(
    lambda days, hour: at("2026-01-05", hour) + timedelta(days=days), st.integers(0, 290), st.integers(8, 18)
)
STARTABLE = [ClockKind.PET_HANDLE, ClockKind.PET_REREVIEW, ClockKind.MED_COURT_ORD, ClockKind.MED_GENERAL]
EXTENDED = [ClockKind.PET_HANDLE, ClockKind.MED_MEDICAL, ClockKind.MED_COURT_ORD, *LEVEL_CLOCKS.values()]
OVER = Q(ended_at__isnull=False)


class LifeOfAMatter(RuleBasedStateMachine):
    """One matter of the city, from the moment its mediation has begun. What was seen is remembered and compared."""

    house = None

    def __init__(self):
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        self.fired, self.frozen, self.ends, self.first_ends = {}, {}, {}, {}

    def teardown(self):
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    @initialize(now=MOMENTS)
    def begin(self, now):
        self.now = now
        self.case_id = mediating(self.house, now=now, category=Category.MEDICAL).pk

    @property
    def case(self) -> Case:
        return Case.objects.select_related("holder", "handler").get(pk=self.case_id)

    def attempt(self, act):
        """Do what the rules let be done now; what they refuse must leave no trace, which the invariants look for."""
        with suppress(DomainError, ObjectDoesNotExist), transaction.atomic():
            act()

    @property
    def whoever_handles(self):
        """The handler, or somebody who may do nothing where nobody handles it."""
        return self.case.handler or self.house.nobody

    def handler_at(self, center):
        return self.house.people[f"mediator_of_{center.level}"]

    @rule(hours=st.integers(1, 150), is_swept=st.booleans())
    def tick(self, hours, is_swept):
        self.now += timedelta(hours=hours)
        if is_swept:
            sweep(now=self.now)

    @rule(kind=st.sampled_from(STARTABLE))
    def start(self, kind):
        case = self.case
        if case.closed_at is None and case.stage != Stage.REPORTED and not case.clocks.filter(kind=kind).exists():
            start_clock(case, kind, now=self.now)

    @rule(reason=st.sampled_from(PauseReason))
    def pause(self, reason):
        who = self.whoever_handles
        self.attempt(lambda: start_pause(self.case_id, reason=reason, ground="示例", actor=who, now=self.now))

    @rule()
    def resume(self):
        self.attempt(lambda: end_pause(self.case_id, actor=self.house.city_supervisor, now=self.now))

    @rule(kind=st.sampled_from(EXTENDED), amount=st.integers(1, 30), is_granted=st.booleans(), hours=st.integers(0, 30))
    def extend(self, kind, amount, is_granted, hours):
        self.attempt(lambda: self._extend(kind, amount, is_granted=is_granted, later=timedelta(hours=hours)))

    def _extend(self, kind, amount, *, is_granted, later):
        row = self.case.clocks.open().get(kind=kind)
        new = NewExtension(row.pk, min(amount, row.amount), "示例", clock.local_day(self.now))
        asked = ask_extension(self.case_id, new=new, actor=self.whoever_handles, now=self.now)
        decide = grant_extension if is_granted else refuse_extension
        self.now += later
        decide(asked.pk, remark="示例", actor=self.house.city_supervisor, now=self.now)

    @rule()
    def reassign(self):
        handler = self.handler_at(self.case.holder)
        who = self.house.city_supervisor
        self.attempt(lambda: assign_case(self.case_id, handler=handler, actor=who, now=self.now))

    @rule(grade=st.sampled_from(Grade))
    def regrade(self, grade):
        Case.objects.filter(pk=self.case_id).update(grade=grade)
        for row in self.case.clocks.running().filter(kind__in=LEVEL_CLOCKS.values(), pauses=None, extensions=None):
            if self.case.stage in {Stage.TRIAGED, Stage.HANDLING}:
                self.attempt(lambda row=row: regrade_clock(row, now=self.now))

    @rule()
    def report(self):
        who = self.whoever_handles
        for action, end in ends.ENDS.items():
            new = new_ending(self.now, end.reasons[0])
            self.attempt(
                lambda way=action, new=new: end_dispute(self.case_id, action=way, new=new, actor=who, now=self.now)
            )

    @rule(is_confirmed=st.booleans())
    def judge(self, is_confirmed):
        decide = confirm_dispute if is_confirmed else return_dispute
        who = self.house.city_supervisor
        case = with_papers(self.case) if self.case.stage == Stage.REPORTED else self.case
        self.attempt(lambda: decide(case.pk, remark="示例", actor=who, now=self.now))

    @rule()
    def accept(self):
        today, who = clock.local_day(self.now), self.whoever_handles
        self.attempt(lambda: accept_dispute(self.case_id, said=said(self.now), actor=who, now=self.now))
        self.attempt(lambda: start_mediation(self.case_id, rights_told_on=today, actor=who, now=self.now))

    @rule()
    def reopen(self):
        people = {"handler": self.handler_at(self.case.holder), "actor": self.house.city_supervisor}
        self.attempt(lambda: reopen_dispute(self.case_id, **people, ground="示例", now=self.now))

    @rule()
    def recuse(self):
        given = {"center": self.case.holder, "ground": "示例", "actor": self.house.city_supervisor}
        if self.case.holder.level in {"village", "town"}:
            self.attempt(lambda: recuse_center(self.case_id, **given, now=self.now))

    @rule(days=st.integers(-20, 60), is_workday=st.booleans())
    def change_the_calendar(self, days, is_workday):
        on = clock.local_day(self.now) + timedelta(days=days)
        WorkCalendarDay.objects.filter(date=on, center=None).update(is_workday=is_workday)
        if self.case.closed_at is not None:
            return
        rows = list(self.case.clocks.running().select_related("case", "holder"))
        was = {row.pk: row.due_on for row in rows}
        replan_clocks(rows, today=clock.local_day(self.now), now=self.now)
        for row in rows:
            if row.due_on != was[row.pk]:
                days_of = {"was_on": was[row.pk].isoformat(), "due_on": row.due_on.isoformat()}
                record(row.case, EventKind.CLOCK_MOVED, actor=system_account(), now=self.now, clock=row.kind, **days_of)

    # What must hold after every act.

    @invariant()
    def no_step_is_refused_and_each_fires_once_at_most(self):
        assert not ClockStep.objects.exclude(failed_at=None).exists()
        fired = ClockStep.objects.exclude(fired_at=None)
        counted = fired.values("clock", "step").annotate(times=Count("pk")).order_by()
        assert {row["times"] for row in counted} <= {1}

    @invariant()
    def what_has_fired_stays_as_it_was(self):
        now = dict(ClockStep.objects.exclude(fired_at=None).values_list("pk", "fired_at"))
        assert {pk: at for pk, at in now.items() if pk in self.fired} == self.fired
        self.fired = now

    @invariant()
    def what_was_late_stays_late_by_as_many_days(self):
        over = {row.pk: (row.state, row.late_days, row.ended_at, row.due_on) for row in Clock.objects.filter(OVER)}
        assert {pk: how for pk, how in over.items() if pk in self.frozen} == self.frozen
        for state, late_days, ended_at, due_on in over.values():
            days = (clock.local_day(ended_at) - due_on).days
            assert state == ClockState.CANCELLED or (late_days or 0) == max(0, days)
        self.frozen = over

    @invariant()
    def the_first_end_of_a_limit_never_changes(self):
        first = dict(Clock.objects.values_list("pk", "original_due_at"))
        assert {pk: at for pk, at in first.items() if pk in self.first_ends} == self.first_ends
        self.first_ends = first

    @invariant()
    def a_limit_that_runs_ends_on_the_day_that_a_walk_finds(self):
        for row in Clock.objects.running().exclude(unit_of_time="hours"):
            assert row.due_on == last_day(row), row.kind
            assert row.due_at == clock.end_of(row.due_on)

    @invariant()
    def no_end_moves_without_a_ground_on_record(self):
        now = {row.pk: (row.due_at, _grounds(row)) for row in Clock.objects.all()}
        for pk, (due_at, grounds) in self.ends.items():
            assert now[pk][0] == due_at or now[pk][1] > grounds
        self.ends = now

    @invariant()
    def the_case_is_due_by_the_nearest_limit_that_runs(self):
        if not hasattr(self, "case_id"):
            return
        running = Clock.objects.running().filter(case=self.case_id, kind__in=KINDS_THAT_MAKE_A_CASE_LATE)
        assert self.case.due_at == running.aggregate(nearest=Min("due_at"))["nearest"]

    @invariant()
    def what_a_limit_does_at_its_end_is_neither_lost_nor_done_while_it_does_not_run(self):
        for step in ClockStep.objects.filter(step__in=ENDS, fired_at=None).select_related("clock__case"):
            row, waits = step.clock, step.cancelled_at is None
            is_held = row.case.stage == Stage.REPORTED and row.kind not in NOTICE_KINDS
            runs = row.state == ClockState.RUNNING and row.case.closed_at is None
            if runs and row.round == row.case.round:
                assert waits is not is_held, (row.kind, step.step)
                assert step.at >= row.due_at
            elif row.state == ClockState.PAUSED:
                assert not waits


def _grounds(row):
    """Return how many grounds for another end a clock has on record."""
    moved = row.case.events.filter(kind=EventKind.CLOCK_MOVED, data__clock=row.kind).count()
    granted = row.extensions.filter(state="granted").count()
    return moved + granted + row.pauses.exclude(ended_at=None).count()


@pytest.fixture
def staffed(house):
    """Return the city with a mediator at every level that takes matters, and a supervisor over all of it."""
    house.people["mediator_of_village"], house.people["mediator_of_town"] = house.mediator, house.town_mediator
    house.people["mediator_of_county"] = make_person("county_mediator", Role.MEDIATOR, house.centers["330681"])
    house.people["mediator_of_city"] = make_person("city_mediator", Role.MEDIATOR, house.centers["3306"])
    house.people["city_supervisor"] = make_person("city_supervisor", Role.SUPERVISOR, house.centers["3306"])
    system_account()
    return house


def test_whatever_happens_in_whatever_order_the_limits_hold(staffed):
    class InThisCity(LifeOfAMatter):
        house = staffed

    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        InThisCity,
        settings=settings(max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=checks),
    )
