"""The database keeps what rows said before, whatever way they are written, and lets nobody write the record."""

import pytest
from django.db import ProgrammingError, connection, transaction

from cases.models import Case, Party
from core import acting
from core.bulk import write_rows
from core.history import RowChange, recorded
from grids.models import GridMember
from tests.factories import at, make_person, recused, registered

COLUMNS = ("name", "id_number", "id_hash", "sex", "mobile", "mobile_hash", "note")


def copied(*numbers):
    write_rows(GridMember, COLUMNS, [(f"样本·甲{n}", f"{n}", f"{n}", "1", f"{n}", f"{n}", "") for n in numbers])
    return list(GridMember.objects.order_by("name"))


def records():
    rows = RowChange.objects.filter(table_name="grids_gridmember").order_by("pk")
    return [(row.row_id, row.kind, row.before and row.before["name"]) for row in rows]


def test_rows_that_were_copied_in_are_recorded_one_by_one(db):
    members = copied(1, 2)
    assert records() == [(member.pk, "insert", None) for member in members]


def test_a_bulk_update_and_raw_sql_are_recorded_with_what_was_there(db):
    member = copied(1)[0]
    GridMember.objects.update(name="样本·乙")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM grids_gridmember")
    assert records()[1:] == [(member.pk, "update", "样本·甲1"), (member.pk, "delete", "样本·乙")]


def test_a_row_that_is_written_as_it_was_is_not_recorded(db):
    copied(1, 2)
    GridMember.objects.update(note="")
    GridMember.objects.filter(name="样本·甲1").update(note="示例")
    assert [kind for _, kind, _ in records()] == ["insert", "insert", "update"]


def test_a_record_keeps_personal_data_encrypted(db):
    copied(1)
    GridMember.objects.update(mobile="13800000002", mobile_hash="2")
    before = RowChange.objects.get(kind="update").before
    assert ":" in before["mobile"]
    assert before["mobile"] != "1"


def test_a_record_names_who_wrote_on_what_occasion_and_only_inside_the_block(db):
    actor = make_person("writer")
    with recorded(actor_id=actor.pk, occasion="test:1"):
        copied(1)
    GridMember.objects.update(note="示例")
    told = RowChange.objects.filter(table_name="grids_gridmember").order_by("pk").values_list("actor", "occasion")
    assert [*told] == [(actor.pk, "test:1"), (None, "")]


def test_what_is_rolled_back_leaves_no_record(db):
    with transaction.atomic():
        copied(1)
        transaction.set_rollback(True)
    assert records() == []


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO core_rowchange (table_name, row_id, kind, at, occasion) VALUES ('x', 1, 'insert', now(), '')",
        "UPDATE core_rowchange SET occasion = 'x'",
        "DELETE FROM core_rowchange",
        "TRUNCATE core_rowchange",
        "ALTER TABLE grids_gridmember DISABLE TRIGGER ALL",
        "DROP FUNCTION core_keep_history() CASCADE",
        "SET session_replication_role = replica",
    ],
)
def test_the_applications_role_can_neither_write_nor_stop_the_record(db, statement):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


ALL_THAT_IS_DONE = ["core_user", "centers_post", "centers_centergrant", "centers_unit", "centers_standin"]
ALL_THAT_IS_DONE += ["grids_grid", "grids_gridmember", "grids_assignment", "cases_clockrule", "cases_papertemplate"]
ALL_THAT_IS_DONE += ["disputes_committee", "disputes_committeemember"]
CHANGES = ["cases_case", "cases_party", "cases_transfer", "cases_clock", "cases_result", "cases_recusal"]
CHANGES += [
    "centers_center",
    "cases_attachment",
    "cases_paper",
    "disputes_dispute",
    "disputes_agreement",
    "disputes_obligation",
    "disputes_mediator",
    "disputes_jointunit",
    "disputes_safetyflag",
    "disputes_handoff",
    "disputes_session",
    "disputes_attendance",
    "disputes_confirmation",
    "disputes_followup",
    "petitions_petition",
    "petitions_notice",
    "petitions_opinion",
    "petitions_statutoryprocedure",
    "petitions_review",
    "petitions_referral",
    "supervision_supervisionnotice",
]


def test_every_table_whose_changes_matter_is_under_record(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'keep_history_of_%'")
        found = {(table, name.rpartition("_")[2]) for table, name in cursor.fetchall()}
    expected = {(table, event) for table in ALL_THAT_IS_DONE for event in ("insert", "update", "delete")}
    assert found == expected | {(table, event) for table in CHANGES for event in ("update", "delete")}


def test_a_changed_password_is_on_record_without_what_it_was(db):
    person = make_person("somebody")
    person.set_password("Another-pass-1")
    person.save(update_fields=["password"])
    record = RowChange.objects.get(table_name="core_user", row_id=person.pk, kind="update")
    assert ("password" in record.before, record.before["username"]) == (False, "somebody")


def test_the_records_of_a_matter_are_shown_with_its_row_and_not_without(house):
    case = registered(house, now=at("2025-11-18"))
    Party.objects.update(name="样本·改")
    Case.objects.update(title="示例改")
    GridMember.objects.update(note="示例")
    told = RowChange.objects.filter(matter_id=case.pk, kind="update")
    assert {"cases_case", "cases_party"} <= {record.table_name for record in told}
    recused(case, person=house.clerk, by=house.mediator, now=at("2025-11-18"))
    for person, is_shown in ((house.village_triage, True), (house.clerk, False)):
        with acting.as_person(person.pk):
            assert told.all().exists() is is_shown
    assert RowChange.objects.filter(matter_id=None).exists()


def test_no_change_is_joined_with_itself_row_by_row_whatever_its_session_changed_before(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT proconfig FROM pg_proc WHERE proname = 'core_keep_history'")
        assert "enable_nestloop=off" in cursor.fetchone()[0]
