"""Other units are asked into a mediation with the parties' consent, answer for themselves, and see no more of it."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.enums import Sensitivity
from cases.models import Case
from centers.enums import Role
from centers.models import Unit
from core import clock
from core.errors import DomainError, IllegalTransition
from core.models import OutboxMessage
from disputes.enums import JointAnswer
from disputes.models import JointUnit
from disputes.reports.hearings import session_lines
from disputes.reports.joint import joint_mediators, units_to_ask
from disputes.services.joint import agree_to_join, ask_unit, decline_to_join, release_unit
from disputes.services.meet import NewSession, plan_session
from tests.factories import at, make_person, mediating, recused, registered

NOW = at("2026-11-18")
MEETING = at("2026-11-19", 14)


@pytest.fixture
def case(house, monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: NOW)
    house.other = Unit.objects.create(center=house.town, name="枫桥派出所（示例）", kind="organ")
    house.people["helper"] = make_person("helper", Role.HANDLER, house.town, unit=house.other)
    house.people["chief"] = make_person("chief", Role.UNIT_LEADER, house.town, unit=house.other)
    return mediating(house, now=NOW)


def _ask(house, case, unit=None, on="2026-11-18", by="mediator"):
    told = {"purpose": "协助核实（示例）", "consented_on": at(on).date()}
    return ask_unit(case.pk, unit_id=(unit or house.other).pk, **told, actor=getattr(house, by), now=NOW)


def _plan(house, case, *people):
    parties = list(case.parties.values_list("pk", flat=True))
    who = {"mediator_ids": [one.pk for one in people], "recorder_id": house.mediator.pk}
    new = NewSession(MEETING, "调解室（示例）", is_joint=True, party_ids=parties, **who)
    return plan_session(case.pk, new=new, actor=house.mediator, now=NOW)


def test_a_unit_that_agreed_lends_its_mediators_until_it_is_released(house, case):
    row = _ask(house, case)
    with pytest.raises(DomainError):
        _plan(house, case, house.mediator, house.helper)
    agree_to_join(row.pk, actor=house.helper, now=NOW)
    assert list(joint_mediators(case, on=clock.local_day(NOW))) == [house.helper]
    assert _plan(house, case, house.mediator, house.helper).attendances.filter(person=house.helper).exists()
    assert _planned_people(case) == ["调解员 helper（示例）", "调解员 mediator（示例）"]
    release_unit(case.pk, row_id=row.pk, ground="专业意见已取得（示例）", actor=house.mediator, now=NOW)
    assert _planned_people(case) == ["调解员 helper（示例）（不再参加）", "调解员 mediator（示例）"]
    with pytest.raises(DomainError):
        _plan(house, case, house.mediator, house.helper)
    kinds = list(case.events.filter(kind__startswith="unit_").values_list("kind", flat=True))
    assert kinds == ["unit_asked", "unit_agreed", "unit_released"]


def _planned_people(case):
    (line,) = session_lines(case)
    return sorted(who for who in line.people if who.startswith("调解员"))


def test_a_mediator_who_was_recused_no_longer_comes_to_what_is_planned(house, case):
    second = make_person("second", Role.MEDIATOR, house.village)
    _plan(house, case, house.mediator, second)
    assert _planned_people(case) == ["调解员 mediator（示例）", "调解员 second（示例）"]
    recused(case, person=second, by=house.town_supervisor, now=NOW)
    assert _planned_people(case) == ["调解员 mediator（示例）", "调解员 second（示例）（不再参加）"]


def test_a_unit_is_released_with_the_reason_alone(house, case):
    row = _ask(house, case)
    with pytest.raises(IntegrityError), transaction.atomic():
        JointUnit.objects.filter(pk=row.pk).update(released_at=NOW)
    released = release_unit(case.pk, row_id=row.pk, ground="不再需要（示例）", actor=house.mediator, now=NOW)
    assert released.release_ground == "不再需要（示例）"
    with pytest.raises(IllegalTransition):
        agree_to_join(row.pk, actor=house.helper, now=NOW)


def test_the_units_people_see_the_row_and_never_the_matter(house, case):
    row = _ask(house, case)
    agree_to_join(row.pk, actor=house.helper, now=NOW)
    assert list(JointUnit.objects.visible_to(house.helper)) == [row]
    assert not Case.objects.visible_to(house.helper).exists()
    for name in ("chief", "mediator", "clerk", "town_supervisor", "town_mediator", "neighbour_clerk"):
        assert not JointUnit.objects.visible_to(getattr(house, name)).exists(), name


def test_a_post_that_ended_yesterday_shows_nothing_and_answers_nothing(house, case):
    row = _ask(house, case)
    house.helper.posts.update(ends_on=at("2026-11-17").date())
    assert not JointUnit.objects.visible_to(house.helper).exists()
    with pytest.raises(JointUnit.DoesNotExist):
        agree_to_join(row.pk, actor=house.helper, now=NOW)
    house.helper.posts.update(ends_on=at("2026-11-18").date())
    assert agree_to_join(row.pk, actor=house.helper, now=NOW).answer == JointAnswer.AGREED


def test_whoever_is_recused_sees_nothing_lends_nobody_and_is_told_nothing(house, case):
    told = {"ground": "示例", "source": "staff", "recorded_by": house.clerk, "recorded_at": NOW}
    recused = case.recusals.create(person=house.helper, since=NOW.date(), **told)
    row = _ask(house, case)
    assert not JointUnit.objects.visible_to(house.helper).exists()
    assert not OutboxMessage.objects.filter(key__startswith="joint:").exists()
    JointUnit.objects.filter(pk=row.pk).update(answer="agreed", answered_by=house.helper, answered_at=NOW)
    assert not joint_mediators(case, on=NOW.date()).exists()
    assert recused.pk


@pytest.mark.parametrize("target", ["unit", "center"])
def test_a_unit_that_has_no_part_is_not_asked(house, case, target):
    told = {"ground": "示例", "source": "staff", "recorded_by": house.clerk, "recorded_at": NOW}
    whom = {"unit": house.other} if target == "unit" else {"center": house.town}
    assert house.other in units_to_ask(case)
    case.recusals.create(**whom, since=NOW.date(), **told)
    assert house.other not in units_to_ask(case)
    with pytest.raises(DomainError):
        _ask(house, case)


def test_a_matter_under_seal_is_told_to_no_unit_neither_before_nor_after(house, case):
    _ask(house, case)
    Case.objects.filter(pk=case.pk).update(sensitivity=Sensitivity.SEALED)
    assert not JointUnit.objects.visible_to(house.helper).exists()
    assert not units_to_ask(Case.objects.get(pk=case.pk)).exists()


def test_whoever_bears_the_name_of_a_party_is_not_lent(house, case):
    agree_to_join(_ask(house, case).pk, actor=house.helper, now=NOW)
    case.parties.filter(role="respondent").update(name=house.helper.full_name)
    assert not joint_mediators(case, on=NOW.date()).exists()


@pytest.mark.parametrize(("on", "is_refused"), [("2026-11-17", True), ("2026-11-18", False), ("2026-11-19", True)])
def test_the_parties_consent_between_receipt_and_today(house, case, on, is_refused):
    if is_refused:
        with pytest.raises(DomainError):
            _ask(house, case, on=on)
    else:
        assert _ask(house, case, on=on).consented_on == at(on).date()


def test_a_unit_is_asked_once_and_again_after_it_declined(house, case):
    row = _ask(house, case)
    with pytest.raises(DomainError):
        _ask(house, case)
    decline_to_join(row.pk, ground="无警力（示例）", actor=house.helper, now=NOW)
    with pytest.raises(IllegalTransition):
        agree_to_join(row.pk, actor=house.helper, now=NOW)
    assert _ask(house, case).pk != row.pk


def test_neither_the_unit_that_mediates_nor_one_of_another_county_is_asked(house, case):
    Case.objects.filter(pk=case.pk).update(unit=house.unit)
    case = Case.objects.get(pk=case.pk)
    far = Unit.objects.create(center=house.centers["330602"], name="越城某所（示例）", kind="organ")
    for unit in (house.unit, far):
        with pytest.raises(DomainError):
            _ask(house, case, unit=unit)


def test_only_whoever_handles_the_matter_asks_and_only_while_it_goes_on(house, case):
    with pytest.raises(Case.DoesNotExist):
        _ask(house, case, by="town_supervisor")
    early = registered(house, now=NOW)
    Case.objects.filter(pk=early.pk).update(handler=house.mediator)
    with pytest.raises(IllegalTransition):
        _ask(house, early)


def test_the_unit_and_then_the_handler_are_told_in_names_of_offices_alone(house, case):
    row = _ask(house, case)
    agree_to_join(row.pk, actor=house.helper, now=NOW)
    told = dict(OutboxMessage.objects.filter(key__startswith="joint:").values_list("recipient", "body"))
    assert set(told) == {house.helper.pk, house.mediator.pk}
    assert not any("样本" in text or case.title in text for text in told.values())


def test_the_database_keeps_one_standing_row_and_no_answer_without_somebody(house, case):
    row = _ask(house, case)
    wrong = [{"answer": "agreed"}, {"ground": "x"}, {"purpose": ""}, {"answered_by": house.helper}]
    wrong += [{"released_at": NOW}, {"release_ground": "示例"}]
    for changed in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            JointUnit.objects.filter(pk=row.pk).update(**changed)
    told = {"consented_on": NOW.date(), "asked_by": house.clerk, "asked_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        JointUnit.objects.create(case=case, round=1, unit=house.other, purpose="x", **told)


def test_both_pages_lead_from_the_request_to_the_session(house, case, client):
    client.force_login(house.mediator)
    asked = {"unit": house.other.pk, "purpose": "协助核实（示例）", "consented_on": "2026-11-18"}
    page = client.post(reverse("admin:cases_case_act", args=[case.pk, "ask_unit"]), asked, follow=True)
    assert "枫桥派出所（示例）" in page.content.decode()
    client.force_login(house.helper)
    row = JointUnit.objects.get()
    assert case.number in client.get(reverse("admin:disputes_jointunit_changelist")).content.decode()
    page = client.get(reverse("admin:disputes_jointunit_change", args=[row.pk])).content.decode()
    assert "协助核实（示例）" in page
    assert case.title not in page
    _plan(house, case, house.mediator)
    url = reverse("admin:disputes_jointunit_change", args=[row.pk])
    assert "调解室（示例）" not in client.get(url).content.decode()
    client.post(reverse("admin:disputes_jointunit_act", args=[row.pk, "agree"]))
    assert "2026-11-19 14:00 调解室（示例）" in client.get(url).content.decode()
