"""In any small world: what a list shows, what a row grants and what the offices give are the same."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import Case
from cases.querysets import EXTEND, HANDLE, HOLDERS_ACTS
from cases.reports import permissions_on
from centers.enums import Role
from centers.rules import ADMINISTRATORS, ROLE_PERMISSIONS
from core import clock
from supervision.services.sweep import sweep
from tests.factories import LONG_AGO, appoint, at, make_person, registered, rolled_back, triaged

THEN = at("2025-11-18")
RIGHTS = sorted(set().union(*ROLE_PERMISSIONS.values()))
PLACES = st.sampled_from(["3306", "330681", "330681109", "330681109201", "330681109202", "330681110", "330602"])
DAYS = st.integers(-1, 1)
WORK = st.tuples(st.sampled_from([role for role in Role if role not in ADMINISTRATORS]), PLACES, DAYS)
LOCAL_ADMINISTRATION = st.tuples(st.sampled_from([Role.SYSADMIN, Role.SECADMIN]), PLACES, DAYS)
AUDIT = st.tuples(st.just(Role.AUDITADMIN), st.just("3306"), DAYS)
OFFICES = st.one_of(
    st.lists(WORK, max_size=4, unique_by=lambda office: office[:2]),
    st.lists(LOCAL_ADMINISTRATION, min_size=1, max_size=1),
    st.lists(AUDIT, min_size=1, max_size=1),
)


@pytest.fixture
def matters(house):
    """Return four matters: at the village, climbed to the town, in another town, and held at the top."""
    climbed = registered(house, now=THEN)
    sweep(now=at("2025-11-20", 0))
    far = triaged(house, now=at("2025-11-20"))
    places = {level: house.centers[code] for level, code in (("village", "330681110201"), ("town", "330681110"))}
    Case.objects.filter(pk=far.pk).update(**places, holder=places["village"], grid=None)
    near = triaged(house, now=at("2025-11-20"))
    top = registered(house, now=THEN)
    Case.objects.filter(pk=top.pk).update(holder=house.centers["3306"])
    return list(Case.objects.filter(pk__in=[climbed.pk, far.pk, near.pk, top.pk]).select_related("village", "holder"))


def _may(offices, house, case, right, *, is_handler):
    """Say from the offices alone whether they give a right on a case: the reference, without a query."""
    reach = [
        house.centers[code].path
        for role, code, days in offices
        if days >= 0 and right in ROLE_PERMISSIONS[role] and case.village.path.startswith(house.centers[code].path)
    ]
    if right in HOLDERS_ACTS:
        return any(case.holder.path.startswith(path) for path in reach)
    if right == EXTEND:
        above = any(case.holder.path.startswith(path) and case.holder.path != path for path in reach)
        tops = [house.centers[code] for role, code, days in offices if days >= 0 and role is Role.CENTER_DIRECTOR]
        return above or (case.holder.parent_id is None and case.holder in tops)
    return bool(reach) and (right != HANDLE or is_handler)


def _appointed(house, offices):
    person = make_person("somebody")
    for role, code, days in offices:
        ends_on = clock.today() + timedelta(days=days)
        appoint(person, role=role, center=house.centers[code], starts_on=LONG_AGO, ends_on=ends_on)
    return person


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(offices=OFFICES, mine=st.integers(0, 3))
def test_list_and_instance_and_rights_agree_with_the_offices_in_any_small_world(house, matters, offices, mine):
    with rolled_back():
        person, keys = _appointed(house, offices), [row.pk for row in matters]
        Case.objects.filter(pk=matters[mine].pk).update(handler=person)
        seen = set(Case.objects.visible_to(person))
        reached = {right: set(Case.objects.reachable_by(person, right).filter(pk__in=keys)) for right in RIGHTS}
        assert seen == set(Case.objects.visible_to(person).filter(pk__in=keys))
        for index, case in enumerate(Case.objects.filter(pk__in=keys).order_by("pk")):
            is_handler = case.handler_id == person.pk
            rights = {right for right in RIGHTS if _may(offices, house, case, right, is_handler=is_handler)}
            assert permissions_on(person, case) == rights, index
            assert (case in seen) == bool(rights & {"cases.view_case", HANDLE})
            assert {right for right in RIGHTS if case in reached[right]} == rights
