"""A petition comes in: every one is registered, at most five are named, and nothing keeps it out but its form."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from cases.enums import Channel, EventKind, PartyRole, Procedure
from cases.models import Case, Identity
from cases.services.add_party import add_party
from cases.services.identities import NewParty
from centers.models import Center
from core.errors import DomainError, IllegalTransition
from petitions.enums import Agency, Kind
from petitions.models import Petition
from petitions.services.register import register_petition
from tests.factories import at, new_case
from tests.petitions.office import PETITIONER, accepted, new_petition, petitioned

NOW = at("2026-03-02")
AGENT = NewParty(PartyRole.AGENT, "样本丙", "13800000003")


def _people(count):
    return [replace(PETITIONER, name=f"样本{number}") for number in range(count)]


@pytest.mark.parametrize("channel", ["center_window", "visit", "letter", "online", "fax", "grid", "referred"])
def test_r1_a_petition_is_registered_whatever_its_form(house, channel):
    new = new_petition(house, channel=Channel(channel))
    case, code = register_petition(new, actor=house.petition_clerk, received_at=NOW, now=NOW)
    assert (case.number, case.procedure, case.received_at, len(code) > 8) == ("枫桥〔2026〕1号", "petition", NOW, True)
    assert (case.petition.state, case.petition.kind, case.petition.participants) == ("registered", "claim", 1)
    assert case.events.get().kind == EventKind.REGISTERED


def test_r1_an_anonymous_petition_is_registered_and_owes_no_first_notice(house):
    case = petitioned(house, now=NOW, parties=[], is_anonymous=True)
    assert (case.parties.count(), case.petition.is_anonymous) == (0, True)
    assert set(case.clocks.values_list("kind", flat=True)) == {"SIGN_FOR", "PET_TRIAGE"}


def test_r1_nobody_named_and_nobody_hidden_is_a_slip_of_the_window(house):
    with pytest.raises(DomainError):
        petitioned(house, now=NOW, parties=[])


def test_a_dispute_still_takes_an_applicant(house):
    new = new_petition(house, parties=[], is_anonymous=True)
    with pytest.raises(DomainError):
        register_petition(
            replace(new, case=replace(new.case, procedure=Procedure.DISPUTE)),
            actor=house.petition_clerk, received_at=NOW, now=NOW,
        )  # fmt: skip


def test_five_speak_for_a_thousand(house):
    case = petitioned(house, now=NOW, parties=_people(5), participants=1000)
    assert (case.parties.count(), case.petition.participants) == (5, 1000)


def test_a_sixth_representative_is_refused_with_the_article(house):
    with pytest.raises(DomainError, match="20"):
        petitioned(house, now=NOW, parties=_people(6), participants=1000)


def test_more_cannot_be_named_than_petition(house):
    with pytest.raises(DomainError):
        petitioned(house, now=NOW, parties=_people(3), participants=2)


@pytest.mark.parametrize(("channel", "is_oral"), [("phone", False), ("letter", True), ("fax", True), ("online", True)])
def test_what_was_told_is_written_down_and_what_was_written_was_not_told(house, channel, is_oral):
    with pytest.raises(DomainError):
        petitioned(house, now=NOW, channel=Channel(channel), is_oral=is_oral)
    assert petitioned(house, now=NOW, channel=Channel(channel), is_oral=not is_oral).petition.is_oral is not is_oral


def test_whoever_speaks_for_a_petitioner_shows_by_what_right(house):
    shown = {"agency": Agency.GUARDIAN, "authority": "监护关系证明（示例）"}
    case = petitioned(house, now=NOW, parties=[PETITIONER, AGENT], **shown)
    assert (case.parties.get(role="agent").name, case.petition.authority) == ("样本丙", "监护关系证明（示例）")
    for wrong in ({}, {"agency": Agency.GUARDIAN}, {"authority": "示例"}):
        with pytest.raises(DomainError):
            petitioned(house, now=NOW, parties=[PETITIONER, AGENT], **wrong)
    with pytest.raises(DomainError):
        petitioned(house, now=NOW, **shown)


def test_the_database_keeps_agency_and_authority_together(house):
    case = petitioned(house, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Petition.objects.filter(case=case).update(agency="guardian")


def test_r2_who_brought_a_confidential_petition_stands_nowhere_not_even_the_agent(house):
    shown = {"agency": Agency.AUTHORISED, "authority": "授权委托书（示例）"}
    case = petitioned(house, now=NOW, parties=[PETITIONER, AGENT], sensitivity="confidential", **shown)
    assert sorted(case.parties.values_list("role", "name", "informant")) == [("agent", "", 1), ("applicant", "", 0)]
    apart = {identity.name for identity in Identity.objects.filter(party__case=case)}
    assert apart <= {"样本甲", "样本丙"}


def test_r2_an_accusation_is_registered_under_seal_alone(house):
    with pytest.raises(DomainError, match="30"):
        petitioned(house, now=NOW, kind=Kind.ACCUSATION)
    case = petitioned(house, now=NOW, kind=Kind.ACCUSATION, sensitivity="sealed")
    assert (case.is_sealed, case.petition.kind) == (True, "accusation")
    assert not case.clocks.filter(kind="PET_NOTICE_DIRECT").exists()


def test_a_petition_has_no_other_side_and_a_dispute_no_agent(house):
    other = NewParty(PartyRole.RESPONDENT, "样本乙")
    with pytest.raises(DomainError):
        petitioned(house, now=NOW, parties=[PETITIONER, other])
    with pytest.raises(DomainError):
        petitioned(house, now=NOW, procedure=Procedure.DISPUTE, parties=[PETITIONER, AGENT])


def test_nobody_is_added_to_a_petition_past_the_window(house):
    case = accepted(house, now=NOW)
    with pytest.raises(IllegalTransition):
        add_party(case.pk, new=replace(PETITIONER, name="样本六"), actor=house.petition_handler, now=NOW)


def test_an_outsider_registers_nothing_here(house):
    for name in ("neighbour_clerk", "other_county_supervisor", "petition_handler", "nobody"):
        with pytest.raises(Center.DoesNotExist):
            register_petition(new_petition(house), actor=getattr(house, name), received_at=NOW, now=NOW)
    assert not Case.objects.exists()


def test_disputes_are_registered_as_before(house):
    assert new_case(house).is_anonymous is False
