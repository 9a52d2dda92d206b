"""Which disputes can be heard together and who speaks for whom, as tables without a database."""

from datetime import date, timedelta

import pytest

from cases.enums import Sensitivity
from disputes.enums import State
from disputes.rules.groups import are_few_enough, bar_to_grouping, makes_a_group, may_be_chosen_on, speaks_for
from tests.factories import at

NOW = at("2026-11-18")


@pytest.mark.parametrize("state", State)
def test_only_what_is_accepted_or_in_mediation_is_heard_together(state):
    bar = bar_to_grouping(state, Sensitivity.NORMAL, is_flagged=False)
    assert (bar is None) is (state in {State.ACCEPTED, State.MEDIATING})


@pytest.mark.parametrize(("kept", "is_flagged"), [("normal", True), ("confidential", False), ("sealed", False)])
def test_a_dispute_kept_closely_or_with_somebody_in_danger_is_heard_with_no_other(kept, is_flagged):
    assert bar_to_grouping(State.MEDIATING, Sensitivity(kept), is_flagged=is_flagged)


def test_five_are_few_enough_and_one_dispute_is_no_group():
    assert [are_few_enough(number) for number in (0, 5, 6)] == [True, True, False]
    assert [makes_a_group(number) for number in (0, 1, 2)] == [False, False, True]


@pytest.mark.parametrize(("day", "may"), [(16, False), (17, False), (18, True), (19, True), (20, False)])
def test_the_parties_choose_between_the_day_the_last_dispute_came_in_and_today(day, may):
    received_on = [date(2026, 11, 17), date(2026, 11, 18)]
    assert may_be_chosen_on(date(2026, 11, day), received_on=received_on, today=date(2026, 11, 19)) is may


def test_a_representative_binds_who_was_in_the_group_by_then():
    later = (timedelta(0), timedelta(microseconds=1))
    assert [speaks_for(named_at=NOW, joined_at=NOW + after) for after in later] == [True, False]
