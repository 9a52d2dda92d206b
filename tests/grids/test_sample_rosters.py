import random
import time

import pytest

from demo.rosters import sample_members, seed_grids_and_members
from grids.models import Assignment, Grid, GridMember
from grids.rules import cells
from grids.rules.identity import check_id_number
from tests.grids.conftest import TODAY


def test_sample_people_are_plainly_samples_and_pass_every_rule():
    people = list(sample_members(300, random.Random(1)))  # noqa: S311 - a sample
    for person in people:
        assert check_id_number(person.id_number, today=TODAY)
        assert cells.check_name(person.name)[:2] in {"样本", "示例"}
        assert cells.check_mobile(person.mobile).startswith("1380000")
    assert len({person.id_number for person in people}) == 300


@pytest.fixture
def seed(bridge, neighbour):
    return lambda count: seed_grids_and_members([bridge, neighbour], count, TODAY, random.Random(7))  # noqa: S311 - a sample


def test_the_seed_fills_grids_once(seed):
    grids = seed(20)
    assert (len(grids), GridMember.objects.count()) == (6, 20)
    assert set(Grid.objects.values_list("town__name", flat=True)) == {"枫桥镇", "邻镇（示例）"}
    assert Assignment.objects.filter(post="grid_leader", ends_on=None).count() == 6
    assert seed(20) == grids
    assert GridMember.objects.count() == 20


def test_two_thousand_people_are_seeded_quickly(seed):
    before = time.perf_counter()
    seed(2000)
    assert GridMember.objects.count() == 2000
    assert time.perf_counter() - before < 10
