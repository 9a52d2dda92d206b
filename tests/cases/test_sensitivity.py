"""One person keeps a matter more closely; to keep it less closely it takes two."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from cases.enums import DecisionState, Sensitivity
from cases.models import Case, Event, Identity, SensitivityChange
from cases.reports import DESKS
from cases.services.sensitivity import confirm_lowering, propose_lowering, raise_sensitivity, refuse_lowering
from centers.enums import Role
from core import acting
from core.errors import DomainError, IllegalTransition, SeparationOfDuties
from core.models import OutboxMessage
from disputes.services.mediate import accept_dispute
from tests.cases.identities import ADDRESS, MOBILE, NAME, everything, past_every_wall
from tests.factories import at, make_person, registered, said, triaged

THEN = at("2025-11-18")
LATER = THEN + timedelta(hours=1)
NORMAL, CONFIDENTIAL, SEALED = Sensitivity


def lift(house, case, *, to, who="town_supervisor"):
    person = getattr(house, who)
    with acting.as_person(person.pk):
        return raise_sensitivity(case.pk, to=to, ground="来访人要求（示例）", actor=person, now=LATER)


def propose(house, case, *, to=NORMAL, who="officer", now=LATER):
    person = getattr(house, who)
    with acting.as_person(person.pk):
        return propose_lowering(case.pk, to=to, ground="来访人同意（示例）", actor=person, now=now)


def decide(house, change, *, who="second", verb=confirm_lowering, now=LATER):
    person = getattr(house, who)
    with acting.as_person(person.pk):
        return verb(change.pk, remark="同意（示例）", actor=person, now=now)


@pytest.mark.parametrize("level", [CONFIDENTIAL, SEALED])
def test_raising_moves_the_name_away_and_leaves_it_nowhere(city, level):
    Case.objects.filter(pk=city.case.pk).update(summary="示例")
    case = triaged(city, now=THEN)
    accept_dispute(case.pk, said=said(THEN), actor=city.mediator, now=THEN)
    assert NAME in everything()
    lift(city, case, to=level)
    assert [word for word in (NAME, MOBILE, ADDRESS) if word in everything()] == []
    assert case.parties.get(role="applicant").pseudonym == "举报人 A"
    assert case.parties.get(role="respondent").name == "样本乙"


def test_lowering_by_two_brings_the_name_back(city):
    decide(city, propose(city, city.case))
    party = city.case.parties.get(role="applicant")
    assert (party.name, party.mobile, party.address, party.informant) == (NAME, MOBILE, ADDRESS, None)
    with past_every_wall() as cursor:
        cursor.execute("SELECT count(*) FROM cases_identity")
        assert cursor.fetchone() == (0,)


def test_from_the_seal_to_confidential_the_name_stays_apart(city):
    lift(city, city.case, to=SEALED, who="officer")
    decide(city, propose(city, city.case, to=CONFIDENTIAL))
    assert Case.objects.get(pk=city.case.pk).sensitivity == CONFIDENTIAL
    assert NAME not in everything()


def test_nobody_confirms_what_they_proposed(city):
    change = propose(city, city.case)
    with pytest.raises(SeparationOfDuties):
        decide(city, change, who="officer")
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="sensitivitychange_lowered_by_two"):
        cursor.execute(
            "UPDATE cases_sensitivitychange SET state = 'approved', decided_by_id = asked_by_id, decided_at = now()"
        )


def test_the_database_lowers_nothing_that_two_have_not_agreed_on(city):
    propose(city, city.case)
    for level in (NORMAL, CONFIDENTIAL):
        lift(city, city.case, to=SEALED, who="officer") if level == CONFIDENTIAL else None
        with pytest.raises(IntegrityError, match="two persons"), transaction.atomic():
            Case.objects.filter(pk=city.case.pk).update(sensitivity=level)


def test_what_two_agreed_on_once_lowers_nothing_a_second_time(city):
    decide(city, propose(city, city.case))
    lift(city, city.case, to=CONFIDENTIAL)
    assert NAME not in everything()
    with pytest.raises(IntegrityError, match="two persons"):
        Case.objects.filter(pk=city.case.pk).update(sensitivity=NORMAL)


def test_a_refused_or_lapsed_proposal_lowers_nothing(city):
    refused = decide(city, propose(city, city.case), verb=refuse_lowering)
    lapsed = propose(city, city.case)
    assert refused.state == DecisionState.REFUSED
    for change, now in ((refused, LATER), (lapsed, LATER + timedelta(days=1))):
        with pytest.raises(IllegalTransition):
            decide(city, change, now=now)
    assert Case.objects.get(pk=city.case.pk).sensitivity == CONFIDENTIAL


def test_a_proposal_that_the_seal_overtook_opens_nothing(city):
    change = propose(city, city.case)
    lift(city, city.case, to=SEALED, who="director")
    with pytest.raises(IllegalTransition):
        decide(city, change)


@pytest.mark.parametrize(("before", "to"), [(CONFIDENTIAL, NORMAL), (CONFIDENTIAL, CONFIDENTIAL)])
def test_raising_goes_up_alone_and_lowering_down_alone(city, before, to):
    with pytest.raises(IllegalTransition):
        lift(city, city.case, to=to)
    with pytest.raises(IllegalTransition):
        propose(city, city.case, to=SEALED if to == NORMAL else before)


@pytest.mark.parametrize("who", ["clerk", "mediator", "unit_leader"])
def test_a_clerk_or_a_handler_raises_nothing(city, who):
    with pytest.raises(Case.DoesNotExist):
        lift(city, city.case, to=SEALED, who=who)


def test_a_supervisor_proposes_and_confirms_nothing(city):
    with pytest.raises(Case.DoesNotExist):
        propose(city, city.case, who="town_supervisor")
    change = propose(city, city.case)
    with pytest.raises(Case.DoesNotExist):
        decide(city, change, who="town_supervisor")
    with pytest.raises(DomainError, match="已有人提出"):
        propose(city, city.case, who="director")


def test_under_seal_it_leaves_its_handler_and_goes_to_the_nearest_officers(city):
    lift(city, city.case, to=SEALED)
    case = Case.objects.get(pk=city.case.pk)
    assert (case.holder, case.handler) == (city.town, None)
    assert case not in Case.objects.visible_to(city.mediator)
    assert case in Case.objects.visible_to(city.officer)


def test_the_seal_takes_it_from_a_handler_where_the_officers_sit(city):
    case = triaged(city, now=THEN)
    Case.objects.filter(pk=case.pk).update(holder=city.town)
    lift(city, case, to=SEALED)
    assert Case.objects.get(pk=case.pk).handler is None
    Case.objects.filter(pk=city.case.pk).update(holder=city.town, handler=city.officer)
    lift(city, city.case, to=SEALED)
    assert Case.objects.get(pk=city.case.pk).handler == city.officer


def test_nothing_is_sealed_where_nobody_can_look_under_the_seal(house):
    case = triaged(house, now=THEN)
    with pytest.raises(DomainError, match="密件办理员"):
        lift(house, case, to=SEALED)
    house.people["alone"] = make_person("alone", Role.CENTER_DIRECTOR, house.town)
    lift(house, case, to=CONFIDENTIAL)
    with pytest.raises(DomainError, match="密件办理员"):
        propose(house, case, who="alone")


def test_the_timeline_tells_the_steps_and_no_grounds(city, client):
    decide(city, propose(city, city.case), verb=refuse_lowering)
    decide(city, propose(city, city.case))
    lift(city, city.case, to=CONFIDENTIAL)
    kinds = ["lowering_proposed", "lowering_refused", "lowering_proposed", "sensitivity_lowered", "sensitivity_raised"]
    told = Event.objects.filter(case=city.case, kind__in=kinds).order_by("pk")
    assert [event.kind for event in told] == kinds
    assert "示例" not in str([event.data for event in told])
    assert OutboxMessage.objects.filter(key__startswith="identity:lower", recipient=city.second).count() == 2


def test_by_page_from_the_proposal_to_the_name(city, client):
    url = {
        name: reverse("admin:cases_case_act", args=[city.case.pk, name])
        for name in ("raise", "lower", "confirm_lowering")
    }
    client.force_login(city.officer)
    assert client.post(url["lower"], {"to": "normal", "ground": "示例"}).status_code == 302
    change = SensitivityChange.objects.get()
    assert client.post(url["confirm_lowering"], {"proposed": change.pk, "remark": "示例"}).status_code == 422
    client.force_login(city.director)
    assert client.post(url["confirm_lowering"], {"proposed": change.pk, "remark": "示例"}).status_code == 302
    assert Case.objects.get(pk=city.case.pk).sensitivity == NORMAL
    assert client.post(url["raise"], {"to": "sealed", "ground": "示例"}).status_code == 302
    assert client.get(reverse("admin:cases_case_change", args=[city.case.pk])).status_code == 404


def test_the_desk_of_proposals_is_for_those_who_can_confirm(city):
    propose(city, city.case)
    waiting = {
        name for name in ("officer", "second", "director") if DESKS["to_lower"].rows(city.people[name], now=LATER)
    }
    assert waiting == {"second", "director"}


def test_no_job_moves_a_name_back(city):
    change = propose(city, city.case)
    with pytest.raises(Identity.DoesNotExist), acting.as_house():
        confirm_lowering(change.pk, remark="示例", actor=city.second, now=LATER)


def test_the_ordinary_matter_is_as_it_was(city):
    case = registered(city, now=THEN)
    assert (case.hides_identity, case.parties.filter(informant=None).count()) == (False, 2)
