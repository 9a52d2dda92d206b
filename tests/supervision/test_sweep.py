from datetime import timedelta

from cases.enums import ClockKind, ClockState, EventKind, Grade, Step
from cases.models import Case, ClockStep, Event, Transfer
from cases.services.assign import assign_case
from cases.services.clocks import start_clock
from centers.models import Post
from core.models import OutboxMessage
from supervision.models import SupervisionNotice
from supervision.services.sweep import sweep
from tests.factories import LONG_AGO, agreed, at, registered, triaged

WEDNESDAY = at("2026-11-18")
# Three working days from Wednesday: Thursday, Friday, Monday 23 November; the limit is over at Tuesday 00:00.
EXPIRY = at("2026-11-24", 0)


def _steps(case: Case, kind: ClockKind) -> dict[str, str]:
    return {
        step.step: step.at.astimezone(EXPIRY.tzinfo).strftime("%m-%d %H:%M")
        for step in ClockStep.objects.filter(clock__case=case, clock__kind=kind)
    }


def _events(case: Case) -> list[str]:
    return list(case.events.order_by("at", "pk").values_list("kind", flat=True))


def test_triage_writes_the_whole_ladder_of_the_village_limit(house):
    case = triaged(house, now=WEDNESDAY)
    assert _steps(case, ClockKind.LVL_VILLAGE) == {
        Step.REMIND: "11-20 08:30",
        Step.PREWARN: "11-20 08:30",
        Step.CLIMB: "11-24 00:00",
        Step.YELLOW: "11-24 08:30",
        Step.RED: "11-30 08:30",
        Step.MEASURES: "12-07 08:30",
    }


def test_nothing_fires_a_second_before_its_moment(house):
    case = triaged(house, now=WEDNESDAY)
    assert sweep(now=EXPIRY - timedelta(seconds=1)) == 2
    assert EventKind.ESCALATED not in _events(case)


def test_a_late_matter_climbs_to_the_town_and_the_towns_limit_starts_on_the_day_it_was_due(house):
    case = triaged(house, now=WEDNESDAY)
    sweep(now=EXPIRY)
    case.refresh_from_db()
    town_clock = case.clocks.get(kind=ClockKind.LVL_TOWN)
    assert case.holder == house.town
    assert (town_clock.started_on.isoformat(), town_clock.due_on.isoformat()) == ("2026-11-23", "2026-12-02")
    assert case.handler == house.mediator


def test_the_case_stays_late_until_the_town_signs_and_then_the_days_are_frozen(house):
    case = triaged(house, now=WEDNESDAY)
    sweep(now=EXPIRY)
    assign_case(case.pk, handler=house.town_mediator, actor=house.town_triage, now=at("2026-11-25", 10))
    village_clock = case.clocks.get(kind=ClockKind.LVL_VILLAGE)
    assert (village_clock.state, village_clock.late_days) == (ClockState.LAPSED, 2)
    case.refresh_from_db()
    assert case.due_at == case.clocks.get(kind=ClockKind.LVL_TOWN).due_at


def test_the_yellow_notice_goes_out_on_the_next_working_day_with_the_next_number_of_the_town(house):
    cases = [triaged(house, now=WEDNESDAY) for _ in range(2)]
    sweep(now=at("2026-11-24", 8, 30))
    numbers = SupervisionNotice.objects.order_by("pk").values_list(
        "number", "issuer__name", "center__name", "unit__name"
    )
    assert list(numbers) == [
        (f"(2026)枫桥督字第000{index}号", "枫桥镇", "枫源村", "枫源村人民调解委员会")
        for index, _ in enumerate(cases, 1)
    ]
    assert {notice.reply_due_on.isoformat() for notice in SupervisionNotice.objects.all()} == {"2026-11-27"}


def test_a_notice_is_owed_even_when_the_town_signed_before_it_went_out(house):
    case = triaged(house, now=WEDNESDAY)
    sweep(now=EXPIRY)
    assign_case(case.pk, handler=house.town_mediator, actor=house.town_triage, now=at("2026-11-24", 8, 0))
    sweep(now=at("2026-11-24", 8, 30))
    assert case.notices.get().facts["late_days"] == 1


def test_sweeping_twice_does_nothing_twice(house):
    triaged(house, now=WEDNESDAY)
    moment = at("2026-11-24", 9)
    assert [sweep(now=moment), sweep(now=moment)] == [4, 0]
    assert (SupervisionNotice.objects.count(), Transfer.objects.filter(reason="escalation").count()) == (1, 1)


def test_reminders_go_to_the_handler_and_the_leader_and_the_newest_step_tells_the_supervisor_too(house):
    triaged(house, now=WEDNESDAY)
    sweep(now=at("2026-11-20", 8, 30))
    told = set(OutboxMessage.objects.values_list("recipient__username", flat=True))
    assert told == {"mediator", "unit_leader", "town_supervisor"}
    assert OutboxMessage.objects.count() == 3


def test_after_an_outage_each_step_has_its_own_date_and_only_the_move_and_the_newest_are_told(house):
    case = triaged(house, now=WEDNESDAY)
    sweep(now=at("2026-11-25", 9))
    dates = {event.kind: event.at.astimezone(EXPIRY.tzinfo).strftime("%m-%d") for event in case.events.all()}
    assert (dates[EventKind.REMINDED], dates[EventKind.ESCALATED], dates[EventKind.NOTICE_ISSUED]) == (
        "11-20",
        "11-24",
        "11-24",
    )
    told = {int(message.key.split(":")[1]) for message in OutboxMessage.objects.all()}
    steps = ClockStep.objects.filter(clock__kind=ClockKind.LVL_VILLAGE, pk__in=told)
    assert set(steps.values_list("step", flat=True)) == {Step.CLIMB, Step.YELLOW}


