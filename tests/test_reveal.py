"""A masked field is shown to whom its row and the policy allow it: for a reason, on record before, not without end."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection, models
from django.urls import reverse

from core.audit import AuditAct, AuditEntry
from core.checks import check_personal_data, policy_faults
from core.crypto import EncryptedTextField
from core.personal import Personal, masked
from core.reveal import BudgetSpent, RevealReason, reveal
from grids.enums import GridPost
from grids.models import Assignment, GridMember
from tests.factories import LONG_AGO, at, make_person, triaged

MOBILE, ID_NUMBER = "13800000001", "330681199001010011"
THEN = at("2025-11-18")


@pytest.fixture
def party(house):
    return triaged(house, now=THEN).parties.get(mobile__isnull=False, role="applicant")


@pytest.fixture
def member(house):
    row = GridMember.objects.create(name="样本·甲", id_number=ID_NUMBER, id_hash="1", mobile=MOBILE, mobile_hash="1")
    Assignment.objects.create(grid=house.grid, member=row, post=GridPost.PART_TIME, starts_on=LONG_AGO)
    return row


def door(party, field="mobile"):
    return reverse("admin:cases_case_reveal", args=[party.case_id, party.pk, field])


def told():
    return [*AuditEntry.objects.filter(act=AuditAct.REVEALED).order_by("pk").values_list("actor__username", "outcome")]


def test_a_case_page_shows_masks_and_the_way_to_have_them_shown(house, client, party):
    client.force_login(house.clerk)
    text = client.get(reverse("admin:cases_case_change", args=[party.case_id])).content.decode()
    assert (MOBILE in text, masked(party, "mobile") in text, door(party) in text) == (False, True, True)


@pytest.mark.parametrize("field", ["name", "mobile", "address"])
def test_a_field_is_shown_once_for_a_reason_and_on_record(house, client, party, field):
    client.force_login(house.clerk)
    assert getattr(party, field) not in client.get(door(party, field)).content.decode()
    answer = client.post(door(party, field), {"reason": "contact"})
    assert getattr(party, field) in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    entry = AuditEntry.objects.get(act=AuditAct.REVEALED)
    assert (entry.subject_kind, entry.subject_id) == ("cases.party", party.pk)
    assert entry.data == {"field": field, "reason": "contact"}


@pytest.mark.parametrize("given", [{}, {"reason": ""}, {"reason": "curious"}])
def test_without_a_reason_nothing_is_shown(house, client, party, given):
    client.force_login(house.clerk)
    answer = client.post(door(party), given)
    assert (answer.status_code, MOBILE in answer.content.decode(), told()) == (422, False, [])


@pytest.mark.parametrize("name", ["neighbour_clerk", "other_county_supervisor", "roster_manager", "nobody", "mediator"])
def test_whoever_does_not_see_the_case_finds_no_door(house, client, party, name):
    client.force_login(house.people[name])
    status = 200 if name == "mediator" else 404
    assert client.post(door(party), {"reason": "contact"}).status_code == status
    assert bool(told()) == (status == 200)


@pytest.mark.parametrize("name", ["sysadmin", "secadmin", "auditadmin"])
def test_no_administrator_has_anything_shown(house, client, party, member, name):
    client.force_login(house.people[name])
    doors = [door(party), reverse("admin:grids_gridmember_reveal", args=[member.pk, "mobile"])]
    assert {client.post(url, {"reason": "contact"}).status_code for url in doors} <= {403, 404}
    assert told() == []


@pytest.mark.parametrize("field", ["role", "case", "password", "query_code_hash"])
def test_what_the_policy_does_not_name_has_no_door(house, client, party, field):
    client.force_login(house.clerk)
    assert client.post(door(party, field), {"reason": "contact"}).status_code == 404


def test_a_party_of_another_case_is_not_shown_through_this_one(house, client, party):
    other = triaged(house, now=THEN)
    client.force_login(house.clerk)
    url = reverse("admin:cases_case_reveal", args=[other.pk, party.pk, "mobile"])
    assert client.post(url, {"reason": "contact"}).status_code == 404


@pytest.mark.parametrize(("field", "value"), [("id_number", ID_NUMBER), ("mobile", MOBILE)])
def test_the_numbers_of_a_grid_member_are_shown_the_same_way(house, client, member, field, value):
    client.force_login(house.roster_manager)
    url = reverse("admin:grids_gridmember_reveal", args=[member.pk, field])
    page = client.get(reverse("admin:grids_gridmember_change", args=[member.pk])).content.decode()
    assert (url in page, value in page) == (True, False)
    assert value in client.post(url, {"reason": "identify"}).content.decode()
    assert told() == [("roster_manager", "done")]


def test_a_member_of_another_town_is_not_shown(house, client, member):
    client.force_login(house.neighbour_town_roster)
    url = reverse("admin:grids_gridmember_reveal", args=[member.pk, "mobile"])
    assert client.post(url, {"reason": "identify"}).status_code == 404


def test_the_first_above_the_days_budget_is_refused_and_on_record(house, client, party, settings):
    settings.REVEALS_A_DAY = 2
    client.force_login(house.clerk)
    for _time in range(2):
        client.post(door(party), {"reason": "contact"})
    answer = client.post(door(party), {"reason": "contact"})
    assert (answer.status_code, MOBILE in answer.content.decode()) == (422, False)
    assert "达到每人每日上限" in answer.content.decode()
    assert told() == [("clerk", "done"), ("clerk", "done"), ("clerk", "refused")]


def test_the_budget_is_each_persons_own_and_new_each_day(house, party, settings):
    settings.REVEALS_A_DAY = 1
    other, late = make_person("other"), at("2026-03-02", 23, 59)
    for actor, now in ((house.clerk, late), (other, late), (house.clerk, late + timedelta(minutes=1))):
        assert reveal(party, field="mobile", actor=actor, reason=RevealReason.CONTACT, now=now) == MOBILE
    with pytest.raises(BudgetSpent):
        reveal(party, field="mobile", actor=other, reason=RevealReason.CONTACT, now=late)


def test_the_budget_is_fifty_unless_told_otherwise():
    assert django_settings.REVEALS_A_DAY == 50


def test_no_byte_is_shown_when_it_cannot_be_put_on_record(house, client, party):
    client.force_login(house.clerk)
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED; RESET ROLE")
        cursor.execute("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'full'; END$$")
        cursor.execute("CREATE TRIGGER refuse BEFORE INSERT ON core_auditentry EXECUTE FUNCTION refuse()")
        cursor.execute(f"SET ROLE {django_settings.DATABASE_APP_ROLE}")
    answer = client.post(door(party), {"reason": "contact"})
    assert (answer.status_code, MOBILE in answer.content.decode()) == (500, False)


def test_every_encrypted_field_of_the_product_has_its_policy():
    assert check_personal_data() == []


def test_the_start_is_refused_for_a_personal_field_without_a_policy_and_a_policy_without_a_field():
    class Forgotten(models.Model):
        secret = EncryptedTextField()
        PERSONAL = {"other": Personal()}

        class Meta:
            app_label = "forgotten"
            managed = False

    assert [(fault.id, "secret" in fault.msg) for fault in policy_faults(Forgotten)] == [
        ("core.E002", True),
        ("core.E003", False),
    ]
