"""What an opinion obliges to: a day, a clock, a record with proof, and no closing before it is done."""

import pytest
from django.db import IntegrityError, transaction

from cases.enums import ClockKind
from cases.models import Case
from core.errors import DomainError
from petitions.enums import OpinionOutcome
from petitions.services.execute import NewExecution, record_execution
from petitions.services.opinion import draft_opinion, serve_opinion, sign_opinion
from petitions.services.verify import close_petition
from supervision.models import SupervisionNotice
from supervision.services.sweep import sweep
from tests.cases.papers import with_papers
from tests.factories import at
from tests.petitions.higher import asked, checked, decided, open_to_review
from tests.petitions.office import accepted, new_opinion, told

NOW = at("2026-03-02")
BY = at("2026-03-16").date()


def supported(house, *, execute_by=BY, checked_at=NOW):
    case = accepted(house, now=NOW)
    new = new_opinion(NOW.date(), outcome=OpinionOutcome.SUPPORTED, execute_by=execute_by)
    draft_opinion(case.pk, new=new, actor=house.petition_handler, now=NOW)
    sign_opinion(case.pk, remark="同意（示例）", actor=house.petition_leader, now=NOW)
    serve_opinion(case.pk, new=told(NOW.date()), actor=house.petition_handler, now=NOW)
    return checked(house, case, now=checked_at)


def execute(house, case, *, on=BY, now=None, by="petition_leader", text="已转账，有回单（示例）"):
    moment = now or at(on.isoformat())
    return record_execution(case.pk, new=NewExecution(on, text), actor=getattr(house, by), now=moment)


@pytest.mark.parametrize(
    ("outcome", "execute_by"),
    [
        (OpinionOutcome.SUPPORTED, None),
        (OpinionOutcome.NOT_SUPPORTED, BY),
        (OpinionOutcome.SUPPORTED, at("2026-03-01").date()),
    ],
)
def test_what_is_supported_names_a_day_that_is_not_over_and_nothing_else_does(house, outcome, execute_by):
    case = accepted(house, now=NOW)
    with pytest.raises(DomainError):
        draft_opinion(
            case.pk,
            new=new_opinion(NOW.date(), outcome=outcome, execute_by=execute_by),
            actor=house.petition_handler,
            now=NOW,
        )


def test_its_clock_runs_on_the_unit_and_makes_it_late(house):
    case = supported(house)
    watch = case.clocks.get(kind=ClockKind.PET_EXECUTE)
    assert (watch.due_on, watch.unit, watch.holder) == (BY, house.office, house.town)
    sweep(now=at("2026-03-18"))
    assert SupervisionNotice.objects.get(clock=watch).center == house.town
    execute(house, case, on=at("2026-03-18").date())
    watch.refresh_from_db()
    assert (watch.state, watch.late_days) == ("lapsed", 2)


def test_nothing_is_closed_before_it_was_executed(house):
    case = with_papers(supported(house))
    after = at("2026-04-02")
    with pytest.raises(DomainError, match="32"):
        close_petition(case.pk, actor=house.town_supervisor, now=after)
    execute(house, case, now=after)
    close_petition(with_papers(case).pk, actor=house.town_supervisor, now=after)
    assert Case.objects.get(pk=case.pk).petition.state == "closed"


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": " "},
        {"on": at("2026-03-01").date(), "now": at("2026-03-16")},
        {"on": at("2026-03-17").date(), "now": at("2026-03-16")},
    ],
)
def test_an_execution_has_a_proof_and_a_day_that_can_be(house, wrong):
    case = supported(house)
    with pytest.raises(DomainError):
        execute(house, case, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        case.opinions.update(executed_on=BY)


def test_the_leader_of_the_unit_records_it_once(house):
    case = supported(house)
    with pytest.raises(DomainError):
        execute(house, case, by="county_leader")
    for by in ("petition_handler", "town_supervisor", "nobody"):
        with pytest.raises(Case.DoesNotExist):
            execute(house, case, by=by)
    execute(house, case)
    with pytest.raises(DomainError):
        execute(house, case)


def test_the_execution_goes_on_under_review_and_ends_with_what_the_review_changes(house):
    case = asked(house, supported(house), now=at("2026-03-03"))
    first = case.clocks.get(kind=ClockKind.PET_EXECUTE)
    assert first.state == "running"
    later = at("2026-03-30").date()
    case = decided(house, case, now=at("2026-03-10"), outcome=OpinionOutcome.CHANGED, execute_by=later)
    assert case.clocks.get(kind=ClockKind.PET_EXECUTE).state == "running"
    case = checked(house, case, now=at("2026-03-11"), by="county_checker")
    first.refresh_from_db()
    watch = case.clocks.open().get(kind=ClockKind.PET_EXECUTE)
    assert (first.state, watch.due_on, watch.unit) == ("cancelled", later, house.office)
    assert execute(house, case, on=later).instance == "review"


def test_what_is_final_stays_open_until_it_was_executed(house):
    case = asked(house, supported(house), now=at("2026-03-03"))
    case = checked(house, decided(house, case, now=at("2026-03-04")), now=at("2026-03-05"), by="county_checker")
    case = asked(house, case, now=at("2026-03-06"))
    case = checked(
        house, decided(house, case, now=at("2026-03-09"), level="city"), now=at("2026-03-10"), by="city_checker"
    )
    assert (case.petition.state, case.closed_at) == ("final", None)
    execute(house, case)
    close_petition(with_papers(case).pk, actor=house.city_checker, now=at("2026-03-16"))


def test_what_the_review_upheld_is_still_to_be_executed(house):
    case = asked(house, supported(house), now=at("2026-03-03"))
    case = checked(house, decided(house, case, now=at("2026-03-10")), now=at("2026-03-11"), by="county_checker")
    assert case.clocks.open().get(kind=ClockKind.PET_EXECUTE).due_on == BY
    assert execute(house, case).instance == "handling"


def test_opening_a_review_leaves_open_what_was_supported(house):
    assert open_to_review(house, now=NOW).clocks.filter(kind=ClockKind.PET_EXECUTE).count() == 0
