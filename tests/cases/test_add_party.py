import pytest
from django.urls import reverse

from cases.enums import PartyRole, Sensitivity
from cases.models import Case
from cases.services.add_party import add_party
from cases.services.identities import NewParty
from core.errors import DomainError, IllegalTransition
from disputes.reports import parties_to_ask
from disputes.services.mediate import accept_dispute, record_agreement
from tests.factories import agreed, at, mediating, new_agreement, registered, said, triaged

NOW = at("2026-11-18")
ALONE = [NewParty(PartyRole.APPLICANT, "样本甲", "13800000001")]
LATER_FOUND = NewParty(PartyRole.RESPONDENT, "样本丙", "13900000003", "示例路3号")


def _add(house, case, new=LATER_FOUND, by="mediator"):
    return add_party(case.pk, new=new, actor=getattr(house, by), now=NOW)


def _accept(house, case):
    return accept_dispute(case.pk, said=said(NOW), actor=house.mediator, now=NOW)


def test_a_matter_without_a_respondent_is_not_accepted_until_one_is_found(house):
    case = triaged(house, now=NOW, parties=ALONE)
    with pytest.raises(DomainError, match="没有明确的被申请人"):
        _accept(house, case)
    _add(house, case)
    _accept(house, case)
    found = case.parties.get(role=PartyRole.RESPONDENT)
    assert (found.name, found.mobile, found.address) == ("样本丙", "13900000003", "示例路3号")
    assert found.consents.get().is_given
    assert case.events.get(kind="party_added").data == {"role": "respondent"}


def test_whoever_is_added_during_the_mediation_is_asked_before_an_agreement(house):
    case = mediating(house, now=NOW)
    _add(house, case)
    assert [party.name for party in parties_to_ask(case)] == ["样本丙"]
    with pytest.raises(DomainError):
        record_agreement(case.pk, new_agreement(NOW, case), actor=house.mediator, now=NOW)


@pytest.mark.parametrize("who", ["clerk", "town_supervisor", "town_mediator", "neighbour_clerk"])
def test_only_whoever_handles_the_matter_adds_a_party(house, who):
    case = triaged(house, now=NOW)
    with pytest.raises(Case.DoesNotExist):
        _add(house, case, by=who)


def test_nobody_is_added_before_triage_twice_or_after_the_result(house):
    with pytest.raises(Case.DoesNotExist):
        _add(house, registered(house, now=NOW))
    with pytest.raises(IllegalTransition):
        _add(house, agreed(house, now=NOW))
    case = triaged(house, now=NOW)
    _add(house, case)
    with pytest.raises(DomainError):
        _add(house, case)


def test_a_matter_that_hides_who_brought_it_gets_respondents_only(house):
    case = triaged(house, now=NOW, sensitivity=Sensitivity.CONFIDENTIAL)
    with pytest.raises(DomainError):
        _add(house, case, new=NewParty(PartyRole.APPLICANT, "样本丁"))
    _add(house, case)
    assert case.parties.count() == 3


def test_the_page_adds_a_party_and_refuses_a_number_that_is_none(house, client):
    case = triaged(house, now=NOW, parties=ALONE)
    client.force_login(house.mediator)
    url = reverse("admin:cases_case_act", args=[case.pk, "add_party"])
    assert "7" in str(client.post(url, {"role": "respondent", "name": "样本丙", "mobile": "12"}).context["form"].errors)
    page = client.post(url, {"role": "respondent", "name": "样本丙", "mobile": "13900000003"}, follow=True)
    assert "追加当事人：被申请人" in page.content.decode()