def test_an_outage_longer_than_two_limits_climbs_twice_with_true_dates(house):
    case = triaged(house, now=WEDNESDAY)
    sweep(now=at("2026-12-04", 9))
    moves = case.transfers.filter(reason="escalation").values_list("to_center__name", "moved_at")
    assert [(name, moved.astimezone(EXPIRY.tzinfo).strftime("%m-%d")) for name, moved in moves] == [
        ("枫桥镇", "11-24"),
        ("诸暨市", "12-03"),
    ]


def test_a_town_where_nobody_is_in_office_is_skipped(house):
    Post.objects.filter(center=house.town).update(ends_on=LONG_AGO)
    case = triaged(house, now=WEDNESDAY)
    sweep(now=EXPIRY)
    case.refresh_from_db()
    assert (case.holder.name, case.clocks.last().kind) == ("诸暨市", ClockKind.LVL_COUNTY)


def test_a_matter_with_nobody_above_stays_and_says_so(house):
    case = triaged(house, now=WEDNESDAY)
    Post.objects.exclude(center=house.village).update(ends_on=LONG_AGO)
    sweep(now=EXPIRY)
    case.refresh_from_db()
    assert (case.holder, EventKind.NOT_ESCALATED in _events(case)) == (house.village, True)


def test_a_matter_that_found_nobody_above_climbs_on_the_first_working_day_somebody_is_there(house):
    case = triaged(house, now=WEDNESDAY)
    Post.objects.exclude(center=house.village).update(ends_on=LONG_AGO)
    sweep(now=at("2026-11-25", 9))
    Post.objects.filter(center=house.town).update(ends_on=None)
    sweep(now=at("2026-11-26", 8, 30))
    case.refresh_from_db()
    assert (case.holder, _events(case).count(EventKind.NOT_ESCALATED)) == (house.town, 1)
    assert case.clocks.get(kind=ClockKind.LVL_TOWN).started_on.isoformat() == "2026-11-26"


def test_a_matter_that_nobody_triages_climbs_after_one_working_day(house):
    case = registered(house, now=WEDNESDAY)
    sweep(now=at("2026-11-20", 0))
    case.refresh_from_db()
    assert (case.holder, case.stage) == (house.town, "registered")
    assert case.clocks.get(kind=ClockKind.LVL_TOWN).started_on.isoformat() == "2026-11-19"


def test_nothing_fires_while_a_result_waits_to_be_checked(house):
    case = agreed(house, now=WEDNESDAY)
    sweep(now=at("2026-11-26", 9))
    assert EventKind.ESCALATED not in _events(case)
    assert not case.notices.exists()


def test_a_step_that_is_refused_is_set_aside_and_the_others_go_on(house):
    poisoned, sound = triaged(house, now=WEDNESDAY), triaged(house, now=WEDNESDAY)
    start_clock(poisoned, ClockKind.LVL_TOWN, now=WEDNESDAY)  # the clock that the climb is to start is there already
    sweep(now=at("2026-11-24", 9))
    failed = ClockStep.objects.exclude(failed_at=None).get()
    assert failed.clock.case == poisoned
    assert "clock_once_per_key" in failed.error
    sound.refresh_from_db()
    assert sound.holder == house.town


def test_the_town_may_be_late_too_while_its_case_is_unsigned(house):
    case = triaged(house, now=WEDNESDAY)
    sweep(now=at("2026-12-03", 0))
    waiting = case.transfers.waiting().get()
    assert waiting.to_center.name == "诸暨市"
    assert case.transfers.exclude(superseded_at=None).count() == 1


def test_a_critical_matter_starts_at_the_town(house):
    case = triaged(house, now=WEDNESDAY, grade=Grade.CRITICAL)
    case.refresh_from_db()
    assert (case.holder, case.handler) == (house.town, None)
    assert case.clocks.get(kind=ClockKind.LVL_TOWN).due_on.isoformat() == "2026-11-25"


def test_an_open_notice_whose_answer_is_late_is_told_to_the_supervisors(house):
    case = triaged(house, now=WEDNESDAY)
    sweep(now=at("2026-11-24", 8, 30))
    sweep(now=at("2026-11-28", 0))
    passed = Event.objects.filter(case=case, kind=EventKind.LIMIT_PASSED).get()
    assert passed.data["clock"] == ClockKind.NOTICE_REPLY


def test_a_step_that_was_set_aside_is_tried_again_after_an_hour(house):
    case = triaged(house, now=WEDNESDAY)
    climb = ClockStep.objects.get(clock__case=case, clock__kind=ClockKind.LVL_VILLAGE, step=Step.CLIMB)
    ClockStep.objects.filter(pk=climb.pk).update(failed_at=EXPIRY, error="CalendarMissing")
    assert sweep(now=EXPIRY + timedelta(minutes=59)) == 2
    assert sweep(now=EXPIRY + timedelta(minutes=60)) == 1
    case.refresh_from_db()
    assert case.holder == house.town
