"""Whoever has no part in a matter does not see it, is not given it and is told nothing, whatever rights they hold."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from cases.enums import EventKind, RecusalSource
from cases.models import Accused, Case, Party, Recusal, RecusedPerson
from cases.reports.recusals import handlers_of, staff_near
from cases.services.assign import assign_case
from cases.services.recuse import Target, declare_interest, name_accused, recuse_person
from centers.enums import Role
from centers.models import Post, Unit
from centers.services.deliver import deliver_messages, kept_from
from core import acting, clock
from core.channels import Channel
from core.courier import Door, claim
from core.errors import DomainError, IllegalTransition
from core.models import ExternalDelivery, InboxMessage, OutboxMessage, User
from core.outbox import EVERYBODY
from disputes.services.verify import confirm_dispute
from supervision.services.sweep import sweep
from tests.cases.papers import with_papers
from tests.factories import (
    LONG_AGO,
    agreed,
    appoint,
    at,
    end_post,
    make_person,
    mediating,
    recused,
    registered,
    triaged,
)

NOW = at("2026-11-18")
FRIDAY = at("2026-11-20")
EXPIRY = at("2026-11-24", 0)
SEERS = ("clerk", "village_triage", "mediator", "unit_leader", "town_triage", "town_supervisor", "county_supervisor")


def _seers(house, case):
    """Return who sees the case by ``visible_to``, after checking that the database lets exactly them see it."""
    by_rule = {name for name in SEERS if Case.objects.visible_to(getattr(house, name)).filter(pk=case.pk).exists()}
    assert by_rule == {name for name in SEERS if _wall_opens(getattr(house, name), case)}
    return by_rule


def _wall_opens(person, case):
    with acting.as_person(person.pk), transaction.atomic():
        seen = {model.objects.filter(**{key: case.pk}).exists() for model, key in ((Case, "pk"), (Party, "case"))}
    assert len(seen) == 1
    return seen == {True}


def _accuse(house, case, *, who="town_triage", **target):
    return name_accused(case.pk, accused=Target(**target), actor=getattr(house, who), now=FRIDAY)


def test_everybody_sees_a_matter_that_complains_of_nobody(house):
    assert _seers(house, triaged(house, now=NOW)) == set(SEERS)


def test_an_accused_person_sees_nothing_of_it_from_that_moment(house):
    case, other = triaged(house, now=NOW), triaged(house, now=NOW)
    _accuse(house, case, person=house.town_supervisor)
    assert _seers(house, case) == set(SEERS) - {"town_supervisor"}
    assert _seers(house, other) == set(SEERS)


def test_whoever_serves_in_an_accused_unit_sees_nothing_and_others_at_the_same_center_do(house):
    case = triaged(house, now=NOW)
    unit = Unit.objects.create(center=house.town, name="示例所", kind="organ")
    Post.objects.filter(user=house.town_triage).update(unit=unit)
    _accuse(house, case, who="county_triage", unit=unit)
    assert _seers(house, case) == set(SEERS) - {"town_triage"}


def test_of_an_accused_center_nobody_there_or_below_sees_it(house):
    case = triaged(house, now=NOW)
    _accuse(house, case, who="county_triage", center=house.town)
    assert _seers(house, case) == {"county_supervisor"}


def test_a_decision_about_a_center_leaves_those_below_in(house):
    case = triaged(house, now=NOW)
    recused(case, center=house.town, by=house.clerk, now=NOW)
    assert _seers(house, case) == set(SEERS) - {"town_triage", "town_supervisor"}


def test_a_right_elsewhere_does_not_help(house):
    case = triaged(house, now=NOW)
    appoint(house.town_supervisor, role=Role.SUPERVISOR, center=house.centers["330681"], starts_on=LONG_AGO)
    _accuse(house, case, center=house.town, who="county_triage")
    assert "town_supervisor" not in _seers(house, case)


@pytest.mark.parametrize(("days", "is_kept"), [(0, True), (-1, False)])
def test_whoever_left_before_the_matter_came_in_is_not_concerned(house, days, is_kept):
    case = triaged(house, now=NOW)
    once = make_person("once", Role.SUPERVISOR, house.centers["3306"])
    appoint(once, role=Role.CENTER_DIRECTOR, center=house.town, starts_on=LONG_AGO)
    end_post(Post.objects.get(user=once, center=house.town), ends_on=clock.local_day(NOW) + timedelta(days=days))
    recused(case, center=house.town, by=house.clerk, now=NOW)
    assert RecusedPerson.objects.filter(case=case, user=once).exists() is is_kept


def test_an_office_taken_later_counts_at_once(house):
    case = triaged(house, now=NOW)
    recused(case, unit=Unit.objects.create(center=house.town, name="示例所", kind="organ"), by=house.clerk, now=NOW)
    assert "county_supervisor" in _seers(house, case)
    unit = Unit.objects.get(name="示例所")
    Post.objects.create(user=house.county_supervisor, center=house.town, unit=unit, role="handler", starts_on=LONG_AGO)
    assert "county_supervisor" not in _seers(house, case)


def test_a_handler_with_an_interest_gives_the_matter_back_and_loses_sight_of_it(house):
    case = mediating(house, now=NOW)
    declare_interest(case.pk, ground="与当事人系近亲属（示例）", actor=house.mediator, now=FRIDAY)
    case.refresh_from_db()
    assert (case.handler, case.holder) == (None, house.village)
    assert "mediator" not in _seers(house, case)
    assert list(Case.objects.visible_to(house.village_triage).to_sign_for()) == [case]
    kinds = list(case.events.order_by("pk").values_list("kind", flat=True))
    assert kinds[-2:] == [EventKind.INTEREST_DECLARED, EventKind.HANDLER_WITHDRAWN]


def test_those_who_give_out_matters_are_told_that_one_needs_another_handler(house):
    case = mediating(house, now=NOW)
    declare_interest(case.pk, ground="示例", actor=house.mediator, now=FRIDAY)
    told = OutboxMessage.objects.filter(key__startswith="recusal:", matter_id=case.pk)
    assert [row.recipient.username for row in told] == ["village_triage"]


def test_the_matter_is_given_to_nobody_who_has_no_part_in_it(house):
    case = mediating(house, now=NOW)
    declare_interest(case.pk, ground="示例", actor=house.mediator, now=FRIDAY)
    case.refresh_from_db()
    assert house.mediator not in handlers_of(case, on=date(2026, 11, 20))
    with pytest.raises(DomainError, match="承办"):
        assign_case(case.pk, handler=house.mediator, actor=house.village_triage, now=FRIDAY)


def test_a_center_whose_only_assigner_is_accused_hands_the_matter_up(house):
    case = triaged(house, now=NOW)
    _accuse(house, case, person=house.village_triage)
    case.refresh_from_db()
    assert case.holder == house.town


def test_on_the_way_up_a_center_with_nobody_left_is_passed_by(house):
    case = triaged(house, now=NOW)
    for person in (house.town_triage, house.town_supervisor):
        recused(case, person=person, by=house.clerk, now=NOW)
    sweep(now=EXPIRY)
    case.refresh_from_db()
    assert case.holder == house.centers["330681"]


def test_warnings_go_to_nobody_who_has_no_part_in_the_matter(house):
    case = triaged(house, now=NOW)
    recused(case, person=house.town_supervisor, by=house.clerk, now=NOW)
    sweep(now=EXPIRY)
    told = set(OutboxMessage.objects.filter(matter_id=case.pk).values_list("recipient__username", flat=True))
    assert told
    assert "town_supervisor" not in told


def test_a_message_that_waits_is_not_delivered_any_more(house):
    case = triaged(house, now=NOW)
    sweep(now=at("2026-11-20", 8, 30))
    recused(case, person=house.mediator, by=house.clerk, now=NOW)
    deliver_messages(now=at("2026-11-20", 9))
    assert InboxMessage.objects.exists()
    assert not InboxMessage.objects.filter(recipient=house.mediator, outbox__matter_id=case.pk).exists()


def test_what_was_delivered_before_is_out_of_sight_as_well(house):
    case = triaged(house, now=NOW)
    sweep(now=at("2026-11-20", 8, 30))
    deliver_messages(now=at("2026-11-20", 9))
    mine = InboxMessage.objects.visible_to(house.mediator)
    assert mine.exists()
    recused(case, person=house.mediator, by=house.clerk, now=NOW)
    assert not mine.all().exists()


def test_what_waits_to_leave_the_house_is_withheld_from_whoever_has_no_part_by_then(house, settings):
    settings.EMAIL_HOST = "127.0.0.1"
    User.objects.filter(pk=house.mediator.pk).update(email="mediator@maple.example")
    case = triaged(house, now=NOW)
    sweep(now=at("2026-11-20", 8, 30))
    deliver_messages(now=at("2026-11-20", 9))
    assert ExternalDelivery.objects.filter(recipient=house.mediator).exists()
    recused(case, person=house.mediator, by=house.clerk, now=NOW)
    told = partial(kept_from, on=FRIDAY.date())
    assert claim(Door(Channel.EMAIL), at_work=EVERYBODY, kept_from=told, now=at("2026-11-20", 9)) is None
    assert set(ExternalDelivery.objects.values_list("state", flat=True)) == {"withheld"}


def test_the_accused_are_structured_data_and_named_once(house):
    case = triaged(house, now=NOW)
    _accuse(house, case, name="某外单位（示例）")
    assert not Recusal.objects.exists()
    assert Accused.objects.get().label == "某外单位（示例）"
    with pytest.raises(DomainError):
        _accuse(house, case, name="某外单位（示例）")
    with pytest.raises(IntegrityError), transaction.atomic():
        Accused.objects.create(case=case, named_by=house.clerk, named_at=NOW)


def test_a_person_is_recused_once_and_from_an_open_matter_only(house):
    case = triaged(house, now=NOW)
    recuse_person(case.pk, person=house.clerk, ground="示例", actor=house.town_triage, now=FRIDAY)
    with pytest.raises(DomainError, match="已经回避"):
        recuse_person(case.pk, person=house.clerk, ground="示例", actor=house.town_triage, now=FRIDAY)
    closed = agreed(house, now=NOW)
    confirm_dispute(with_papers(closed).pk, remark="已核实（示例）", actor=house.town_supervisor, now=FRIDAY)
    with pytest.raises(IllegalTransition):
        recuse_person(closed.pk, person=house.clerk, ground="示例", actor=house.town_triage, now=FRIDAY)


@pytest.mark.parametrize("who", ["clerk", "mediator", "unit_leader", "neighbour_town_supervisor"])
def test_whoever_may_not_give_out_matters_decides_nobody_away(house, who):
    case = triaged(house, now=NOW)
    with pytest.raises(Case.DoesNotExist):
        recuse_person(case.pk, person=house.clerk, ground="示例", actor=getattr(house, who), now=FRIDAY)


def test_the_source_says_why(house):
    case = triaged(house, now=NOW)
    _accuse(house, case, person=house.unit_leader)
    recuse_person(case.pk, person=house.clerk, ground="示例", actor=house.town_triage, now=FRIDAY)
    declare_interest(case.pk, ground="示例", actor=house.mediator, now=FRIDAY)
    assert list(Recusal.objects.order_by("pk").values_list("source", flat=True)) == [
        RecusalSource.ACCUSED,
        RecusalSource.DECISION,
        RecusalSource.INTEREST,
    ]


def test_by_page_one_declares_an_interest_and_lands_on_a_list_without_the_matter(house, client):
    case = mediating(house, now=NOW)
    client.force_login(house.mediator)
    url = reverse("admin:cases_case_act", args=[case.pk, "interest"])
    answer = client.post(url, {"ground": "与当事人系近亲属（示例）"}, follow=True)
    assert answer.redirect_chain == [(reverse("admin:cases_case_changelist"), 302)]
    assert case.title not in answer.content.decode()
    assert client.get(url).status_code == 404


def test_by_page_exactly_one_accused_is_named_at_a_time(house, client):
    case = triaged(house, now=NOW)
    client.force_login(house.town_triage)
    url = reverse("admin:cases_case_act", args=[case.pk, "accused"])
    for data in ({}, {"name": "示例", "center": house.village.pk}):
        assert client.post(url, data).status_code == 422
    assert client.post(url, {"person": house.unit_leader.pk}).status_code == 302
    assert client.get(url).context["form"].fields["person"].queryset.filter(pk=house.unit_leader.pk).count() == 0


def test_a_statement_that_does_not_say_for_whom_it_is_gets_an_error_and_nobody_gets_nothing(house):
    registered(house, now=NOW)
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET LOCAL maplebridge.sight = ''")
        with pytest.raises(Exception, match="does not say for whom"), transaction.atomic():
            cursor.execute("SELECT count(*) FROM cases_case")
    with acting.as_person(None), transaction.atomic():
        assert not Case.objects.exists()


def test_who_has_no_part_can_neither_change_nor_add_anything_past_the_rules(house):
    case = agreed(house, now=NOW)
    recused(case, person=house.clerk, by=house.clerk, now=NOW)
    with acting.as_person(house.clerk.pk), transaction.atomic():
        assert Case.objects.filter(pk=case.pk).update(title="改") == 0
        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            Party.objects.create(case_id=case.pk, role="applicant", name="示例")


@pytest.mark.parametrize(
    ("role", "is_near"),
    [
        (Role.MEDIATOR, True),
        (Role.TRIAGE_OFFICER, True),
        (Role.UNIT_LEADER, True),
        (Role.ROSTER_MANAGER, False),
        (Role.SYSADMIN, False),
        (Role.SECADMIN, False),
    ],
)
def test_only_whoever_deals_with_matters_is_offered_for_a_part_in_one(house, role, is_near):
    case = registered(house, now=clock.now())
    make_person("another", role, house.town)
    offered = staff_near(case, on=clock.today())
    assert offered.filter(username="another").exists() is is_near
    assert house.town_supervisor in offered
