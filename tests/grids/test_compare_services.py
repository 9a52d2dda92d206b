"""What the database says at once of all who stand in one row is what the rule for one person says of each."""

from datetime import timedelta

from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.cells import BadCell
from core.crypto import lookup_hash
from grids.enums import GridPost
from grids.models import Assignment, GridMember, StagedMember
from grids.reports import known_service
from grids.rules.changes import change_services, check_full_time
from grids.rules.identity import ID_HASH
from grids.rules.known import Service
from tests.grids.conftest import TODAY, id_number
from tests.grids.staging import compared, person

# Days next to each other and around today, so that services begin, end, meet and overlap.
DAYS = st.sampled_from([TODAY - timedelta(days=days) for days in (400, 31, 30, 29, 1, 0)])
LASTS = st.none() | st.sampled_from([0, 1, 29, 30, 371, 420])
POSTS = st.sampled_from(["part_time", "full_time", "instructor"])
TOLD = ("grid_id", "starts_on", "ends_on")
PLACES = st.integers(0, 2)  # the last one is under another center


@st.composite
def service(draw, places=PLACES):
    starts_on, lasts = draw(DAYS), draw(LASTS)
    ends_on = None if lasts is None else starts_on + timedelta(days=lasts)
    return {"grid": draw(places), "post": draw(POSTS), "starts_on": starts_on, "ends_on": ends_on}


def possible(services):
    """Return those of the services that the database lets one person have."""
    once = {(one["grid"], one["post"], one["starts_on"]): one for one in services}.values()
    full_time = [one for one in once if one["post"] == "full_time" and one["ends_on"] is None]
    return [one for one in once if one not in full_time[1:]]


def enter(number, services, places):
    """Enter a person with services and return these as the rule takes them."""
    hashed = lookup_hash(id_number(number), context=ID_HASH)
    member = GridMember.objects.create(name="甲", id_number=id_number(number), id_hash=hashed, mobile="1")
    rows = [Assignment(member=member, **one | {"grid": places[one["grid"]]}) for one in possible(services)]
    return [
        known_service(row, is_here=row.grid != places[-1])
        for row in sorted(Assignment.objects.bulk_create(rows), key=lambda row: row.pk)
    ]


def by_the_rule(known, row):
    """Return what is struck out and redated and whether a service begins, or what is wrong."""
    told = Service(id=0, grid_name="", post=GridPost(row["post"]), **{name: row[name] for name in TOLD})
    try:
        change = change_services(known, told, today=TODAY)
        check_full_time(known, told, change)
    except BadCell as error:
        return error.code, str(error)
    redated = [[one.id, str(one.starts_on), one.ends_on and str(one.ends_on)] for one in change.redated]
    return [one.id for one in change.struck], redated, change.begun is not None


def as_told(row):
    """Return the same of a row that was compared, None of a person who cannot be entered here at all."""
    said = {code: text for _, code, text in row.problems if code != "serves_elsewhere"}
    if "not_reachable" in said:
        return None
    return next(iter(said.items()), (row.struck, row.redated, row.begins))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(st.tuples(st.lists(service(), max_size=4), service(st.integers(0, 1))), min_size=6, max_size=12))
def test_one_row_of_a_person_goes_by_the_rule_whatever_their_services(manager, grids, far_grid, people):
    Assignment.objects.all().delete()
    GridMember.objects.all().delete()
    places = [*grids, far_grid]
    known = [enter(number, services, places) for number, (services, _) in enumerate(people, start=1)]
    rows = [
        person(number, places[told["grid"]], name="", **{name: told[name] for name in ("post", "starts_on", "ends_on")})
        for number, (_, told) in enumerate(people, start=1)
    ]
    shown = [*StagedMember.objects.filter(roster_import=compared(manager, *rows)).order_by("number")]
    with translation.override("en"):
        for services, row, staged in zip(known, rows, shown, strict=True):
            assert as_told(staged) in (None, by_the_rule(services, row))
