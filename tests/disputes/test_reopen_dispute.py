"""A closed dispute is taken up again: a new round with limits of its own, and nothing of the old one moves.

Triaged on Wednesday 18 November 2026, due on Monday 23; agreed on Thursday 26, three days late, at the town by then.
"""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from cases.enums import ClockKind, ClockState, EventKind
from cases.models import Case, Clock, Reopening
from core.errors import DomainError, IllegalTransition
from disputes.models import Dispute
from disputes.services.mediate import accept_dispute, record_agreement, start_mediation
from disputes.services.reopen import reopen_dispute
from disputes.services.verify import confirm_dispute
from supervision.services.sweep import sweep
from tests.cases.papers import with_papers
from tests.factories import at, mediating, new_agreement, race, said

NOW = at("2026-11-18")
THURSDAY = at("2026-11-26")
TUESDAY = at("2026-12-01")


def _closed(house):
    case = mediating(house, now=NOW)
    sweep(now=at("2026-11-25", 9))
    record_agreement(case.pk, new_agreement(THURSDAY, case), actor=house.mediator, now=THURSDAY)
    return confirm_dispute(
        with_papers(case).pk, remark="已核实（示例）", actor=house.town_supervisor, now=at("2026-11-27")
    )


@pytest.fixture
def case(house):
    return _closed(house)


def _reopen(house, case, *, who="town_supervisor", handler="town_mediator"):
    people = getattr(house, handler), getattr(house, who)
    return reopen_dispute(case.pk, handler=people[0], ground="出现新证据（示例）", actor=people[1], now=TUESDAY)


def test_a_new_round_begins_where_the_matter_was_held_with_a_limit_of_its_own(house, case):
    reopened = _reopen(house, case)
    row = case.clocks.get(round=2)
    assert (reopened.stage, reopened.round, reopened.closed_at, reopened.handler) == (
        "triaged",
        2,
        None,
        house.town_mediator,
    )
    assert (row.kind, row.started_on, row.due_on) == (ClockKind.LVL_TOWN, TUESDAY.date(), date(2026, 12, 10))
    assert Case.objects.get(pk=case.pk).due_at == at("2026-12-11", 0)


def test_nothing_of_the_old_round_moves(house, case):
    old = list(Clock.objects.filter(round=1).order_by("pk").values())
    assert [row["late_days"] for row in old if row["kind"] == ClockKind.LVL_VILLAGE] == [3]
    _reopen(house, case)
    sweep(now=at("2026-12-20"))
    assert list(Clock.objects.filter(round=1).order_by("pk").values()) == old


def test_the_query_code_stays_good(house, case):
    before = Case.objects.get(pk=case.pk).query_code_hash
    _reopen(house, case)
    assert Case.objects.get(pk=case.pk).query_code_hash == before


def test_the_ground_is_kept_and_the_timeline_says_so(house, case):
    _reopen(house, case)
    kept = Reopening.objects.get()
    assert (kept.case, kept.round, kept.ground, kept.reopened_by) == (
        case,
        2,
        "出现新证据（示例）",
        house.town_supervisor,
    )
    assert case.events.get(kind=EventKind.REOPENED).data == {"round": 2}


def test_consent_and_rights_are_asked_for_anew_and_the_mediation_has_a_whole_limit_again(house, case):
    _reopen(house, case)
    dispute = Dispute.objects.get(case=case)
    assert (dispute.state, dispute.accepted_on, dispute.rights_told_on) == ("triaged", None, None)
    accept_dispute(case.pk, said=said(TUESDAY), actor=house.town_mediator, now=TUESDAY)
    row = case.clocks.get(kind=ClockKind.MED_GENERAL, round=2)
    assert (row.due_on, row.state) == (date(2027, 1, 4), ClockState.RUNNING)  # 1 January is free, then a weekend


def test_the_second_round_ends_like_the_first_and_may_be_opened_again(house, case):
    _reopen(house, case)
    accept_dispute(case.pk, said=said(TUESDAY), actor=house.town_mediator, now=TUESDAY)
    start_mediation(case.pk, rights_told_on=TUESDAY.date(), actor=house.town_mediator, now=TUESDAY)
    record_agreement(case.pk, new_agreement(TUESDAY, case), actor=house.town_mediator, now=TUESDAY)
    confirm_dispute(with_papers(case).pk, remark="已核实（示例）", actor=house.town_supervisor, now=TUESDAY)
    assert _reopen(house, case, who="county_supervisor").round == 3


def test_only_what_is_closed_is_reopened(house, case):
    _reopen(house, case)
    with pytest.raises(IllegalTransition):
        _reopen(house, case)


def test_a_handler_who_is_not_in_office_there_is_refused(house, case):
    with pytest.raises(DomainError, match="不是"):
        _reopen(house, case, handler="mediator")
    assert Case.objects.get(pk=case.pk).stage == "closed"


@pytest.mark.parametrize("who", ["town_triage", "town_mediator", "mediator", "clerk", "neighbour_town_supervisor"])
def test_nobody_but_a_supervisor_over_the_matter_reopens_it(house, case, who):
    with pytest.raises(Case.DoesNotExist):
        _reopen(house, case, who=who)
    assert not Reopening.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_simultaneous_reopenings_one_counts(house):
    case = _closed(house)
    outcomes = race(lambda: _reopen(house, case), lambda: _reopen(house, case, who="county_supervisor"))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Case", "IllegalTransition"]
    assert case.clocks.filter(round=2).count() == 1


@pytest.mark.parametrize(
    ("values", "rule"),
    [({"ground": ""}, "reopening_has_ground"), ({"round": 1}, "reopening_begins_a_later_round")],
)
def test_the_database_wants_a_ground_and_a_later_round(house, case, values, rule):
    _reopen(house, case)
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Reopening.objects.update(**values)
