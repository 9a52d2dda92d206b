import pytest

from cases.enums import EventKind, Stage
from cases.models import Case
from core.errors import IllegalTransition
from disputes.services.mediate import record_agreement
from disputes.services.verify import confirm_dispute, return_dispute
from supervision.services.sweep import sweep
from tests.cases.papers import with_papers
from tests.factories import agreed, at, mediating, new_agreement, terminated

NOW = at("2026-11-18")
LATER = at("2026-11-26")


def _return(case, house, actor="town_supervisor", now=LATER):
    return return_dispute(case.pk, remark="缺少签字", actor=getattr(house, actor), now=now)


@pytest.mark.parametrize(
    ("stage", "state", "back_at"), [(agreed, "mediating", Stage.HANDLING), (terminated, "triaged", Stage.TRIAGED)]
)
def test_a_returned_result_goes_back_to_where_the_mediator_can_go_on(house, stage, state, back_at):
    case = Case.objects.get(pk=_return(stage(house, now=NOW), house).pk)
    assert (case.dispute.state, case.stage, case.closed_at) == (state, back_at, None)
    assert (case.results.get().is_confirmed, case.results.get().remark) == (False, "缺少签字")


def test_the_clocks_have_never_stopped(house):
    case = agreed(house, now=NOW)
    dates = set(case.clocks.values_list("kind", "started_on", "due_on"))
    _return(case, house)
    assert set(case.clocks.values_list("kind", "started_on", "due_on")) == dates
    assert Case.objects.get(pk=case.pk).due_at == at("2026-11-24", 0)


def test_the_delay_shows_in_the_notice_as_soon_as_the_result_is_back(house):
    case = _return(agreed(house, now=NOW), house)
    sweep(now=LATER)
    assert case.events.get(kind=EventKind.ESCALATED).recorded_at == LATER
    assert case.notices.get().facts["late_days"] == 3


def test_a_result_returned_in_time_is_warned_about_as_if_nothing_had_been_reported(house):
    case = _return(agreed(house, now=NOW), house, now=at("2026-11-19"))
    sweep(now=at("2026-11-20", 9))
    assert case.events.filter(kind=EventKind.PREWARNED).exists()


def test_the_second_agreement_has_the_next_number_and_closes_the_matter(house):
    case = _return(agreed(house, now=NOW), house)
    second = record_agreement(case.pk, new_agreement(LATER, case), actor=house.mediator, now=LATER)
    confirm_dispute(with_papers(case).pk, remark="", actor=house.town_supervisor, now=LATER)
    assert (second.number[-6:], Case.objects.get(pk=case.pk).stage) == ("第0002号", Stage.CLOSED)


def test_without_a_result_there_is_nothing_to_return(house):
    with pytest.raises(IllegalTransition):
        _return(mediating(house, now=NOW), house)


@pytest.mark.parametrize("actor", ["mediator", "village_triage", "neighbour_town_supervisor", "nobody"])
def test_without_the_right_to_verify_there_is_no_such_matter(house, actor):
    case = agreed(house, now=NOW)
    with pytest.raises(Case.DoesNotExist):
        _return(case, house, actor)
    assert Case.objects.get(pk=case.pk).stage == Stage.REPORTED
