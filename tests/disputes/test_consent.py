import pytest
from django.urls import reverse

from cases.models import Party
from core.errors import DomainError, IllegalTransition
from disputes.enums import ConsentForm, EndReason
from disputes.reports import mediating_center, parties_to_ask
from disputes.services.consent import Said, ask_consent, record_consent
from disputes.services.end import refuse_mediation
from disputes.services.mediate import accept_dispute, record_agreement, start_mediation
from disputes.services.verify import return_dispute
from tests.factories import at, mediating, new_agreement, new_ending, registered, said, triaged

NOW = at("2026-11-18")
LATER = at("2026-11-19")


def _asked(house):
    return ask_consent(triaged(house, now=NOW).pk, actor=house.mediator, now=NOW)


def _consents(case, house, role, on="2026-11-19", now=LATER):
    party = case.parties.get(role=role)
    return record_consent(case.pk, party_id=party.pk, said=said(at(on)), actor=house.mediator, now=now)


def test_whose_consent_is_recorded_need_not_be_asked_again(house):
    case = _asked(house)
    _consents(case, house, "applicant", on="2026-11-18")
    assert [party.role for party in parties_to_ask(case)] == ["respondent"]
    accept_dispute(case.pk, said=Said(LATER.date(), ConsentForm.WRITTEN), actor=house.mediator, now=LATER)
    assert list(case.consents.values_list("party__role", "said_on", "form")) == [
        ("applicant", NOW.date(), "oral"),
        ("respondent", LATER.date(), "written"),
    ]


def test_nobody_consents_twice(house):
    case = _asked(house)
    _consents(case, house, "applicant")
    with pytest.raises(DomainError):
        _consents(case, house, "applicant")


def test_nobody_who_is_no_party_consents(house):
    other = registered(house, now=NOW).parties.get(role="respondent")
    with pytest.raises(Party.DoesNotExist):
        record_consent(_asked(house).pk, party_id=other.pk, said=said(NOW), actor=house.mediator, now=NOW)


@pytest.mark.parametrize(("on", "is_refused"), [("2026-11-17", True), ("2026-11-18", False), ("2026-11-20", True)])
def test_a_consent_lies_between_the_day_of_receipt_and_today(house, on, is_refused):
    case = _asked(house)
    if is_refused:
        with pytest.raises(DomainError):
            _consents(case, house, "respondent", on=on)
    else:
        _consents(case, house, "respondent", on=on)
    assert case.consents.exists() is not is_refused


def test_before_triage_nobody_is_asked(house):
    case = triaged(house, now=NOW)
    accept_dispute(case.pk, said=said(NOW), actor=house.mediator, now=NOW)
    with pytest.raises(IllegalTransition):
        ask_consent(case.pk, actor=house.mediator, now=NOW)


def test_a_refusal_on_record_does_not_keep_the_party_from_consenting_later(house):
    case = _asked(house)
    respondent, new = case.parties.get(role="respondent"), new_ending(NOW, EndReason.PARTY_REFUSES)
    refuse_mediation(case.pk, party_id=respondent.pk, said=said(NOW), new=new, actor=house.mediator, now=NOW)
    return_dispute(case.pk, remark="对方改变主意（示例）", actor=house.town_supervisor, now=LATER)
    accept_dispute(case.pk, said=said(LATER), actor=house.mediator, now=LATER)
    assert list(case.consents.filter(party=respondent).values_list("is_given", flat=True)) == [False, True]


def _taken_over(house, case):
    """Let the town take the matter over from the village, as after a limit that passed."""
    case.transfers.create(
        reason="recusal", from_center=house.village, to_center=house.town, moved_at=LATER, signed_at=LATER,
        signed_by=house.town_triage,
    )  # fmt: skip
    case.holder, case.handler, case.unit = house.town, house.town_mediator, None
    case.save()


def test_the_consent_to_one_committee_is_none_to_another(house):
    case = mediating(house, now=NOW)
    _taken_over(house, case)
    new = new_agreement(LATER, case)
    with pytest.raises(DomainError, match="枫桥镇"):
        record_agreement(case.pk, new, actor=house.town_mediator, now=LATER)
    for party in case.parties.all():
        record_consent(case.pk, party_id=party.pk, said=said(LATER), actor=house.town_mediator, now=LATER)
    assert record_agreement(case.pk, new, actor=house.town_mediator, now=LATER).center == house.town


def test_a_mediation_does_not_begin_at_another_committee_without_consent(house):
    case = triaged(house, now=NOW)
    accept_dispute(case.pk, said=said(NOW), actor=house.mediator, now=NOW)
    _taken_over(house, case)
    with pytest.raises(DomainError):
        start_mediation(case.pk, rights_told_on=LATER.date(), actor=house.town_mediator, now=LATER)


def test_until_somebody_above_signed_for_it_the_committee_below_mediates(house):
    case = mediating(house, now=NOW)
    case.transfers.create(reason="recusal", from_center=house.village, to_center=house.town, moved_at=LATER)
    case.holder = house.town
    case.save()
    assert (mediating_center(case), parties_to_ask(case)) == (house.village, [])


def test_the_page_offers_to_record_consent_while_somebody_has_not_consented(house, client):
    case = _asked(house)
    client.force_login(house.mediator)
    page = reverse("admin:cases_case_change", args=[case.pk])
    first = client.get(page).context["buttons"].first
    accept_dispute(case.pk, said=said(NOW), actor=house.mediator, now=NOW)
    offered = {act.name for act in client.get(page).context["buttons"].acts}
    assert (first.name, "consent" in offered) == ("consent", False)
