"""An act that cannot be put on record does not happen: nothing is written, and no byte goes out."""

from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.urls import reverse

from cases.models import Case, Event
from centers.enums import Role
from centers.models import Post, WorkCalendarDay
from core import clock
from core.audit import AuditEntry
from core.models import User
from disputes.services.triage import triage_dispute
from grids.models import RosterExport, RosterFile
from grids.services.decide_import import confirm_import
from tests.factories import LONG_AGO, appoint, at, change_day, make_centers, make_person, noticed, registered
from tests.grids.files import read

TABLES = ["core_auditentry", "core_auditlink"]


@contextmanager
def as_owner():
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        yield cursor.execute
        cursor.execute(f"SET ROLE {settings.DATABASE_APP_ROLE}")


def close(table):
    with as_owner() as execute:
        execute("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'full'; END$$")
        execute(f"CREATE TRIGGER refuse BEFORE INSERT ON {table} EXECUTE FUNCTION refuse()")


@contextmanager
def refusing(table):
    """Let nothing more be written to ``table``."""
    close(table)
    yield
    with as_owner() as execute:
        execute("DROP FUNCTION refuse() CASCADE")


@pytest.fixture
def full(db):
    """Return a way to let the trail take no more entries, which ends with the test."""

    def fill():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        close("core_auditentry")

    return fill


def test_no_byte_of_an_export_goes_out(house, client, full):
    client.force_login(house.roster_manager)
    client.raise_request_exception = False
    full()
    answer = client.post(reverse("admin:grids_gridmember_export"), {"reason": "示例"})
    assert answer.status_code == 500
    assert answer.headers["Content-Type"].startswith("text/html")
    assert not RosterExport.objects.exists()


def test_no_byte_of_the_trail_goes_out(house, client, full):
    client.force_login(house.auditadmin)
    client.raise_request_exception = False
    full()
    answer = client.post(reverse("admin:core_auditentry_export"))
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (500, "text/html")


def test_nobody_is_appointed(house, full):
    full()
    with pytest.raises(DatabaseError, match="full"):
        appoint(house.nobody, role=Role.MEDIATOR, center=house.village, starts_on=LONG_AGO)
    assert not house.nobody.posts.exists()


def test_no_account_is_made(house, client, full):
    client.force_login(house.secadmin)
    client.raise_request_exception = False
    full()
    given = {"username": "new", "full_name": "样本·新", "password1": "Sample-pass-9", "password2": "Sample-pass-9"}
    assert client.post(reverse("admin:core_user_add"), given).status_code == 500
    assert not User.objects.get_queryset().filter(username="new").exists()


def test_no_matter_moves_on(house, full):
    case = registered(house, now=at("2025-11-18"))
    full()
    with pytest.raises(DatabaseError, match="full"):
        triage_dispute(
            case.pk,
            grade="general",
            category=case.category,
            handler=house.mediator,
            actor=house.village_triage,
            now=at("2025-11-18", 10),
        )
    assert Case.objects.get(pk=case.pk).stage == case.stage
    assert Event.objects.filter(case=case).count() == case.events.count()


def test_no_day_of_the_calendar_changes(house, full):
    full()
    with pytest.raises(DatabaseError, match="full"):
        change_day("2026-03-03", now=clock.now())
    assert WorkCalendarDay.objects.get(date="2026-03-03", center=None).is_workday


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", TABLES)
def test_an_entry_that_cannot_be_chained_undoes_the_act_at_commit(table):
    centers, user = make_centers(), make_person("new")
    with refusing(table), pytest.raises(DatabaseError, match="full"):
        appoint(user, role=Role.MEDIATOR, center=centers["3306"], starts_on=LONG_AGO)
    assert (Post.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_a_matter_that_moves_on_is_in_the_trail_with_who_moved_it(house):
    case = registered(house, now=at("2025-11-18"))
    told = AuditEntry.objects.filter(subject_kind="cases.case", subject_id=case.pk).values_list("actor", "data__event")
    assert (house.clerk.pk, "registered") in told
    assert len(told) == Event.objects.filter(case=case).count()


def test_an_account_that_is_made_changed_and_disabled_is_in_the_trail(house, client):
    client.force_login(house.secadmin)
    given = {"username": "new", "full_name": "样本·新"}
    client.post(reverse("admin:core_user_add"), {**given, "password1": "Sample-pass-9", "password2": "Sample-pass-9"})
    user = User.objects.get(username="new")
    page = reverse("admin:core_user_change", args=[user.pk])
    client.post(page, {**given, "full_name": "样本·改", "is_active": "on"})
    client.post(page, {**given, "full_name": "样本·改"})
    told = AuditEntry.objects.filter(subject_kind="core.user", subject_id=user.pk).order_by("pk")
    assert [*told.values_list("act", flat=True)] == ["account_created", "account_changed", "account_disabled"]
    assert [entry.data["fields"] for entry in told[1:]] == [["full_name"], ["is_active"]]


def told_of(actor):
    return AuditEntry.objects.filter(actor=actor).order_by("pk").values_list("act", "subject_kind", "subject_id")


def test_papers_that_are_opened_to_be_printed_are_in_the_trail(house, client):
    notice = noticed(house, now=at("2025-11-18"))
    client.force_login(house.town_supervisor)
    client.get(reverse("admin:supervision_notice_paper", args=[notice.pk]))
    client.get(reverse("admin:cases_case_receipt", args=[notice.case_id]))
    papers = [("printed", "supervision.supervisionnotice", notice.pk), ("printed", "cases.case", notice.case_id)]
    assert [*told_of(house.town_supervisor)] == papers


def test_a_roster_that_is_sent_in_written_and_taken_out_again_is_in_the_trail(house, client):
    found = read(house.roster_manager, house.grid, good=2, wrong=1, now=clock.now())
    confirm_import(found.pk, only_good_rows=True, actor=house.roster_manager, now=clock.now())
    client.force_login(house.roster_manager)
    RosterFile.objects.filter(pk=found.pk).update(annotated=b"sample")
    client.get(reverse("admin:grids_rosterimport_marked", args=[found.pk]))
    client.post(reverse("admin:grids_gridmember_export"), {"reason": ""})
    acts = [(act, kind) for act, kind, _pk in told_of(house.roster_manager)]
    files = [("imported", "grids.rosterimport"), ("downloaded", "grids.rosterimport")]
    assert acts == [*files, ("exported", "grids.rosterexport")]
