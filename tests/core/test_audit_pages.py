"""The audit administrator, and nobody else, reads the trail, takes it out on record, and sees whether it holds."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

from cases.models import Case
from centers.enums import Role
from centers.tasks import verify_audit
from core import clock
from core.admin import audit as page
from core.audit import AuditAct, AuditEntry, record
from core.chain import BrokenChain, last_verification, verify_on_record
from core.door.sessions import Ending
from core.door.single_sign_on import REFUSALS
from core.jobs import system_account
from tests.factories import LONG_AGO, at, make_person, noticed

TRAIL = reverse("admin:core_auditentry_changelist")
DOORS = {"page": TRAIL, **{name: reverse(f"admin:core_auditentry_{name}") for name in ("export", "verify")}}
ADMINISTRATORS = ["sysadmin", "secadmin", "auditadmin"]


def committed():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def break_entry(entry):
    committed()
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("UPDATE core_auditentry SET act = 'printed' WHERE id = %s", [entry.pk])
        cursor.execute(f"SET ROLE {settings.DATABASE_APP_ROLE}")


@pytest.fixture
def trail(house):
    """Write a few entries, so that there is something between the first and the last."""
    for _number in range(5):
        record(AuditAct.VIEWED, actor=house.clerk, now=at("2025-11-18"))


@pytest.fixture
def reader(house, client):
    client.force_login(house.auditadmin)
    return client


def shown(client, **query):
    answer = client.get(TRAIL, query)
    return [entry for entry, _kind, _details in answer.context["lines"]]


@pytest.mark.parametrize("name", ["sysadmin", "secadmin", "town_supervisor", "clerk", "nobody"])
def test_nobody_else_finds_a_door_to_the_trail(house, client, name):
    client.force_login(house.people[name])
    count = AuditEntry.objects.count()
    assert client.get(TRAIL).status_code == 403
    assert {client.post(DOORS[door]).status_code for door in ("export", "verify")} == {404}
    assert AuditEntry.objects.count() == count


def test_a_visitor_is_sent_to_the_login(house, client):
    assert {client.post(url).status_code for url in DOORS.values()} == {302}


def test_the_page_shows_the_newest_entries_first_with_words_for_everything(reader, house):
    record(AuditAct.EXPORTED, actor=house.clerk, subject=house.clerk, data={"rows": 3}, now=clock.now())
    text = reader.get(TRAIL).content.decode()
    assert shown(reader)[0].act == AuditAct.EXPORTED
    assert all(word in text for word in ("导出", "行数 3", house.clerk.full_name, f"账号 {house.clerk.pk}"))


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ({"since": "2026-03-02", "until": "2026-03-02"}, True),
        ({"since": "2026-03-03"}, False),
        ({"until": "2026-03-01"}, False),
        ({"user": "clerk"}, True),
        ({"user": "cler"}, False),
        ({"act": "printed"}, True),
        ({"act": "viewed"}, False),
        ({"kind": "core.user", "object": "7"}, True),
        ({"kind": "cases.case", "object": "7"}, False),
        ({"object": "8"}, False),
    ],
)
def test_entries_are_found_by_time_person_act_and_object(reader, house, asked, is_found):
    house.clerk.pk, pk = 7, house.clerk.pk
    entry = record(AuditAct.PRINTED, actor=None, subject=house.clerk, now=at("2026-03-02", 23, 59))
    committed()
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("UPDATE core_auditentry SET actor_id = %s WHERE id = %s", [pk, entry.pk])
        cursor.execute(f"SET ROLE {settings.DATABASE_APP_ROLE}")
    assert (entry in shown(reader, **asked)) == is_found


def test_what_is_asked_for_wrongly_is_said_and_shows_nothing(reader):
    answer = reader.get(TRAIL, {"since": "yesterday"})
    assert (answer.status_code, answer.context["lines"]) == (422, [])


@pytest.mark.usefixtures("trail")
def test_the_next_page_goes_on_where_this_one_ends(reader, monkeypatch):
    monkeypatch.setattr(page, "PAGE", 2)
    first = shown(reader, act="viewed")
    answer = reader.get(TRAIL + reader.get(TRAIL, {"act": "viewed"}).context["next_url"])
    second = [entry for entry, _kind, _details in answer.context["lines"]]
    newest = AuditEntry.objects.filter(act="viewed").values_list("pk", flat=True)[:4]
    assert [entry.pk for entry in first + second] == [*newest]
    assert len(newest) == 4


def test_an_export_is_on_record_before_it_goes_and_holds_no_formula(reader, house):
    stranger = make_person("=1+1")
    record(AuditAct.VIEWED, actor=stranger, now=clock.now())
    answer = reader.post(DOORS["export"] + "?act=viewed")
    text = answer.content.decode("utf-8-sig")
    assert (answer.headers["Content-Disposition"].partition(";")[0], '"\'=1+1"' in text) == ("attachment", True)
    entry = AuditEntry.objects.get(act=AuditAct.TRAIL_EXPORTED)
    assert (entry.actor, entry.data) == (house.auditadmin, {"rows": 1, "asked": {"act": "viewed"}})


def test_an_export_asks_for_a_post(reader):
    assert reader.get(DOORS["export"]).status_code == 404
    assert not AuditEntry.objects.filter(act=AuditAct.TRAIL_EXPORTED).exists()


def test_the_page_says_whether_the_chain_holds_and_since_when(reader):
    assert "尚未校验" in reader.get(TRAIL).content.decode()
    committed()
    assert "审计链完整" in reader.post(DOORS["verify"], follow=True).content.decode()
    chain = reader.get(TRAIL).context["chain"]
    assert (chain["tone"], str(chain["head"])) == ("met", str(last_verification().verdict.head))


def test_a_verification_that_is_two_days_old_is_shown_as_such(reader, house):
    verify_on_record(actor=house.auditadmin, now=clock.now() - timedelta(days=2, minutes=1))
    assert reader.get(TRAIL).context["chain"]["tone"] == "soon"


@pytest.mark.usefixtures("trail")
def test_a_broken_chain_is_told_by_the_page_and_stays_broken(reader):
    entry = AuditEntry.objects.order_by("pk")[3]
    break_entry(entry)
    for _time in range(2):
        text = reader.post(DOORS["verify"], follow=True).content.decode()
        assert f"第 {entry.pk} 号记录" in text
    assert reader.get(TRAIL).context["chain"]["tone"] == "late"


@pytest.mark.usefixtures("trail")
def test_the_job_verifies_what_came_since_and_fails_when_the_chain_is_broken(house):
    committed()
    verify_audit()
    first = last_verification().verdict.head
    break_entry(AuditEntry.objects.order_by("pk")[3])
    assert verify_audit() > first.position
    break_entry(AuditEntry.objects.first())
    with pytest.raises(BrokenChain, match="与写入时不符"):
        verify_audit()
    assert last_verification().verdict.fault


@pytest.mark.parametrize("name", ADMINISTRATORS)
def test_no_administrator_reads_a_matter_on_any_of_its_pages(house, client, name):
    notice = noticed(house, now=at("2025-11-18"))
    case = notice.case
    client.force_login(house.people[name])
    assert not Case.objects.visible_to(house.people[name]).exists()
    rows = {"cases_case": case.pk, "supervision_supervisionnotice": notice.pk}
    pages = [reverse(f"admin:{row}_change", args=[pk]) for row, pk in rows.items()]
    pages += [reverse(f"admin:{row}_changelist") for row in rows]
    pages += [reverse("admin:cases_case_receipt", args=[case.pk]), reverse("admin:supervision_queue"), "/admin/"]
    for url in pages:
        answer = client.get(url)
        assert (answer.status_code in {403, 404, 200}, case.number in answer.content.decode()) == (True, False), url


def test_the_job_leaves_an_entry_of_the_system(house):
    verify_audit()
    assert AuditEntry.objects.get(act=AuditAct.TRAIL_VERIFIED).actor == system_account()


def test_an_audit_administrator_who_is_not_in_office_any_more_reads_nothing(house, client):
    person = make_person("past", Role.AUDITADMIN, house.centers["3306"])
    person.posts.update(ends_on=LONG_AGO)
    client.force_login(person)
    assert client.get(TRAIL).status_code == 403


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"second_factor": False}, "已验证第二因素 否"),
        ({"what": "second_factor"}, "尝试 第二因素验证码"),
        ({"why": "elsewhere"}, "原因 在别处登录"),
        ({"decision": 7}, "决定编号 7"),
    ],
)
def test_what_the_door_records_is_told_in_the_readers_words(reader, house, data, said):
    record(AuditAct.SIGNED_IN, actor=house.clerk, data=data, now=clock.now())
    assert said in reader.get(TRAIL).content.decode()


def test_every_ending_of_a_stay_and_every_refusal_has_its_words():
    assert {ending.value for ending in Ending} | {"asked"} | REFUSALS == set(page.CODES["why"])
