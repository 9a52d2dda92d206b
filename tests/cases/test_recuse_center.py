"""A center that the matter is about: passed by on the way up, and relieved of the matter at once if it holds it."""

from datetime import date

import pytest

from cases.enums import ClockKind, ClockState, EventKind, TransferReason
from cases.models import Case, ClockStep, Recusal
from cases.reports import DESKS
from cases.services.recuse import recuse_center
from centers.models import Post
from core.errors import DomainError, IllegalTransition
from disputes.services.verify import confirm_dispute
from supervision.services.sweep import sweep
from tests.cases.papers import with_papers
from tests.factories import LONG_AGO, agreed, at, mediating, registered, triaged

NOW = at("2026-11-18")
FRIDAY = at("2026-11-20")
EXPIRY = at("2026-11-24", 0)
VILLAGE, TOWN, COUNTY = ClockKind.LVL_VILLAGE, ClockKind.LVL_TOWN, ClockKind.LVL_COUNTY


def _recuse(house, case, center=None, *, who="village_triage", now=FRIDAY):
    return recuse_center(
        case.pk, center=center or house.village, ground="反映本单位（示例）", actor=getattr(house, who), now=now
    )


def _case(case):
    return Case.objects.select_related("holder").get(pk=case.pk)


def _limits(case):
    rows = case.clocks.exclude(kind=ClockKind.SIGN_FOR).order_by("pk")
    return {row.kind: (row.holder.name, row.state, row.started_on.isoformat()) for row in rows}


def test_a_center_without_a_part_is_passed_by_on_the_way_up(house):
    case = triaged(house, now=NOW)
    _recuse(house, case, house.town)
    assert _case(case).holder == house.village
    sweep(now=EXPIRY)
    assert _case(case).holder.name == "诸暨市"


def test_the_matter_leaves_the_center_it_is_about_at_once(house):
    case = triaged(house, now=NOW)
    _recuse(house, case)
    moved = _case(case)
    assert (moved.holder, moved.handler, moved.unit) == (house.town, None, None)
    assert _limits(case) == {
        VILLAGE: ("枫源村", ClockState.MET, "2026-11-18"),
        TOWN: ("枫桥镇", ClockState.RUNNING, "2026-11-20"),
    }
    transfer = case.transfers.waiting().get()
    assert (transfer.reason, transfer.from_center, transfer.to_center) == (
        TransferReason.RECUSAL,
        house.village,
        house.town,
    )


def test_the_center_above_finds_it_on_its_desk(house):
    case = triaged(house, now=NOW)
    _recuse(house, case)
    assert list(DESKS["to_sign_for"].rows(house.town_triage, now=FRIDAY)) == [case]
    kinds = list(case.events.order_by("pk").values_list("kind", flat=True))
    assert kinds[-3:] == [EventKind.CENTER_RECUSED, EventKind.HANDED_UP, EventKind.CLOCK_STARTED]


def test_what_was_late_by_then_stays_late(house):
    case = triaged(house, now=NOW)
    Post.objects.exclude(center=house.village).update(ends_on=LONG_AGO)
    sweep(now=at("2026-11-26"))  # nobody above is in office, so the matter stays
    Post.objects.filter(center=house.town).update(ends_on=None)
    _recuse(house, case, now=at("2026-11-26", 10))
    row = case.clocks.get(kind=VILLAGE)
    assert (row.state, row.late_days, _case(case).holder) == (ClockState.LAPSED, 3, house.town)


def test_the_limits_of_the_law_run_on_with_the_new_center(house):
    case = mediating(house, now=NOW)
    _recuse(house, case)
    assert _limits(case)[ClockKind.MED_GENERAL] == ("枫桥镇", ClockState.RUNNING, "2026-11-18")


def test_a_center_above_where_nobody_is_in_office_is_passed_by_as_well(house):
    Post.objects.filter(center=house.town).update(ends_on=LONG_AGO)
    case = triaged(house, now=NOW)
    _recuse(house, case)
    assert (_case(case).holder.name, COUNTY in _limits(case)) == ("诸暨市", True)


def test_with_nobody_above_the_matter_stays_and_the_recusal_is_on_record(house):
    case = triaged(house, now=NOW)
    Post.objects.exclude(center=house.village).update(ends_on=LONG_AGO)
    _recuse(house, case)
    assert (_case(case).holder, Recusal.objects.count()) == (house.village, 1)
    assert _limits(case)[VILLAGE][1] == ClockState.RUNNING


def test_a_matter_nobody_has_triaged_waits_for_triage_above(house):
    case = registered(house, now=NOW)
    _recuse(house, case, now=at("2026-11-18", 15))
    rows = case.clocks.filter(kind=ClockKind.SIGN_FOR).order_by("pk")
    assert [(row.holder.name, row.state) for row in rows] == [("枫源村", "met"), ("枫桥镇", "running")]
    assert list(DESKS["to_triage"].rows(house.town_triage, now=NOW)) == [case]


def test_a_matter_that_climbed_untriaged_goes_on_climbing(house):
    case = registered(house, now=NOW)
    sweep(now=at("2026-11-20", 0))
    _recuse(house, case, house.town, who="town_triage")
    assert (_case(case).holder.name, _case(case).stage) == ("诸暨市", "registered")
    assert (_limits(case)[TOWN][1], _limits(case)[COUNTY][1]) == (ClockState.MET, ClockState.RUNNING)


def test_a_result_that_waits_is_checked_above_and_nothing_fires_until_then(house):
    case = agreed(house, now=NOW)
    _recuse(house, case)
    assert not ClockStep.objects.waiting().filter(clock__case=case).exists()
    confirm_dispute(with_papers(case).pk, remark="已核实（示例）", actor=house.town_supervisor, now=at("2026-12-20"))
    assert {row.state for row in case.clocks.all()} == {ClockState.MET}


def test_the_ground_and_who_noted_it_are_kept(house):
    case = triaged(house, now=NOW)
    recusal = _recuse(house, case)
    assert (recusal.center, recusal.ground, recusal.recorded_by) == (
        house.village,
        "反映本单位（示例）",
        house.village_triage,
    )
    assert recusal.recorded_at.date() == date(2026, 11, 20)


def test_a_center_elsewhere_has_no_part_anyway(house):
    case = triaged(house, now=NOW)
    with pytest.raises(DomainError, match="无关"):
        _recuse(house, case, house.centers["330681110"])


def test_a_center_is_recused_once(house):
    case = triaged(house, now=NOW)
    _recuse(house, case, house.town)
    with pytest.raises(DomainError, match="已经回避"):
        _recuse(house, case, house.town)


def test_a_closed_matter_is_taken_away_from_nobody(house):
    case = agreed(house, now=NOW)
    confirm_dispute(with_papers(case).pk, remark="已核实（示例）", actor=house.town_supervisor, now=NOW)
    with pytest.raises(IllegalTransition):
        _recuse(house, case, who="town_supervisor")


@pytest.mark.parametrize(
    "who", ["mediator", "clerk", "unit_leader", "neighbour_town_supervisor", "other_county_supervisor"]
)
def test_triage_officers_and_supervisors_over_the_matter_alone_note_it(house, who):
    case = triaged(house, now=NOW)
    with pytest.raises(Case.DoesNotExist):
        _recuse(house, case, who=who)
    assert not Recusal.objects.exists()


def test_a_supervisor_above_notes_it_too(house):
    assert _recuse(house, triaged(house, now=NOW), who="county_supervisor").pk
