"""Review and re-review: asked for in time, decided above by people who are new to it, final after the second one."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from cases.enums import EventKind, Outcome, Stage
from cases.models import Case
from centers.enums import Role
from core import clock
from core.errors import DomainError, IllegalTransition, SeparationOfDuties
from petitions.enums import Instance, OpinionOutcome
from petitions.models import Review
from petitions.services.opinion import send_back_opinion, sign_opinion
from petitions.services.review import (
    OtherDecision,
    ask_review,
    draft_review,
    name_reviewer,
    record_review,
    withdraw_review,
)
from petitions.services.verify import close_petition, return_petition
from tests.cases.papers import with_papers
from tests.factories import LONG_AGO, appoint, at, race
from tests.petitions.higher import (
    asked,
    checked,
    decided,
    named,
    new_review,
    open_to_rereview,
    open_to_review,
    request,
    with_higher_offices,
)
from tests.petitions.office import make_office, opinion_served

NOW = at("2026-03-02")
LATER = at("2026-03-10")
NUMBERS = ["(2026)枫桥访意字第0001号", "(2026)诸暨访查字第0001号", "(2026)绍兴访核字第0001号"]
LAST_DAY = at("2026-04-01", 23)  # the thirtieth since the service of 2 March


def _due(case, kind):
    return case.clocks.get(kind=kind).due_on.isoformat()


def _draft(house, case, by="county_reviewer", **changes):
    return draft_review(case.pk, new=new_review(**changes), actor=getattr(house, by), now=LATER)


def test_the_next_higher_center_decides_within_thirty_days_of_the_request(house):
    case = asked(house, open_to_review(house, now=NOW), now=LATER, asked_on=at("2026-03-06").date())
    assert (case.petition.state, case.stage, case.holder, case.handler) == (
        "under_review", Stage.HANDLING, house.county, None,
    )  # fmt: skip
    review = case.reviews.get()
    assert (review.center, review.organ, review.from_unit) == (house.county, "诸暨市人民政府", house.office)
    assert _due(case, "PET_REVIEW") == "2026-04-07"  # 5 April lies in Qingming
    assert case.clocks.get(kind="PET_REVIEW").holder == house.county
    window = case.clocks.get(kind="PET_ASKREVIEW")
    assert (window.state, window.ended_at) == ("met", clock.duty_start_of(at("2026-03-06").date()))


def test_a_claim_goes_through_all_three_instances_and_is_final(house):
    case = open_to_rereview(house, now=NOW)
    assert (case.petition.state, _due(case, "PET_ASKREREVIEW")) == ("rereview_window", "2026-04-01")
    case = asked(house, case, now=LATER)
    assert (case.petition.state, case.holder, _due(case, "PET_REREVIEW")) == (
        "under_rereview",
        house.city,
        "2026-04-09",
    )
    case = decided(house, case, now=LATER, level="city")
    assert case.results.latest("pk").outcome == Outcome.FINAL
    case = checked(house, with_papers(case), now=LATER, by="city_checker")
    assert (case.petition.state, case.stage, case.reviews.pending().exists()) == ("closed", Stage.CLOSED, False)
    assert list(case.opinions.order_by("pk").values_list("number", flat=True)) == NUMBERS


def test_r7_what_is_final_names_no_remedy_and_everything_else_does(house):
    case = named(house, asked(house, open_to_review(house, now=NOW), now=LATER), now=LATER)
    with pytest.raises(DomainError, match="35"):
        _draft(house, case, review_organ=" ")
    opinion = _draft(house, case)
    with pytest.raises(IntegrityError), transaction.atomic():
        case.opinions.filter(pk=opinion.pk).update(review_organ="")
    with pytest.raises(IntegrityError), transaction.atomic():
        case.opinions.filter(pk=opinion.pk).update(instance="rereview")


@pytest.mark.parametrize(("moment", "asked_on"), [(LAST_DAY, "2026-04-01"), (at("2026-04-02"), "2026-04-01")])
def test_on_the_thirtieth_day_a_review_is_asked_for_in_time(house, moment, asked_on):
    case = asked(house, open_to_review(house, now=NOW), now=moment, asked_on=at(asked_on).date())
    assert case.petition.state == "under_review"


def test_on_the_day_after_it_takes_a_good_reason(house):
    case, late = open_to_review(house, now=NOW), at("2026-04-02")
    with pytest.raises(DomainError, match=r"2026-04-01.*35"):
        asked(house, case, now=late)
    assert not Review.objects.filter(case=case).exists()
    assert asked(house, case, now=late, late_reason="住院（示例）").petition.state == "under_review"


@pytest.mark.parametrize(
    "wrong", [{"request": " "}, {"asked_on": at("2026-03-01").date()}, {"asked_on": at("2026-03-11").date()}]
)
def test_a_request_has_content_and_a_day_that_can_be(house, wrong):
    case = open_to_review(house, now=NOW)
    with pytest.raises(DomainError):
        asked(house, case, now=LATER, **wrong)
    assert Case.objects.get(pk=case.pk).petition.state == "review_window"


def test_what_is_asked_for_before_the_check_goes_up_with_it_and_loses_no_day(house):
    case = asked(house, opinion_served(house, now=NOW), now=LATER)
    assert (case.petition.state, case.stage, case.holder) == ("served", Stage.REPORTED, house.town)
    with pytest.raises(DomainError, match="35"):
        return_petition(case.pk, remark="示例", actor=house.town_supervisor, now=LATER)
    with pytest.raises(DomainError):
        asked(house, case, now=LATER)
    case = checked(house, case, now=at("2026-03-20"))
    assert (case.petition.state, case.holder, _due(case, "PET_REVIEW")) == ("under_review", house.county, "2026-04-09")


@pytest.mark.parametrize(
    "by", ["petition_handler", "petition_leader", "town_supervisor", "town_triage", "petition_clerk"]
)
def test_whoever_touched_the_matter_does_not_review_it(house, by):
    case = asked(house, open_to_review(house, now=NOW), now=LATER)
    person = getattr(house, by)
    unit = house.county_leader.posts.get().unit
    appoint(person, role=Role.HANDLER, center=house.county, unit=unit, starts_on=LONG_AGO)
    with pytest.raises(SeparationOfDuties):
        name_reviewer(case.pk, reviewer=person, actor=house.county_checker, now=LATER)
    assert Case.objects.get(pk=case.pk).handler is None


def test_a_review_given_to_somebody_who_touched_it_in_another_way_is_not_drafted(house):
    case = named(house, asked(house, open_to_review(house, now=NOW), now=LATER), now=LATER)
    unit = house.county_leader.posts.get().unit
    appoint(house.petition_handler, role=Role.HANDLER, center=house.county, unit=unit, starts_on=LONG_AGO)
    Case.objects.filter(pk=case.pk).update(handler=house.petition_handler)
    with pytest.raises(SeparationOfDuties):
        _draft(house, case, by="petition_handler")


def test_the_leader_who_signs_is_new_to_it_and_not_the_reviewer(house):
    case = named(house, asked(house, open_to_review(house, now=NOW), now=LATER), now=LATER)
    _draft(house, case)
    unit = house.county_leader.posts.get().unit
    for person in (house.petition_leader, house.county_reviewer):
        appoint(person, role=Role.UNIT_LEADER, center=house.county, unit=unit, starts_on=LONG_AGO)
        with pytest.raises(SeparationOfDuties):
            sign_opinion(case.pk, remark="示例", actor=person, now=LATER)
    assert sign_opinion(case.pk, remark="示例", actor=house.county_leader, now=LATER).number


def test_the_reviewer_does_not_take_part_in_the_re_review(house):
    case = asked(house, open_to_rereview(house, now=NOW), now=LATER)
    unit = house.city_leader.posts.get().unit
    appoint(house.county_reviewer, role=Role.HANDLER, center=house.city, unit=unit, starts_on=LONG_AGO)
    with pytest.raises(SeparationOfDuties):
        name_reviewer(case.pk, reviewer=house.county_reviewer, actor=house.city_checker, now=LATER)


def test_a_draft_of_a_review_is_sent_back_and_written_anew(house):
    case = named(house, asked(house, open_to_review(house, now=NOW), now=LATER), now=LATER)
    _draft(house, case)
    send_back_opinion(case.pk, remark="示例", actor=house.county_leader, now=LATER)
    assert Case.objects.get(pk=case.pk).petition.state == "under_review"
    assert _draft(house, case).review == case.reviews.get()


def test_a_review_decides_only_what_its_instance_can(house):
    case = named(house, asked(house, open_to_review(house, now=NOW), now=LATER), now=LATER)
    with pytest.raises(DomainError):
        _draft(house, case, outcome=OpinionOutcome.SUPPORTED, execute_by=LATER.date())
    case = asked(house, open_to_rereview(house, now=NOW), now=LATER)
    named(house, case, now=LATER, level="city")
    with pytest.raises(DomainError):
        _draft(house, case, by="city_reviewer", outcome=OpinionOutcome.REVOKED, review_organ="")


def test_what_was_revoked_is_handled_anew_by_the_unit_with_sixty_days_of_its_own(house):
    case = asked(house, open_to_review(house, now=NOW), now=NOW)
    case = decided(house, case, now=LATER, outcome=OpinionOutcome.REVOKED, review_organ="")
    assert not case.clocks.filter(kind="PET_ASKREREVIEW").exists()
    with pytest.raises(DomainError):
        asked(house, case, now=LATER)
    case = checked(house, case, now=at("2026-03-12"), by="county_checker")
    assert (case.petition.state, case.stage, case.holder, case.unit) == (
        "accepted", Stage.HANDLING, house.town, house.office,
    )  # fmt: skip
    assert case.clocks.running().get(kind="PET_HANDLE").due_on.isoformat() == "2026-05-09"
    assert case.events.filter(kind=EventKind.OPINION_REVOKED).count() == 1


def test_a_returned_review_is_decided_again(house):
    case = decided(house, asked(house, open_to_review(house, now=NOW), now=LATER), now=LATER)
    return_petition(case.pk, remark="示例", actor=house.county_checker, now=LATER)
    case = Case.objects.get(pk=case.pk)
    assert (case.petition.state, case.stage) == ("under_review", Stage.HANDLING)
    assert not case.clocks.running().filter(kind="PET_ASKREREVIEW").exists()
    assert _draft(house, case).instance == Instance.REVIEW


def test_only_the_petitioner_withdraws_a_request_and_what_was_decided_stands(house):
    case = asked(house, open_to_review(house, now=NOW), now=LATER)
    said = {"stated_on": LATER.date(), "actor": house.petition_clerk, "now": LATER}
    with pytest.raises(DomainError):
        withdraw_review(case.pk, statement=" ", **said)
    withdraw_review(case.pk, statement="本人撤回复查申请（示例）", **said)
    case = Case.objects.get(pk=case.pk)
    assert (case.petition.state, case.stage, case.holder, case.unit) == (
        "review_window", Stage.VERIFIED, house.town, house.office,
    )  # fmt: skip
    assert case.clocks.get(kind="PET_REVIEW").state == "cancelled"
    close_petition(with_papers(case).pk, actor=house.town_supervisor, now=at("2026-04-02"))


def test_where_no_center_is_above_another_organ_decides_and_its_decision_is_recorded(house):
    case = asked(house, open_to_rereview(house, now=NOW), now=LATER)
    Review.objects.filter(case=case, ended_at=None).update(center=None, organ="浙江省人民政府（示例）")
    Case.objects.filter(pk=case.pk).update(handler=house.county_reviewer, unit=house.county_leader.posts.get().unit)
    with pytest.raises(DomainError):
        _draft(house, case, review_organ="")
    new = OtherDecision("浙政访核〔2026〕1号（示例）", OpinionOutcome.UPHELD, "维持（示例）", LATER.date())
    for wrong in ({"number": " "}, {"decision": ""}, {"served_on": NOW.date()}):
        with pytest.raises(DomainError):
            _record(house, case, new, **wrong)
    _record(house, case, new)
    case = Case.objects.get(pk=case.pk)
    assert (case.petition.state, case.results.latest("pk").outcome) == ("rereview_served", Outcome.FINAL)


def _record(house, case, new, **changes):
    return record_review(case.pk, new=replace(new, **changes), actor=house.county_reviewer, now=LATER)


def test_above_the_highest_center_of_the_house_there_is_another_organ(house):
    case = open_to_rereview(house, now=NOW)
    Case.objects.filter(pk=case.pk).update(holder=house.city)
    review = ask_review(case.pk, new=request(LATER.date()), actor=house.petition_clerk, now=LATER)
    case = Case.objects.get(pk=case.pk)
    assert (review.center, case.holder, case.petition.state) == (None, house.city, "under_rereview")
    assert not case.clocks.filter(kind="PET_REREVIEW").exists()


@pytest.mark.parametrize("by", ["petition_handler", "town_supervisor", "nobody"])
def test_whoever_may_not_register_takes_no_request_down(house, by):
    case = open_to_review(house, now=NOW)
    with pytest.raises(Case.DoesNotExist):
        asked(house, case, now=LATER, by=by)


def test_a_petition_that_is_handled_cannot_be_reviewed(house):
    case = opinion_served(house, now=NOW)
    Case.objects.get(pk=case.pk)
    case.petition.state = "accepted"
    case.petition.save(update_fields=["state"])
    with pytest.raises(IllegalTransition):
        asked(house, case, now=LATER)


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_at_once_one_counts():
    house = with_higher_offices(make_office())
    case = open_to_review(house, now=NOW)
    new = request(LATER.date())
    answers = race(*[lambda: ask_review(case.pk, new=new, actor=house.petition_clerk, now=LATER)] * 2)
    assert sum(isinstance(answer, Review) for answer in answers) == Review.objects.count() == 1
