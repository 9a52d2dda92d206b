"""Files come in one by one, each with its own answer; they are withdrawn and never deleted."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from cases.models import Attachment, AttachmentContent, Case
from cases.services.attach import NewFile, attach_files, withdraw_attachment
from cases.services.hand_out import Tampered, hand_out, show_picture
from centers.enums import Role
from core import acting
from core.audit import AuditEntry
from core.errors import IllegalTransition
from core.examination import FileKind
from tests.corpus.attached import CANARY, PAGE, picture, upright
from tests.factories import agreed, at, make_person, recused, registered, rolled_back, triaged

NOW = at("2026-11-18")
TEXT = "样本甲的说明（示例）".encode()


def new(content=TEXT, name="说明.txt"):
    return NewFile(name, content, len(content))


def attach(case, *files, by):
    return attach_files(case.pk, files=files or [new()], actor=by, now=NOW)


@pytest.fixture
def case(house):
    return triaged(house, now=NOW)


def test_a_file_comes_in_with_its_kind_and_is_told_on_the_timeline(house, case):
    (result,) = attach(case, by=house.mediator)
    told = result.attachment
    assert (told.name, told.kind, told.size, told.uploaded_by) == ("说明.txt", FileKind.TEXT, len(TEXT), house.mediator)
    event = case.events.get(kind="files_attached")
    assert (event.data, event.actor) == ({"count": 1, "attachments": [told.pk]}, house.mediator)
    assert AuditEntry.objects.filter(data__event="files_attached", actor=house.mediator).exists()


def test_a_refused_file_stops_no_other_and_leaves_nothing(house, case):
    results = attach(case, new(), new(PAGE, "a.txt"), new(b"MZ\0", "b.pdf"), new(b"%", "c.txt"), by=house.mediator)
    assert [result.refusal and result.refusal.code for result in results] == [None, "web_page", "program", None]
    assert [*case.attachments.values_list("name", flat=True)] == ["说明.txt", "c.txt"]
    assert AttachmentContent.objects.count() == 2
    assert case.events.get(kind="files_attached").data["count"] == 2


def test_nothing_is_told_where_nothing_came_in(house, case):
    attach(case, new(PAGE, "a.txt"), by=house.mediator)
    assert not case.events.filter(kind="files_attached").exists()


def test_the_same_file_is_told_and_not_taken_twice(house, case):
    first, again = attach(case, new(), new(name="另.txt"), by=house.mediator)
    (later,) = attach(case, by=house.mediator)
    assert [first.refusal, again.refusal.code, later.refusal.code] == [None, "twice", "twice"]
    withdraw_attachment(first.attachment.pk, reason="示例", actor=house.mediator, now=NOW)
    assert attach(case, by=house.mediator)[0].refusal is None
    assert attach(registered(house, now=NOW), by=house.clerk)[0].refusal is None


def test_two_of_the_same_cannot_stand_in_one_case_whoever_writes_them(house, case):
    (result,) = attach(case, by=house.mediator)
    result.attachment.pk = None
    with transaction.atomic(), pytest.raises(IntegrityError, match="attachment_once_per_case"):
        result.attachment.save(force_insert=True)


def test_a_case_holds_so_many_files_and_no_more(house, case, settings):
    settings.ATTACHMENTS_A_CASE = 2
    files = [new(f"{number}".encode()) for number in range(3)]
    results = attach(case, *files, by=house.mediator)
    assert [result.refusal and result.refusal.code for result in results] == [None, None, "too_many"]
    withdraw_attachment(results[0].attachment.pk, reason="示例", actor=house.mediator, now=NOW)
    assert attach(case, files[2], by=house.mediator)[0].refusal is None


@pytest.mark.parametrize(("size", "code"), [(1024**2 + 1, "too_large"), (1024**2, "left_out")])
def test_a_file_whose_content_did_not_arrive_is_told_so(house, case, settings, size, code):
    settings.ATTACHMENT_MEGABYTES = 1
    (result,) = attach(case, NewFile("a.txt", b"", size), by=house.mediator)
    assert result.refusal.code == code


def test_a_name_is_text_of_the_case_without_paths(house, case):
    (result,) = attach(case, new(name="C:\\Users\\样本甲\\说明\u202e.txt"), by=house.mediator)
    assert result.attachment.name == "说明.txt"


def test_a_closed_matter_takes_no_more(house, case):
    Case.objects.filter(pk=case.pk).update(stage="closed", closed_at=NOW)
    with pytest.raises(IllegalTransition):
        attach(case, by=house.clerk)


@pytest.mark.parametrize("name", ["neighbour_clerk", "other_county_supervisor", "town_mediator", "sysadmin", "nobody"])
def test_whoever_does_not_see_the_matter_adds_nothing_and_sees_nothing(house, case, name):
    (result,) = attach(case, by=house.mediator)
    outsider = getattr(house, name)
    with pytest.raises(Case.DoesNotExist):
        attach(case, new(b"2"), by=outsider)
    for act in (hand_out, show_picture):
        with pytest.raises(Attachment.DoesNotExist):
            act(result.attachment.pk, actor=outsider, now=NOW)
    with pytest.raises(Attachment.DoesNotExist):
        withdraw_attachment(result.attachment.pk, reason="x", actor=outsider, now=NOW)
    assert not AttachmentContent.objects.visible_to(outsider).exists()
    assert AttachmentContent.objects.visible_to(house.mediator).exists()


def behind_the_wall(person, model):
    with acting.as_person(person.pk), transaction.atomic():
        return model._default_manager.count()


def test_the_database_keeps_it_from_whoever_has_no_part_in_the_matter(house, case):
    attach(case, by=house.mediator)
    assert [behind_the_wall(house.town_supervisor, model) for model in (Attachment, AttachmentContent)] == [1, 1]
    recused(case, person=house.town_supervisor, by=house.clerk, now=NOW)
    assert [behind_the_wall(house.town_supervisor, model) for model in (Attachment, AttachmentContent)] == [0, 0]


def test_under_seal_officers_alone_add_and_see(house, case):
    officer = make_person("officer", Role.CONFIDENTIAL_OFFICER, house.town)
    Case.objects.filter(pk=case.pk).update(sensitivity="sealed")
    assert attach(case, by=officer)[0].refusal is None
    with pytest.raises(Case.DoesNotExist):
        attach(case, new(b"2"), by=house.town_supervisor)
    assert behind_the_wall(house.town_supervisor, AttachmentContent) == 0
    assert behind_the_wall(officer, AttachmentContent) == 1


def test_a_withdrawn_file_is_kept_with_its_reason_and_handed_out_no_more(house, case):
    (result,) = attach(case, by=house.mediator)
    told = withdraw_attachment(result.attachment.pk, reason="传错了", actor=house.clerk, now=NOW)
    assert (told.withdrawn_by, told.withdrawal_reason) == (house.clerk, "传错了")
    assert AttachmentContent.objects.get(pk=told.pk).content == TEXT
    assert case.events.get(kind="file_withdrawn").data == {"attachment": told.pk}
    for act in (hand_out, show_picture):
        with pytest.raises(Attachment.DoesNotExist):
            act(told.pk, actor=house.mediator, now=NOW)
    with pytest.raises(IllegalTransition):
        withdraw_attachment(told.pk, reason="再次", actor=house.clerk, now=NOW)


STATEMENTS = [
    "DELETE FROM cases_attachment",
    "DELETE FROM cases_attachmentcontent",
    "UPDATE cases_attachment SET name = 'x'",
    "UPDATE cases_attachment SET case_id = case_id",
    "UPDATE cases_attachment SET withdrawn_at = now()",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_keeps_every_file_and_who_sent_it(house, case, statement):
    attach(case, by=house.mediator)
    with rolled_back(), connection.cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute(statement)


def test_what_is_stored_is_encrypted_and_what_is_handed_out_is_what_was_sent(house, case):
    (result,) = attach(case, new(upright(), "照片.jpg"), by=house.mediator)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content, preview FROM cases_attachmentcontent")
        stored = b"".join(bytes(column) for column in cursor.fetchone())
    assert CANARY not in stored
    assert b"JFIF" not in stored
    assert hand_out(result.attachment.pk, actor=house.mediator, now=NOW)[1] == upright()


def test_a_picture_is_shown_without_what_stood_in_it_and_nothing_else_is_shown(house, case):
    seen, text = attach(case, new(upright(), "照片.jpg"), new(), by=house.mediator)
    shown = show_picture(seen.attachment.pk, actor=house.mediator, now=NOW)[1]
    assert shown.startswith(b"\xff\xd8\xff")
    assert CANARY not in shown
    assert [seen.attachment.is_picture, text.attachment.is_picture] == [True, False]
    with pytest.raises(AttachmentContent.DoesNotExist):
        show_picture(text.attachment.pk, actor=house.mediator, now=NOW)


def test_looking_and_taking_are_on_record(house, case):
    (result,) = attach(case, new(picture(), "a.jpg"), by=house.mediator)
    show_picture(result.attachment.pk, actor=house.mediator, now=NOW)
    hand_out(result.attachment.pk, actor=house.town_supervisor, now=NOW)
    told = AuditEntry.objects.filter(subject_kind="cases.attachment", subject_id=result.attachment.pk).order_by("pk")
    assert [*told.values_list("act", "actor", "data")] == [
        ("viewed", house.mediator.pk, {"case": case.pk}),
        ("downloaded", house.town_supervisor.pk, {"case": case.pk}),
    ]


CHANGES = [
    "UPDATE cases_attachmentcontent SET content = set_byte(content, 40, (get_byte(content, 40) + 1) % 256)",
    "UPDATE cases_attachmentcontent SET content = 'k9:'::bytea || content",
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_content_that_was_changed_is_not_handed_out(house, case, change):
    (result,) = attach(case, by=house.mediator)
    with connection.cursor() as cursor:
        cursor.execute(change)
    with pytest.raises(Tampered):
        hand_out(result.attachment.pk, actor=house.mediator, now=NOW)
    assert AuditEntry.objects.get(subject_kind="cases.attachment").outcome == "refused"


def test_contents_that_changed_places_are_not_handed_out(house, case):
    one, other = attach(case, new(), new(b"2"), by=house.mediator)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_attachmentcontent a SET content = b.content FROM cases_attachmentcontent b "
            "WHERE a.attachment_id = %s AND b.attachment_id = %s",
            [one.attachment.pk, other.attachment.pk],
        )
    with pytest.raises(Tampered):
        hand_out(one.attachment.pk, actor=house.mediator, now=NOW)


def test_files_stay_with_a_matter_whose_result_waits(house):
    case = agreed(house, now=NOW)
    assert attach(case, by=house.mediator)[0].attachment.case == case
