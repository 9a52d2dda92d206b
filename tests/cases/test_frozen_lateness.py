"""Whatever happens to a matter, what was late stays late, and no end moves without a ground.

Triaged on Wednesday 18 November 2026, due on Monday 23, taken over by the town on Wednesday 25: two days late.
"""

from datetime import timedelta

import pytest

from cases.enums import Category, ClockKind, ClockState, EventKind, Grade
from cases.models import Clock
from cases.services.assign import assign_case
from cases.services.clocks import regrade_clock
from cases.services.events import record
from cases.services.query_code import reissue_query_code
from centers.enums import Role
from disputes.enums import Action, EndReason
from disputes.services.end import end_dispute
from disputes.services.mediate import accept_dispute, record_agreement, start_mediation
from disputes.services.triage import triage_dispute
from disputes.services.verify import confirm_dispute, return_dispute
from supervision.services.sweep import sweep
from tests.cases.papers import with_papers
from tests.factories import (
    LONG_AGO,
    appoint,
    at,
    end_post,
    make_person,
    new_agreement,
    new_ending,
    registered,
    said,
    triaged,
)

NOW = at("2026-11-18")
TAKEN_OVER = at("2026-11-25", 10)
LATER = at("2026-11-26", 10)
FROZEN = ("kind", "state", "late_days", "ended_at", "due_on", "original_due_at")


@pytest.fixture
def case(house):
    case = triaged(house, now=NOW)
    sweep(now=at("2026-11-25", 9))
    return assign_case(case.pk, handler=house.town_mediator, actor=house.town_triage, now=TAKEN_OVER)


def _late(case):
    return list(case.clocks.filter(state=ClockState.LAPSED).order_by("pk").values_list(*FROZEN))


def _comment(house, case):
    record(case, EventKind.SIGNED_FOR, actor=house.town_triage, now=LATER, center="枫桥镇")


def _reassign(house, case):
    other = make_person("other_mediator", Role.MEDIATOR, house.town)
    assign_case(case.pk, handler=other, actor=house.town_triage, now=LATER)


def _close(house, case):
    today = LATER.date()
    accept_dispute(case.pk, said=said(LATER), actor=house.town_mediator, now=LATER)
    start_mediation(case.pk, rights_told_on=today, actor=house.town_mediator, now=LATER)
    record_agreement(case.pk, new_agreement(LATER, case), actor=house.town_mediator, now=LATER)
    confirm_dispute(
        with_papers(case).pk, remark="已核实（示例）", actor=house.county_supervisor, now=LATER + timedelta(days=9)
    )


def _return(house, case):
    new = new_ending(LATER, EndReason.NO_REQUEST)
    end_dispute(case.pk, action=Action.DECLINE, new=new, actor=house.town_mediator, now=LATER)
    return_dispute(case.pk, remark="请再调（示例）", actor=house.county_supervisor, now=LATER + timedelta(days=1))


def _change_people(house, case):
    end_post(house.mediator.posts.get(), ends_on=LATER.date())
    appoint(house.nobody, role=Role.MEDIATOR, center=house.village, starts_on=LONG_AGO)
    reissue_query_code(case.pk, actor=house.clerk, now=LATER)


def _outage(_house, _case):
    sweep(now=at("2027-01-15"))


@pytest.mark.parametrize("happens", [_comment, _reassign, _close, _return, _change_people, _outage])
def test_nothing_that_happens_to_a_matter_moves_or_erases_what_was_late(house, case, happens):
    before = _late(case)
    assert [(row[0], row[2]) for row in before] == [(ClockKind.LVL_VILLAGE, 2)]
    happens(house, case)
    assert _late(case)[:1] == before


@pytest.mark.parametrize("happens", [_comment, _reassign, _close, _return, _change_people, _outage])
def test_nothing_but_a_named_act_moves_the_end_of_a_limit(house, case, happens):
    ends = dict(Clock.objects.values_list("pk", "due_at"))
    happens(house, case)
    assert {pk: due_at for pk, due_at in Clock.objects.values_list("pk", "due_at") if pk in ends} == ends


def test_a_matter_triaged_late_was_triaged_late_whatever_it_is_called_then(house):
    case = registered(house, now=NOW)
    sweep(now=at("2026-11-20", 0))  # the triage limit ended on Thursday; the town has it
    chosen = {"grade": Grade.MAJOR, "category": Category.LABOUR, "handler": house.town_mediator}
    triage_dispute(case.pk, **chosen, actor=house.town_triage, now=at("2026-11-23"))
    row = case.clocks.get(kind=ClockKind.SIGN_FOR)
    assert (row.state, row.late_days, row.due_at) == (ClockState.LAPSED, 4, row.original_due_at)


def test_a_limit_that_is_late_is_not_replaced_by_one_of_another_grade(house):
    case = triaged(house, now=NOW)
    row = case.clocks.get(kind=ClockKind.LVL_VILLAGE)
    row.case.grade = Grade.MAJOR
    assert regrade_clock(row, now=at("2026-11-24", 0)).pk == row.pk
    assert regrade_clock(row, now=at("2026-11-23", 23)).due_on.isoformat() == "2026-11-20"
