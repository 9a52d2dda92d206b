from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from cases.enums import EventKind, Outcome, Stage
from cases.models import Case
from core.errors import DomainError, IllegalTransition
from disputes.enums import AgreementForm
from disputes.models import Agreement, Dispute
from disputes.services.mediate import NewAgreement, record_agreement
from disputes.services.undertake import NewObligation
from tests.factories import agreed, at, mediating, met, new_agreement, race, triaged

NOW = at("2026-11-18")
LATER = at("2026-11-20")


def _agree(case, house, actor="mediator", on="2026-11-19", now=LATER):
    new = new_agreement(at(on), case)
    return record_agreement(case.pk, new, actor=getattr(house, actor), now=now)


def test_the_agreement_is_numbered_and_reported_as_the_result(house):
    agreement = _agree(mediating(house, now=NOW), house)
    case = Case.objects.get()
    assert (str(agreement), agreement.signed_on) == ("(2026)枫源村人调字第0001号", date(2026, 11, 19))
    assert (case.stage, case.dispute.state, case.results.get().outcome) == (Stage.REPORTED, "agreed", Outcome.AGREED)
    assert case.results.get().summary == agreement.content
    assert case.events.get(kind=EventKind.AGREED).data == {"number": agreement.number}


def test_the_agreements_of_a_center_and_year_are_numbered_without_a_gap(house):
    cases = [mediating(house, now=NOW) for _ in range(3)]
    _agree(cases[0], house)
    with transaction.atomic():
        _agree(cases[1], house)
        transaction.set_rollback(True)
    assert _agree(cases[2], house).number.endswith("第0002号")


@pytest.mark.parametrize(
    ("on", "is_refused"), [("2026-11-17", True), ("2026-11-18", False), ("2026-11-20", False), ("2026-11-21", True)]
)
def test_it_is_signed_between_the_start_of_the_mediation_and_today(house, on, is_refused):
    case = mediating(house, now=NOW)
    if is_refused:
        with pytest.raises(DomainError):
            _agree(case, house, on=on)
    else:
        _agree(case, house, on=on)
    assert Agreement.objects.exists() is not is_refused


def test_without_the_day_the_rights_were_told_nothing_is_agreed(house):
    case = mediating(house, now=NOW)
    Dispute.objects.update(rights_told_on=None)
    with pytest.raises(DomainError):
        _agree(case, house)


@pytest.mark.parametrize("stage", [triaged, agreed])
def test_only_what_is_in_mediation_can_be_agreed_on(house, stage):
    with pytest.raises(IllegalTransition):
        _agree(stage(house, now=NOW), house)


@pytest.mark.parametrize("actor", ["town_mediator", "unit_leader", "town_supervisor", "neighbour_clerk"])
def test_only_the_mediator_on_whose_desk_it_lies_records(house, actor):
    case = mediating(house, now=NOW)
    with pytest.raises(Case.DoesNotExist):
        _agree(case, house, actor)
    assert not Agreement.objects.exists()


def test_the_database_refuses_a_number_twice(house):
    _agree(mediating(house, now=NOW), house)
    second = _agree(mediating(house, now=NOW), house)
    with pytest.raises(IntegrityError, match="agreement_number_once"), transaction.atomic():
        Agreement.objects.filter(pk=second.pk).update(number="(2026)枫源村人调字第0001号")


@pytest.mark.django_db(transaction=True)
def test_the_same_agreement_recorded_twice_at_the_same_moment_is_recorded_once(house):
    case = mediating(house, now=NOW)
    answers = race(*[lambda: _agree(case, house)] * 2)
    assert sorted(type(answer).__name__ for answer in answers) == ["Agreement", "IllegalTransition"]
    assert (Agreement.objects.count(), case.results.count()) == (1, 1)


