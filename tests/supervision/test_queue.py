"""What stands in the escalation queue, in which order, on which page, and how it is counted."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse

from cases.enums import ClockKind
from cases.models import Case
from cases.services.assign import assign_case
from supervision.pages.queue import chosen_filter, chosen_start, queue_context
from supervision.reports import (
    PAGE_SIZE,
    TABS,
    QueueFilter,
    filtered_queue,
    queue_page,
    queue_scope,
)
from supervision.reports.lines import Sent
from supervision.reports.tallies import tallies_of
from supervision.services.sweep import sweep
from tests.factories import agreed, at, noticed, paused, registered, triaged

NOW = at("2026-11-18")
MORNING = at("2026-11-24", 8, 30)


def _tabs_of(case, user, now):
    return {name for name in TABS if case in filtered_queue(queue_scope(user), QueueFilter(name), now=now)}


@pytest.mark.parametrize(
    ("now", "tabs"),
    [
        (at("2026-11-21", 23, 59), {"all"}),
        (at("2026-11-22", 0), {"all", "soon"}),
        (at("2026-11-23", 23, 59), {"all", "soon"}),
        (at("2026-11-24", 0), {"all", "late"}),
        (at("2026-12-03", 23, 59), {"all", "late"}),
        (at("2026-12-04", 0), {"all", "late", "threefold"}),  # five days allowed, ten days over
    ],
)
def test_a_matter_moves_from_soon_to_late_to_three_times_late_by_the_day(house, now, tabs):
    assert _tabs_of(triaged(house, now=NOW), house.town_supervisor, now) == tabs


def test_what_climbed_what_is_to_verify_and_what_is_unanswered_have_tabs_of_their_own(house):
    climbed = noticed(house, now=NOW).case
    reported = agreed(house, now=MORNING)
    assert "unanswered" not in _tabs_of(climbed, house.town_supervisor, at("2026-11-27", 23, 59))
    assert _tabs_of(climbed, house.town_supervisor, at("2026-11-28", 0)) >= {"climbed", "unanswered", "late"}
    assert "verify" in _tabs_of(reported, house.town_supervisor, MORNING)


@pytest.mark.parametrize("user", ["neighbour_town_supervisor", "other_county_supervisor", "village_triage", "nobody"])
def test_only_who_supervises_the_subtree_has_a_queue(house, user):
    case = triaged(house, now=NOW)
    assert _tabs_of(case, house.county_supervisor, MORNING) == {"all", "late"}
    assert _tabs_of(case, getattr(house, user), MORNING) == set()


def test_the_counts_on_the_tabs_are_those_of_their_lists(house):
    for build in (registered, triaged, agreed):
        build(house, now=NOW)
    paused(house, now=NOW, since=NOW)
    noticed(house, now=NOW)
    ever = set()
    for now in (NOW, at("2026-11-22", 0), at("2026-11-28", 0), at("2026-12-01"), at("2026-12-04", 0), at("2027-02-01")):
        scope = queue_scope(house.town_supervisor)
        lists = {name: filtered_queue(scope, QueueFilter(name), now=now).count() for name in TABS}
        assert tallies_of(scope, now=now).tabs == lists
        ever |= {name for name, count in lists.items() if count}
    assert ever == set(TABS)


def test_whoever_supervises_nothing_has_noughts(house):
    noticed(house, now=NOW)
    tallies = tallies_of(queue_scope(house.nobody), now=MORNING)
    assert (tallies.tabs, tallies.matrix.rows) == (dict.fromkeys(TABS, 0), [])


def test_a_row_tells_where_it_climbed_and_what_was_sent(house):
    case = triaged(house, now=NOW)
    for moment in (at("2026-11-20", 9), MORNING):
        sweep(now=moment)
    ((row,), following) = queue_page(queue_scope(house.town_supervisor), QueueFilter("late"), after=None, now=MORNING)
    assert (row.sent.way, row.sent.reminders, following) == (("枫源村", "枫桥镇"), 2, None)
    assert [notice.number for notice in row.sent.notices] == [notice.number for notice in case.notices.all()]
    assert row.sent.is_to_sign_for


def test_a_row_of_a_new_matter_says_that_nothing_was_sent_yet(house):
    registered(house, now=NOW)
    ((row,), _following) = queue_page(queue_scope(house.town_supervisor), QueueFilter("all"), after=None, now=NOW)
    assert row.sent == Sent(is_to_sign_for=True)


def test_the_pages_follow_each_other_without_a_gap_or_a_double(house):
    for _ in range(PAGE_SIZE + 1):
        registered(house, now=NOW)
    first, key = queue_page(queue_scope(house.town_supervisor), QueueFilter("all"), after=None, now=NOW)
    second, end = queue_page(queue_scope(house.town_supervisor), QueueFilter("all"), after=key, now=NOW)
    assert (len(first), len(second), end) == (PAGE_SIZE, 1, None)
    numbers = [row.pk for row in first + second]
    assert numbers == list(Case.objects.order_by("due_at", "pk").values_list("pk", flat=True))


def test_the_link_to_the_next_page_leads_there(house, client):
    for _ in range(PAGE_SIZE + 1):
        registered(house, now=NOW)
    client.force_login(house.town_supervisor)
    page = client.get(f"{reverse('admin:supervision_queue')}?tab=all")
    following = client.get(page.context["next_url"])
    assert [line.row.pk for line in following.context["lines"]] == [Case.objects.order_by("due_at", "pk").last().pk]
    assert following.context["next_url"] == ""


def test_a_cell_of_the_matrix_counts_what_its_list_shows(house):
    for _ in range(2):
        noticed(house, now=NOW)
    matrix = tallies_of(queue_scope(house.county_supervisor), now=MORNING).matrix
    assert matrix.centers == [(house.village.pk, "枫源村")]
    assert [(kind, counts) for kind, _label, counts in matrix.rows] == [(ClockKind.LVL_VILLAGE, [2])]
    cell = QueueFilter("late", ClockKind.LVL_VILLAGE, house.village.pk)
    assert filtered_queue(queue_scope(house.county_supervisor), cell, now=MORNING).count() == 2
    elsewhere = QueueFilter("late", ClockKind.LVL_VILLAGE, house.town.pk)
    assert not filtered_queue(queue_scope(house.county_supervisor), elsewhere, now=MORNING).exists()


def test_a_cell_shown_says_what_it_shows_and_how_to_leave_it(house):
    noticed(house, now=NOW)
    query = QueryDict(f"tab=late&kind=LVL_VILLAGE&center={house.village.pk}")
    context = queue_context(house.town_supervisor, query, now=MORNING)
    assert (context["is_filtered"], "枫源村" in context["filter_text"]) == (True, True)
    assert context["clear_url"].endswith("?tab=late")


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ("", QueueFilter()),
        ("tab=nonsense&kind=nonsense&center=x", QueueFilter()),
        ("tab=soon&center=²", QueueFilter("soon")),
        (f"tab=all&kind=SIGN_FOR&center={'9' * 25}", QueueFilter("all", "SIGN_FOR")),
        ("kind=SIGN_FOR&center=7", QueueFilter("late", "SIGN_FOR", 7)),
    ],
)
def test_what_makes_no_sense_in_the_address_is_left_out(query, chosen):
    assert chosen_filter(QueryDict(query)) == chosen


@pytest.mark.parametrize("after", ["", "x", "2026-13-40,1", "2026-11-18T00:00:00,1", "2026-11-18T00:00:00Z,x"])
def test_a_page_that_begins_nowhere_is_the_first(after):
    assert chosen_start(QueryDict(f"after={after}")) is None


def test_the_next_step_is_named_by_where_the_matter_stands(house):
    cases = [registered(house, now=NOW), agreed(house, now=NOW), triaged(house, now=NOW)]
    sweep(now=at("2026-11-24", 0))
    lines = queue_context(house.town_supervisor, QueryDict("tab=all"), now=at("2026-11-24", 0))["lines"]
    acts = {line.row.pk: line.next_act for line in lines}
    assert len({acts[case.pk] for case in cases} - {""}) == 3
    assign_case(cases[2].pk, handler=house.town_mediator, actor=house.town_triage, now=at("2026-11-24", 1))
    lines = queue_context(house.town_supervisor, QueryDict("tab=all"), now=at("2026-11-24", 2))["lines"]
    assert {line.row.pk: line.next_act for line in lines}[cases[2].pk] == ""


def test_the_ten_most_urgent_are_shown_to_supervisors_alone(house, client):
    late, soon = triaged(house, now=at("2025-11-18")), triaged(house, now=at("2025-11-20"))
    client.force_login(house.town_supervisor)
    urgent = client.get(reverse("admin:index")).context["urgent"]
    assert [line.row.pk for line in urgent] == [late.pk, soon.pk]
    client.force_login(house.mediator)
    assert client.get(reverse("admin:index")).context["urgent"] is None


def test_a_day_is_enough_for_the_order(house):
    early, later = registered(house, now=NOW), registered(house, now=NOW + timedelta(days=1))
    rows, _key = queue_page(queue_scope(house.town_supervisor), QueueFilter("all"), after=None, now=NOW)
    assert [row.pk for row in rows] == [early.pk, later.pk]
