"""The ledger bites: an effect too many, one that is missing and one that never comes are each told."""

import pytest

from faults.intended import intended
from faults.ledger import Verdict, _judge_numbers, judge
from faults.matters import CLOSED, COUNTY, MEDIATION, POISONED, TOWN, UNTRIAGED, VILLAGE, Matter
from supervision.models import SupervisionNotice
from tests.factories import at, noticed

NOW = at("2026-11-18")
STORIES = [VILLAGE, UNTRIAGED, TOWN, COUNTY, MEDIATION, CLOSED, POISONED]


def _judged(story=VILLAGE, *, effect="", more=0):
    matter = Matter(story, ())
    found = intended(matter)
    found[effect] += more
    verdict = Verdict()
    judge(verdict, 1, matter, +found)
    return len(verdict.lost), len(verdict.double), len(verdict.stuck)


@pytest.mark.parametrize("story", STORIES)
def test_what_was_intended_is_neither_lost_nor_double_nor_stuck(story):
    assert _judged(story) == (0, 0, 0)


@pytest.mark.parametrize("effect", ["moved village town", "notice LVL_VILLAGE by town", "fired LVL_VILLAGE remind"])
def test_an_effect_that_is_there_twice_is_double(effect):
    assert _judged(effect=effect, more=1) == (0, 1, 0)


@pytest.mark.parametrize("effect", ["moved village town", "notice LVL_VILLAGE by town", "message LVL_VILLAGE climb"])
def test_an_effect_that_is_missing_is_lost(effect):
    assert _judged(effect=effect, more=-1) == (1, 0, 0)


def test_a_step_that_has_not_fired_is_stuck():
    assert _judged(effect="fired LVL_VILLAGE yellow", more=-1) == (0, 0, 1)


def test_a_sound_step_that_was_set_aside_is_stuck():
    assert _judged(effect="set aside LVL_VILLAGE climb", more=1) == (0, 0, 1)


def test_a_gap_in_the_numbers_of_notices_is_a_loss(house):
    for _ in range(2):
        noticed(house, now=NOW)
    second = SupervisionNotice.objects.get(number__contains="0002")
    SupervisionNotice.objects.filter(pk=second.pk).update(number=second.number.replace("0002", "0004"))
    verdict = Verdict()
    _judge_numbers(verdict)
    assert [text.rpartition(" ")[2] for text in verdict.lost] == ["2", "3"]
