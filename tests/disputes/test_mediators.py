"""Who mediates: chosen or designated, without a conflict, and replaced when a party objects."""

import pytest
from django.urls import reverse

from cases.models import Case, Party
from centers.enums import Role
from core.errors import DomainError, IllegalTransition
from core.models import User
from disputes.enums import ChosenBy
from disputes.models import Mediator
from disputes.reports.mediators import possible_mediators
from disputes.services.mediate import accept_dispute, record_agreement, start_mediation
from disputes.services.mediators import Conflict, name_mediator, object_to_mediator
from tests.factories import agreed, at, make_person, mediating, new_agreement, recused, registered, said, triaged

NOW = at("2026-11-18")
LATER = at("2026-11-19")


@pytest.fixture
def second(house):
    return make_person("second_mediator", Role.MEDIATOR, house.village, unit=house.unit)


def _name(house, case, person, chosen_by=ChosenBy.PARTIES, by="mediator"):
    return name_mediator(case.pk, person=person, chosen_by=chosen_by, actor=getattr(house, by), now=LATER)


def _object(house, row, successor, by="town_triage", **changes):
    told = {"party_id": row.case.parties.get(role="respondent").pk, "objection": "有亲属关系（示例）"} | changes
    return object_to_mediator(
        row.case_id, mediator_id=row.pk, **told, successor=successor, actor=getattr(house, by), now=LATER
    )


def _offered(case):
    return [one.person for one in possible_mediators(case, on=LATER.date())]


def _mediates(case):
    return set(Mediator.objects.filter(case=case).of_round(1).values_list("person__username", "chosen_by"))


def test_at_the_start_the_handler_is_designated_unless_somebody_chose(house):
    assert _mediates(mediating(house, now=NOW)) == {("mediator", "committee")}
    case = triaged(house, now=NOW)
    _name(house, case, house.mediator, ChosenBy.APPLICANT)
    accept_dispute(case.pk, said=said(LATER), actor=house.mediator, now=LATER)
    start_mediation(case.pk, rights_told_on=LATER.date(), actor=house.mediator, now=LATER)
    assert _mediates(case) == {("mediator", "applicant")}


def test_several_mediate_and_the_handler_stays_responsible(house, second):
    case = mediating(house, now=NOW)
    _name(house, case, second)
    assert _mediates(case) == {("mediator", "committee"), ("second_mediator", "parties")}
    assert Case.objects.get().handler == house.mediator
    with pytest.raises(DomainError):
        _name(house, case, second)


def test_who_chose_can_be_put_right_and_both_stay_on_record(house):
    case = mediating(house, now=NOW)
    _name(house, case, house.mediator, ChosenBy.RESPONDENT)
    assert _mediates(case) == {("mediator", "respondent")}


@pytest.mark.parametrize("who", ["town_mediator", "clerk", "nobody"])
def test_only_mediators_of_the_center_that_holds_the_matter_are_named(house, who):
    with pytest.raises(DomainError):
        _name(house, mediating(house, now=NOW), getattr(house, who))


def test_whoever_was_recused_is_refused_with_the_reason_and_not_offered(house, second):
    case = mediating(house, now=NOW)
    assert second in _offered(case)
    recused(case, person=second, by=house.town_triage, now=NOW)
    assert second not in _offered(case)
    with pytest.raises(Conflict, match="应当回避本案"):
        _name(house, case, second)


def test_whoever_bears_the_name_of_a_party_is_refused_and_not_offered(house, second):
    case = mediating(house, now=NOW)
    User.objects.get_queryset().filter(pk=second.pk).update(full_name="样本乙")
    second.refresh_from_db()
    assert second not in _offered(case)
    with pytest.raises(Conflict, match="与当事人同名"):
        _name(house, case, second)


def test_no_mediation_starts_and_no_agreement_is_recorded_with_a_mediator_in_conflict(house):
    started, case = mediating(house, now=NOW), triaged(house, now=NOW)
    accept_dispute(case.pk, said=said(NOW), actor=house.mediator, now=NOW)
    User.objects.get_queryset().filter(pk=house.mediator.pk).update(full_name="样本乙")
    with pytest.raises(Conflict):
        start_mediation(case.pk, rights_told_on=NOW.date(), actor=house.mediator, now=NOW)
    with pytest.raises(Conflict):
        record_agreement(started.pk, new_agreement(LATER, started), actor=house.mediator, now=LATER)


def test_an_objection_takes_the_matter_from_the_desk_and_gives_it_to_another(house, second):
    case = mediating(house, now=NOW)
    row = Mediator.objects.get()
    _object(house, row, second)
    row.refresh_from_db()
    assert (row.objector.role, row.objection, row.replaced_by) == (
        "respondent",
        "有亲属关系（示例）",
        house.town_triage,
    )
    assert _mediates(case) == {("second_mediator", "committee")}
    assert Case.objects.get().handler == second
    assert not Case.objects.visible_to(house.mediator).exists()
    with pytest.raises(Conflict):
        _object(house, Mediator.objects.get(person=second), house.mediator)


def test_an_objection_to_another_mediator_leaves_the_matter_where_it_lies(house, second):
    case = mediating(house, now=NOW)
    row = _name(house, case, second)
    _object(house, row, house.mediator)
    assert _mediates(case) == {("mediator", "committee")}
    assert Case.objects.get().handler == house.mediator


@pytest.mark.parametrize("who", ["mediator", "clerk", "unit_leader", "neighbour_town_supervisor"])
def test_the_mediator_has_no_say_in_an_objection(house, second, who):
    mediating(house, now=NOW)
    with pytest.raises(Case.DoesNotExist):
        _object(house, Mediator.objects.get(), second, by=who)


def test_an_objection_names_a_party_and_somebody_else(house, second):
    mediating(house, now=NOW)
    row, stranger = Mediator.objects.get(), registered(house, now=NOW).parties.first()
    with pytest.raises(DomainError):
        _object(house, row, house.mediator)
    with pytest.raises(Party.DoesNotExist):
        _object(house, row, second, party_id=stranger.pk)
    _object(house, row, second)
    with pytest.raises(Mediator.DoesNotExist):
        _object(house, row, second)


def test_nobody_is_named_once_the_parties_have_agreed(house, second):
    case = agreed(house, now=NOW)
    with pytest.raises(IllegalTransition):
        _name(house, case, second)


def test_the_page_names_and_replaces_mediators(house, second, client):
    case = mediating(house, now=NOW)
    client.force_login(house.mediator)
    told = {"person": second.pk, "chosen_by": "applicant"}
    page = client.post(reverse("admin:cases_case_act", args=[case.pk, "name_mediator"]), told, follow=True)
    assert "申请人选定" in page.content.decode()
    client.force_login(house.town_triage)
    row, party = Mediator.objects.get(person=house.mediator), case.parties.first()
    told = {"mediator": row.pk, "party": party.pk, "objection": "同村（示例）", "successor": second.pk}
    page = client.post(reverse("admin:cases_case_act", args=[case.pk, "object_mediator"]), told, follow=True)
    assert "同村（示例）" in page.content.decode()
    assert Case.objects.get().handler == second


def test_whoever_is_objected_to_is_not_offered_instead_and_where_nobody_is_left_the_form_says_what_to_do(house, client):
    case = mediating(house, now=NOW)
    client.force_login(house.town_triage)
    page = client.get(reverse("admin:cases_case_act", args=[case.pk, "object_mediator"]))
    field = page.context["form"].fields["successor"]
    assert (list(field.queryset), "增补调解员" in page.content.decode()) == ([], True)
