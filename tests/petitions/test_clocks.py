"""Every limit that this procedure starts, by hand around the holidays of 2026.

Spring Festival is free from 15 to 23 February (14 and 28 are worked), Qingming from 4 to 6 April, Labour Day from 1 to
5 May (9 is worked), National Day from 1 to 7 October (20 September and 10 October are worked).
"""

import pytest

from cases.models import Case, ClockStep
from cases.services.extend import NewExtension, ask_extension
from core.errors import DomainError
from core.models import OutboxMessage
from petitions.enums import NoticeKind
from petitions.services.extend import decide_extension
from petitions.services.opinion import accept_petition
from supervision.services.sweep import sweep
from tests.factories import at
from tests.petitions.office import accepted, drafted, opinion_served, petitioned, served, triaged


def _due(case, kind):
    return case.clocks.get(kind=kind).due_on.isoformat()


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-02", "2026-03-17"),  # fifteen days later, a Tuesday
        ("2026-02-02", "2026-02-24"),  # 17 February lies in Spring Festival
        ("2026-01-30", "2026-02-14"),  # a Saturday that is worked
        ("2026-09-16", "2026-10-08"),  # 1 October
        ("2026-03-21", "2026-04-07"),  # 5 April: Qingming until the 6th
    ],
)
@pytest.mark.parametrize("kind", ["PET_TRIAGE", "PET_NOTICE_DIRECT"])
def test_fifteen_days_to_triage_and_to_tell(house, kind, received, due):
    assert _due(petitioned(house, now=at(received)), kind) == due


@pytest.mark.parametrize(
    ("on", "due"),
    [
        ("2026-03-03", "2026-05-06"),  # 2 May lies in the holiday
        ("2026-03-02", "2026-05-06"),  # and so does 1 May
        ("2026-03-10", "2026-05-09"),  # a Saturday that is worked
        ("2026-08-06", "2026-10-08"),  # 5 October
        ("2026-11-18", "2027-01-18"),  # 17 January 2027 is a Sunday
    ],
)
def test_sixty_days_to_handle(house, on, due):
    assert _due(accepted(house, now=at(on)), "PET_HANDLE") == due


def test_whoever_accepts_late_has_no_more_time(house):
    case = triaged(house, now=at("2026-03-02"))
    accept_petition(case.pk, actor=house.petition_handler, now=at("2026-04-09"))
    assert _due(case, "PET_HANDLE") == "2026-05-18"  # sixty days after 17 March is 16 May, a Saturday


@pytest.mark.parametrize(
    ("on", "due"),
    [("2026-03-02", "2026-04-01"), ("2026-03-06", "2026-04-07"), ("2026-04-01", "2026-05-06")],
)
def test_thirty_days_to_ask_for_a_review(house, on, due):
    assert _due(opinion_served(house, now=at(on)), "PET_ASKREVIEW") == due


@pytest.mark.parametrize(("on", "late"), [("2026-03-17", None), ("2026-03-18", 1)])
def test_the_first_notice_ends_the_fifteen_days(house, on, late):
    case = triaged(house, now=at("2026-03-02"))
    accept_petition(case.pk, actor=house.petition_handler, now=at("2026-03-10"))
    served(house, case, NoticeKind.ACCEPTANCE, now=at(on))
    assert case.clocks.get(kind="PET_NOTICE_DIRECT").late_days == late


def _ask(house, case, *, days, now):
    limit = case.clocks.get(kind="PET_HANDLE")
    return ask_extension(
        case.pk, new=NewExtension(limit.pk, days, "情况复杂（示例）"), actor=house.petition_handler, now=now
    )


def _decide(house, asked, *, now, by="petition_leader", is_granted=True):
    told = {"is_granted": is_granted, "remark": "同意（示例）", "actor": getattr(house, by), "now": now}
    return decide_extension(asked.clock.case_id, extension_id=asked.pk, **told)


def test_the_leader_extends_by_thirty_days_at_most_and_gives_the_reason(house):
    case = accepted(house, now=at("2026-03-10"))
    with pytest.raises(DomainError):
        _ask(house, case, days=31, now=at("2026-05-08"))
    asked = _ask(house, case, days=30, now=at("2026-05-08"))
    told = set(OutboxMessage.objects.filter(matter_id=case.pk).values_list("recipient", flat=True))
    assert {house.petition_leader.pk, house.county_supervisor.pk, house.county_checker.pk} == told
    granted = _decide(house, asked, now=at("2026-05-09"))
    assert (granted.number, granted.ground) == ("(2026)枫桥延字第0001号", "情况复杂（示例）")
    assert _due(Case.objects.get(pk=case.pk), "PET_HANDLE") == "2026-06-08"  # ninety days after 10 March


def test_on_the_day_after_the_last_one_nothing_is_extended(house):
    case = accepted(house, now=at("2026-03-10"))
    asked = _ask(house, case, days=10, now=at("2026-05-09", 20))
    for refused in (lambda: _decide(house, asked, now=at("2026-05-10", 0, 1)), lambda: _late_ask(house)):
        with pytest.raises(DomainError):
            refused()
    assert _due(case, "PET_HANDLE") == "2026-05-09"


def _late_ask(house):
    case = accepted(house, now=at("2026-03-10"))
    return _ask(house, case, days=10, now=at("2026-05-10", 0, 1))


@pytest.mark.parametrize("by", ["unit_leader", "petition_handler", "town_triage", "nobody"])
def test_nobody_else_extends_as_the_leader(house, by):
    asked = _ask(house, accepted(house, now=at("2026-03-10")), days=10, now=at("2026-04-10"))
    with pytest.raises((DomainError, Case.DoesNotExist)):
        _decide(house, asked, by=by, now=at("2026-04-10"))
    assert _decide(house, asked, is_granted=False, now=at("2026-04-10")).state == "refused"


@pytest.mark.parametrize(("build", "is_told"), [(accepted, True), (drafted, False)])
def test_at_half_of_the_sixty_days_a_handler_without_a_draft_is_told(house, build, is_told):
    case = build(house, now=at("2026-03-10"))
    sweep(now=ClockStep.objects.get(clock__case=case, clock__kind="PET_HANDLE", step="nudge").at)
    assert case.events.filter(kind="nudged", data__clock="PET_HANDLE").exists() is is_told
