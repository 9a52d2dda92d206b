"""A mediator's desk: what is due next first, each matter with the act that it asks for, and what parties still owe."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Case
from core import clock
from disputes.models import Obligation
from disputes.reports import has_party_to_ask, parties_to_ask
from disputes.services.consent import ask_consent, record_consent
from disputes.services.mediate import accept_dispute, record_agreement
from disputes.services.perform import NewPerformance, record_performance
from disputes.services.undertake import NewObligation
from disputes.services.verify import confirm_dispute
from tests.cases.papers import with_papers
from tests.factories import agreed, mediating, met, new_agreement, paused, registered, said, triaged

NOW = clock.now() - timedelta(hours=3)


@pytest.fixture
def desk(client, house):
    def look(name="mediator"):
        client.force_login(getattr(house, name))
        return client.get(reverse("admin:index")).context["desk"]

    return look


def _consenting(house, count):
    case = triaged(house, now=NOW)
    ask_consent(case.pk, actor=house.mediator, now=NOW)
    for party in case.parties.all()[:count]:
        record_consent(case.pk, party_id=party.pk, said=said(NOW), actor=house.mediator, now=NOW)
    return case


def _meeting(house, **changes):
    case = mediating(house, now=NOW)
    met(case, now=NOW, **changes)
    return case


def _performing(house):
    case = mediating(house, now=NOW)
    owed = NewObligation(case.parties.get(role="respondent").pk, "赔偿（示例）", clock.today(), Decimal(800))
    record_agreement(case.pk, replace(new_agreement(NOW, case), obligations=(owed,)), actor=house.mediator, now=NOW)
    confirm_dispute(with_papers(case).pk, remark="示例", actor=house.town_supervisor, now=NOW)
    return case


def test_each_matter_says_what_it_asks_of_its_mediator(house, desk):
    wanted = {
        triaged(house, now=NOW): "受理",
        _consenting(house, 1): "记录同意",
        _consenting(house, 2): "受理",
        mediating(house, now=NOW): "安排调解会",
        _meeting(house, state="planned"): "记录调解会",
        _meeting(house): "达成协议",
        agreed(house, now=NOW, later=timedelta(0)): "",
        _performing(house): "记录履行",
    }
    accepted = triaged(house, now=NOW)
    accept_dispute(accepted.pk, said=said(NOW), actor=house.mediator, now=NOW)
    told = {one.line.row.pk: one.asked for one in desk()["lines"]}
    assert told == {**{case.pk: asked for case, asked in wanted.items()}, accepted.pk: "开始调解"}


def test_what_is_due_next_comes_first_and_what_is_paused_last(house, desk):
    waiting = paused(house, now=NOW - timedelta(days=2), since=NOW)
    later, sooner = triaged(house, now=NOW), triaged(house, now=NOW)
    Case.objects.filter(pk=sooner.pk).update(due_at=NOW)
    registered(house, now=NOW)
    assert [one.line.row.pk for one in desk()["lines"]] == [sooner.pk, later.pk, waiting.pk]


def test_the_desk_is_that_of_whoever_handles_and_watches_over_nobody(house, desk):
    triaged(house, now=NOW)
    assert len(desk()["lines"]) == 1
    assert desk("town_mediator")["lines"] == []
    assert desk("town_supervisor") is desk("clerk") is None


def test_what_parties_still_have_to_do_stands_with_what_is_left_of_it(house, desk):
    case = _performing(house)
    obligation = Obligation.objects.get(case=case)
    for amount, left in ((300, "500"), (500, None)):
        paid = NewPerformance(clock.today(), "示例", Decimal(amount))
        record_performance(case.pk, obligation_id=obligation.pk, new=paid, actor=house.mediator, now=clock.now())
        owed = desk()["owed"]
        assert [one.left.startswith(left) for one in owed] == [True] * bool(left)


def test_a_list_of_matters_says_like_each_of_them_whether_a_party_is_to_be_asked(house):
    for count in (0, 1, 2):
        _consenting(house, count)
    moved = _consenting(house, 2)
    moved.transfers.create(
        reason="triage", to_center=house.town, moved_at=NOW, signed_at=NOW, signed_by=house.town_triage
    )
    listed = Case.objects.annotate(to_ask=has_party_to_ask()).order_by("pk")
    assert [case.to_ask for case in listed] == [bool(parties_to_ask(case)) for case in listed]
    assert [case.to_ask for case in listed] == [True, True, False, True]


def test_the_desk_takes_the_same_queries_however_much_lies_on_it(house, client):
    client.force_login(house.mediator)
    costs = []
    for _round in range(2):
        _performing(house)
        client.get(reverse("admin:index"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("admin:index"))
        costs.append(len(queries))
    assert costs[0] == costs[1]