@pytest.mark.parametrize("change", ["missing", "early", "late", "stranger", "oral"])
def test_each_party_signs_a_written_agreement_on_a_day_that_can_be(house, change):
    case = mediating(house, now=NOW)
    new = new_agreement(LATER, case)
    party = case.parties.first().pk
    wrong = {"early": {party: date(2026, 11, 17)}, "late": {party: date(2026, 11, 21)}, "stranger": {0: NOW.date()}}
    signatures = {**new.signatures, **wrong.get(change, {})}
    if change == "missing":
        del signatures[party]
    form = AgreementForm.ORAL if change == "oral" else new.form
    with pytest.raises(DomainError, match="签"):
        record_agreement(case.pk, replace(new, signatures=signatures, form=form), actor=house.mediator, now=LATER)


def test_the_days_of_the_signatures_are_kept(house):
    case = agreed(house, now=NOW)
    assert case.signatures.count() == case.parties.count()
    assert {row.signed_on for row in case.signatures.all()} == {NOW.date()}


@pytest.mark.parametrize(
    ("held", "is_taken"),
    [
        ({}, True),
        ({"round": 2}, False),
        ({"now": at("2026-11-19", 23, 59)}, True),
        ({"now": at("2026-11-20", 0, 1)}, False),
        (None, False),
    ],
)
def test_a_written_agreement_follows_a_session_of_its_round_that_is_on_record(house, held, is_taken):
    case = mediating(house, now=NOW)
    new = _written(case, on=date(2026, 11, 19))
    _planned_only(case) if held is None else met(case, **{"now": NOW} | held)
    if is_taken:
        assert record_agreement(case.pk, new, actor=house.mediator, now=LATER)
    else:
        with pytest.raises(DomainError, match="调解会"):
            record_agreement(case.pk, new, actor=house.mediator, now=LATER)


def test_a_session_after_the_first_signature_is_too_late(house):
    case = mediating(house, now=NOW)
    new, first = _written(case, on=date(2026, 11, 20)), case.parties.first().pk
    met(case, now=at("2026-11-19"))
    early = replace(new, signatures={**new.signatures, first: date(2026, 11, 18)})
    with pytest.raises(DomainError, match="2026-11-19"):
        record_agreement(case.pk, early, actor=house.mediator, now=LATER)
    assert record_agreement(case.pk, new, actor=house.mediator, now=LATER)


@pytest.mark.parametrize("is_done_at_once", [True, False])
def test_an_oral_agreement_does_without_a_session_only_if_it_was_performed_at_once(house, is_done_at_once):
    case = mediating(house, now=NOW)
    owed = NewObligation(case.parties.first().pk, "赔偿款（示例）", date(2026, 12, 1))
    new = _written(case, on=date(2026, 11, 19), form=AgreementForm.ORAL, signatures={})
    if is_done_at_once:
        assert record_agreement(case.pk, new, actor=house.mediator, now=LATER)
    else:
        with pytest.raises(DomainError, match="调解记录"):
            record_agreement(case.pk, replace(new, obligations=(owed,)), actor=house.mediator, now=LATER)


def test_the_page_says_beforehand_that_a_session_comes_first(client, house):
    case = mediating(house, now=NOW)
    client.force_login(house.mediator)
    page = f"/admin/cases/case/{case.pk}/act"
    assert f"{page}/plan_session/" in (said := client.get(f"{page}/agree/").content.decode())
    assert "暂不能办理" in said
    _planned_only(case)
    assert f"{page}/hold_session/" in client.get(f"{page}/agree/").content.decode()
    met(case, now=NOW)
    assert "暂不能办理" not in client.get(f"{page}/agree/").content.decode()


def _planned_only(case):
    case.sessions.create(
        round=1, center=case.holder, starts_at=NOW, place="示例", is_joint=True, planned_by=case.handler, planned_at=NOW
    )


def _written(case, *, on, **changes):
    signatures = dict.fromkeys(case.parties.values_list("pk", flat=True), on)
    new = NewAgreement(AgreementForm.WRITTEN, "示例", "示例", "示例", on, signatures=signatures)
    return replace(new, **changes)
