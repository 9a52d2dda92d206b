"""What may be asked for, when, by whom, and how much. Three working days from Wednesday 18 November 2026: Monday 23."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from cases.enums import Category, ClockKind, EventKind, ExtensionState, PauseReason
from cases.models import Case, Clock, ClockRule, Extension
from cases.reports import DESKS
from cases.services.clocks import start_clock
from cases.services.extend import NewExtension, ask_extension, grant_extension
from cases.services.pause import start_pause
from core.errors import DomainError, IllegalTransition
from tests.factories import agreed, at, mediating, triaged

NOW = at("2026-11-18")
VILLAGE = ClockKind.LVL_VILLAGE
EXPIRY = at("2026-11-24", 0)
AGREED = date(2026, 11, 19)
FRIDAY = at("2026-11-20")


@pytest.fixture
def case(house):
    return mediating(house, now=NOW)


def _ask(house, case, kind=VILLAGE, *, amount=2, agreed_on=None, now=FRIDAY, who="mediator"):
    row = case.clocks.get(kind=kind)
    new = NewExtension(row.pk, amount, "一方当事人外出（示例）", agreed_on)
    return ask_extension(case.pk, new=new, actor=getattr(house, who), now=now)


def test_a_request_moves_nothing_and_waits_to_be_decided_one_level_up(house, case):
    before = list(Clock.objects.values())
    asked = _ask(house, case)
    assert (asked.state, asked.amount, asked.unit_of_time) == (ExtensionState.ASKED, 2, "working_days")
    assert list(Clock.objects.values()) == before
    assert case.events.get(kind=EventKind.EXTENSION_ASKED).data == {"clock": VILLAGE, "length": "2 working_days"}


@pytest.mark.parametrize(
    ("who", "waits"),
    [("town_supervisor", True), ("county_supervisor", True), ("village_triage", False), ("town_triage", False)],
)
def test_the_desk_of_those_above_counts_it(house, case, who, waits):
    _ask(house, case)
    assert DESKS["to_extend"].rows(getattr(house, who), now=NOW).exists() is waits


def test_a_request_for_a_limit_that_is_over_waits_no_more(house, case):
    _ask(house, case)
    case.clocks.filter(kind=VILLAGE).update(state="met", ended_at=NOW)
    assert not DESKS["to_extend"].rows(house.town_supervisor, now=NOW).exists()


@pytest.mark.parametrize(("now", "is_refused"), [(EXPIRY, False), (EXPIRY + timedelta(microseconds=1), True)])
def test_it_is_asked_before_the_limit_ends_and_not_after(house, case, now, is_refused):
    if is_refused:
        with pytest.raises(DomainError, match=r"2026-11-23届满.*届满后不予延期"):
            _ask(house, case, now=now)
    else:
        assert _ask(house, case, now=now).asked_at == now


@pytest.mark.parametrize(("amount", "is_refused"), [(3, False), (4, True), (0, True)])
def test_a_level_is_extended_by_its_own_length_at_most(house, case, amount, is_refused):
    if is_refused:
        with pytest.raises(DomainError, match="最多可再延长3 个工作日"):
            _ask(house, case, amount=amount)
    else:
        assert _ask(house, case, amount=amount).amount == amount


def test_a_level_is_extended_once(house, case):
    asked = _ask(house, case)
    grant_extension(asked.pk, remark="理由成立（示例）", actor=house.town_supervisor, now=FRIDAY)
    with pytest.raises(DomainError, match="最大限度"):
        _ask(house, case, amount=1)


@pytest.mark.parametrize(
    ("kind", "most", "unit"),
    [
        (ClockKind.PET_HANDLE, 30, "days"),
        (ClockKind.MED_GENERAL, 30, "days"),
        (ClockKind.MED_MEDICAL, 30, "days"),
        (ClockKind.MED_COURT_PRE, 30, "days"),
        (ClockKind.LVL_TOWN, 7, "working_days"),
    ],
)
def test_every_limit_that_may_be_extended_has_its_most(house, case, kind, most, unit):
    case.clocks.filter(kind=kind).exists() or start_clock(case, kind, now=NOW)
    with pytest.raises(DomainError, match=f"最多可再延长{most} "):
        _ask(house, case, kind, amount=most + 1, agreed_on=AGREED)
    asked = _ask(house, case, kind, amount=most, agreed_on=AGREED)
    assert (asked.amount, asked.unit_of_time) == (most, unit)


@pytest.mark.parametrize(
    "kind", [ClockKind.MED_LABOUR, ClockKind.PET_TRIAGE, ClockKind.PET_OBJECT, ClockKind.PET_REVIEW]
)
def test_no_other_limit_is_extended(house, case, kind):
    start_clock(case, kind, now=NOW)
    with pytest.raises(DomainError, match="不得延期"):
        _ask(house, case, kind, amount=1)


def test_a_place_may_allow_less(house, case):
    ClockRule.objects.create(
        kind=ClockKind.MED_EXTEND,
        center=house.town,
        amount=10,
        unit_of_time="days",
        article="示例",
        valid_from=date(2026, 1, 1),
    )
    with pytest.raises(DomainError, match="最多可再延长10 日"):
        _ask(house, case, ClockKind.MED_GENERAL, amount=11, agreed_on=AGREED)


@pytest.mark.parametrize("agreed_on", [None, date(2026, 11, 17), date(2026, 11, 21)])
def test_a_mediation_goes_on_only_if_both_parties_agreed_to_it_in_writing_before(house, case, agreed_on):
    with pytest.raises(DomainError, match="书面同意"):
        _ask(house, case, ClockKind.MED_GENERAL, agreed_on=agreed_on)
    assert _ask(house, case, ClockKind.MED_GENERAL, agreed_on=AGREED).agreed_on == AGREED


def test_the_limit_of_a_level_does_not_depend_on_the_parties(house, case):
    assert _ask(house, case, agreed_on=AGREED).agreed_on is None


def test_there_is_one_request_at_a_time(house, case):
    _ask(house, case)
    with pytest.raises(DomainError, match="正待审批"):
        _ask(house, case)


def test_a_paused_limit_is_not_extended(house):
    case = mediating(house, now=NOW, category=Category.MEDICAL)
    start_pause(case.pk, reason=PauseReason.MEDICAL_APPRAISAL, ground="鉴定（示例）", actor=house.mediator, now=NOW)
    with pytest.raises(DomainError, match="正在中止"):
        _ask(house, case)


def test_a_matter_whose_result_waits_is_not_extended(house):
    with pytest.raises(IllegalTransition):
        _ask(house, agreed(house, now=NOW))


def test_a_clock_of_another_matter_is_not_found(house, case):
    other = triaged(house, now=NOW).clocks.get(kind=VILLAGE)
    new = NewExtension(other.pk, 1, "示例")
    with pytest.raises(Clock.DoesNotExist):
        ask_extension(case.pk, new=new, actor=house.mediator, now=NOW)


@pytest.mark.parametrize(
    "who", ["unit_leader", "town_supervisor", "village_triage", "town_mediator", "neighbour_clerk"]
)
def test_nobody_but_the_handler_asks(house, case, who):
    with pytest.raises(Case.DoesNotExist):
        _ask(house, case, who=who)
    assert not Extension.objects.exists()


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"ground": ""}, "extension_has_ground"),
        ({"amount": 0}, "extension_has_length"),
        ({"state": "granted"}, "extension_decided_by_somebody"),
        ({"told_on": AGREED}, "extension_told_was_granted"),
        ({"number": "1"}, "extension_granted_has_its_notice"),
    ],
)
def test_the_database_keeps_what_belongs_together(house, case, values, rule):
    _ask(house, case)
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Extension.objects.update(**values)
