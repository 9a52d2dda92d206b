"""Hearings: held while it is decided, recorded whole, and in a re-review not counted."""

from dataclasses import replace

import pytest

from cases.enums import PauseReason
from cases.models import Case
from cases.services.pause import end_pause, start_pause
from core.errors import DomainError, IllegalTransition
from petitions.services.hearing import NewHearing, record_hearing
from tests.factories import at
from tests.petitions.higher import asked, named, open_to_rereview, open_to_review
from tests.petitions.office import accepted

NOW = at("2026-03-02")
LATER = at("2026-03-10")
NEW = NewHearing(
    LATER.date(), "综治中心（示例）", "李主持（示例）", "信访人、承办单位（示例）", "陈述（示例）", "认定（示例）"
)


def _hear(house, case, by="petition_handler", **changes):
    return record_hearing(case.pk, new=replace(NEW, **changes), actor=getattr(house, by), now=LATER)


@pytest.mark.parametrize("part", ["place", "chair", "participants", "statements", "findings"])
def test_a_hearing_is_recorded_whole(house, part):
    case = accepted(house, now=NOW)
    with pytest.raises(DomainError):
        _hear(house, case, **{part: " "})
    assert _hear(house, case).instance == "handling"


@pytest.mark.parametrize("day", ["2026-03-01", "2026-03-11"])
def test_it_was_held_on_a_day_that_can_be(house, day):
    case = accepted(house, now=NOW)
    with pytest.raises(DomainError):
        _hear(house, case, held_on=at(day).date())


def test_only_while_it_is_decided_and_by_whom_it_lies_with(house):
    case = open_to_review(house, now=NOW)
    with pytest.raises(IllegalTransition):
        _hear(house, case)
    case = named(house, asked(house, case, now=LATER), now=LATER)
    with pytest.raises(Case.DoesNotExist):
        _hear(house, case)
    assert _hear(house, case, by="county_reviewer").instance == "review"


def test_what_a_hearing_takes_in_a_re_review_is_not_counted(house):
    case = named(house, asked(house, open_to_rereview(house, now=NOW), now=LATER), now=LATER, level="city")
    reason = {"reason": PauseReason.REREVIEW_HEARING, "ground": "示例", "actor": house.city_reviewer}
    start_pause(case.pk, **reason, now=at("2026-03-16"))
    end_pause(case.pk, actor=house.city_reviewer, now=at("2026-03-20", 18))
    due_on = Case.objects.get(pk=case.pk).clocks.get(kind="PET_REREVIEW").due_on
    assert due_on.isoformat() == "2026-04-13"  # thirty days after 10 March, and the four from the 17th to the 20th
