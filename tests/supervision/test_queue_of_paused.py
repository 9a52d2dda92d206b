"""A case none of whose limits runs is not out of the supervisor's sight: where it stands, what it says, its count."""

import json
from datetime import date

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Case
from cases.services.pause import end_pause
from supervision.pages.queue import chosen_start, queue_context
from supervision.reports import PAGE_SIZE, QueueFilter, filtered_queue, queue_page, queue_scope
from supervision.reports.tallies import tallies_of
from tests.factories import at, paused, registered, triaged

NOW = at("2026-11-18")
FRIDAY = at("2026-11-20", 10)


def _paused(house):
    return paused(house, now=NOW, since=FRIDAY)


def _listed(house, tab="all", *, after=None):
    rows, following = queue_page(queue_scope(house.town_supervisor), QueueFilter(tab), after=after, now=FRIDAY)
    return [row.pk for row in rows], following


def test_a_paused_case_stands_after_those_with_a_due_date_the_oldest_first(house):
    first, dated, later = _paused(house), triaged(house, now=NOW), _paused(house)
    assert first.due_at is None
    assert _listed(house) == ([dated.pk, first.pk, later.pk], None)


def test_it_has_a_tab_of_its_own_until_the_pause_ends(house):
    case, _other = _paused(house), triaged(house, now=NOW)
    assert _listed(house, "paused")[0] == [case.pk]
    end_pause(case.pk, actor=house.mediator, now=FRIDAY)
    assert _listed(house, "paused")[0] == []


def test_it_is_neither_late_nor_due_soon_and_counts_where_it_is_listed(house):
    _paused(house)
    scope = queue_scope(house.town_supervisor)
    counts = tallies_of(scope, now=at("2027-01-31")).tabs
    assert {name for name, count in counts.items() if count} == {"all", "paused"}
    assert counts["all"] == filtered_queue(scope, QueueFilter("all"), now=FRIDAY).count() == 1


def test_its_line_says_since_when_and_until_when_at_the_latest(house):
    _paused(house)
    (line,) = queue_context(house.town_supervisor, QueryDict("tab=paused"), now=FRIDAY)["lines"]
    assert line.row.sent.paused == (date(2026, 11, 20), date(2027, 1, 19))
    assert (line.chip.text, line.paused) == ("已中止", "自 2026-11-20 起中止计时，最迟至 2027-01-19")


def test_a_line_whose_pause_is_over_says_nothing_of_it(house):
    case = _paused(house)
    end_pause(case.pk, actor=house.mediator, now=FRIDAY)
    (line,) = queue_context(house.town_supervisor, QueryDict("tab=all"), now=FRIDAY)["lines"]
    assert (line.paused, line.chip.tone) == ("", "soon")


@pytest.mark.parametrize("dated", [PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1])
def test_the_pages_lead_from_the_dated_to_the_paused_without_a_gap_or_a_double(house, dated):
    still = [_paused(house) for _ in range(2)]
    for _ in range(dated):
        registered(house, now=NOW)
    first, key = _listed(house)
    second, end = _listed(house, after=key)
    assert (len(first), end) == (PAGE_SIZE, None)
    assert len(set(first + second)) == dated + 2
    assert (first + second)[-2:] == [case.pk for case in still]


def test_a_page_of_paused_cases_leads_to_the_next_one(house, client):
    for _ in range(PAGE_SIZE + 1):
        last = registered(house, now=NOW)
    Case.objects.update(due_at=None)
    client.force_login(house.town_supervisor)
    page = client.get(f"{reverse('admin:supervision_queue')}?tab=all")
    following = client.get(page.context["next_url"])
    assert [line.row.pk for line in following.context["lines"]] == [last.pk]


def test_the_order_is_that_of_the_index_of_open_cases(house):
    cases = filtered_queue(queue_scope(house.town_supervisor), QueueFilter("all"), now=NOW).order_by("due_at", "pk")[
        :51
    ]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")  # among a few rows a sort is as good: it is left to what needs it
    plan = cases.explain()
    assert ("case_open_by_town" in plan, "Sort" in plan) == (True, False)


def test_a_page_is_chosen_among_the_cases_alone_and_names_are_read_for_it_alone(house):
    with CaptureQueriesContext(connection) as asked:
        _listed(house)
    (chosen,) = (query["sql"] for query in asked.captured_queries if f"LIMIT {PAGE_SIZE + 1}" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {chosen}")
        found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    assert _tables(plan) == {"cases_case"}


def _nodes(plan):
    return [plan, *(node for child in plan.get("Plans", []) for node in _nodes(child))]


def _tables(plan):
    return {node["Relation Name"] for node in _nodes(plan) if "Relation Name" in node}


def test_a_plan_does_not_take_a_person_for_somebody_who_sees_hardly_a_case(db):
    plan = Case.objects.order_by().explain()
    assert ("InitPlan" in plan, "= 'house'" in plan, "= 'person'" in plan) == (True, False, False)


def test_the_key_of_a_case_without_a_due_date_is_its_number_alone():
    assert chosen_start(QueryDict("after=,17")) == (None, 17)


def test_the_home_page_counts_no_paused_case_among_the_most_urgent(house, client):
    _paused(house)
    client.force_login(house.town_supervisor)
    assert client.get(reverse("admin:index")).context["urgent"] == []
