"""However a small tree is reorganised, everything in it stays consistent, and the past stays what it was."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import Case
from centers.enums import Level, ReorganisationKind
from centers.models import Center
from centers.reports.reorganisation import TreeChange, ends_by_default, posts_concerned
from centers.rules import LEVELS
from centers.services.reorganise import Decision, reorganise
from core import clock
from core.errors import DomainError
from disputes.services.register import register_dispute
from grids.models import Grid
from tests.factories import make_person, new_case, rolled_back

CHANGES = st.tuples(st.sampled_from(list(ReorganisationKind)), st.integers(0, 9), st.integers(0, 9))


def _figures(centers, *, on):
    return {
        center.code: set(Case.objects.belonging_to(center, on=on).values_list("pk", flat=True)) for center in centers
    }


def _try(change, actor, now):
    posts = posts_concerned(change, on=clock.local_day(now))
    decision = Decision(
        change, "示例", frozenset(post.pk for post in posts), frozenset(ends_by_default(posts, change.target))
    )
    try:
        reorganise(decision, actor=actor, now=now)
    except DomainError:
        return


def _check_tree(centers):
    for center in Center.objects.exclude(parent=None).select_related("parent"):
        assert center.path == f"{center.parent.path}{center.code}/"
        is_below = LEVELS.index(Level(center.level)) - LEVELS.index(Level(center.parent.level))
        assert is_below == (1 if center.closed_on is None else 0)


def _check_places():
    for row in (*Case.objects.all(), *Grid.objects.all()):
        place = [pk for level in Level.values if (pk := getattr(row, f"{level}_id"))]
        found = {center.pk: center for center in Center.objects.filter(pk__in=place)}
        lowest = found[place[-1]]
        assert lowest.closed_on is None
        assert [found[pk].code for pk in place] == lowest.path.strip("/").split("/")
    assert not Case.objects.open().exclude(holder__closed_on=None).exists()


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(CHANGES, min_size=1, max_size=4))
def test_any_reorganisation_leaves_a_tree_its_matters_and_the_past(house, changes):
    now, centers = clock.now(), sorted(house.centers.values(), key=lambda center: center.code)
    yesterday = clock.local_day(now) - timedelta(days=1)
    with rolled_back():
        window = make_person("window", "intake_clerk", house.centers["3306"])
        for center in centers[1::2]:
            register_dispute(new_case(house, place=center, grid=None), actor=window, received_at=now, now=now)
        before = _figures(centers, on=yesterday)
        for kind, one, other in changes:
            rows = Center.objects.in_bulk([centers[one].pk, centers[other].pk])
            _try(TreeChange(kind, rows[centers[one].pk], rows[centers[other].pk]), house.secadmin, now)
        assert _figures(centers, on=yesterday) == before
        _check_tree(centers)
        _check_places()
