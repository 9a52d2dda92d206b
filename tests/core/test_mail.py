import email.utils

import pytest

from core.channels import Channel, Failure
from core.courier import Door, Outcome, claim
from core.mail import MailDoor, mail_of
from core.models import ExternalDelivery, User
from core.outbox import EVERYBODY, nothing_is_kept
from tests.factories import at, make_person

NOW = at("2026-11-18")


def _row(person, tell, **changes):
    tell(person, now=NOW, **changes)
    return claim(Door(Channel.EMAIL), at_work=EVERYBODY, kept_from=nothing_is_kept, now=NOW)


def _send(row):
    with MailDoor() as door:
        return door.send(row, now=NOW)


def test_a_mail_holds_what_the_inbox_says_the_link_and_why_one_receives_it(with_mail, mail_server, settings, tell):
    settings.OFFICE_URL = "https://maple.example"
    assert _send(_row(with_mail, tell)) == Outcome()
    (letter,) = mail_server.letters
    assert (letter["Subject"], letter["To"]) == ("案件枫桥〔2026〕1号：到期提醒", "reader@maple.example")
    assert letter.get_content().replace("\r", "").split("\n\n") == [
        "请及时办理。",
        "https://maple.example/admin/cases/case/7/change/",
        "——\n您收到本消息的原因：您是承办人。\n",
    ]
    assert letter["From"].addresses[0].addr_spec == "office@maple.example"


def test_a_mail_is_named_after_its_key_and_dated_by_the_attempt(with_mail, mail_server, tell):
    row = _row(with_mail, tell)
    for _ in range(2):
        _send(row)
    letters = mail_server.letters
    assert {letter["Message-ID"] for letter in letters} == {f"<{row.key}@maple.example>"}
    assert email.utils.parsedate_to_datetime(letters[0]["Date"]) == NOW
    assert (len(letters), letters[0]["Auto-Submitted"]) == (2, "auto-generated")


def test_a_mail_without_a_known_address_of_the_office_has_no_link(with_mail, tell):
    assert "/admin/" not in mail_of(_row(with_mail, tell), now=NOW).body


def test_line_breaks_of_a_subject_do_not_become_headers(with_mail, mail_server, tell):
    assert _send(_row(with_mail, tell, subject="一\nBcc: other@maple.example")) == Outcome()
    (letter,) = mail_server.letters
    assert (letter["Subject"], letter["Bcc"]) == ("一 Bcc: other@maple.example", None)


def test_several_mails_share_one_connection_and_a_refused_one_does_not_spoil_the_next(with_mail, mail_server, tell):
    stranger = make_person("stranger")
    User.objects.filter(pk=stranger.pk).update(email="unknown@maple.example")
    stranger.refresh_from_db()
    for person in (stranger, with_mail):
        tell(person, now=NOW)
    rows = ExternalDelivery.objects.order_by("pk").select_related("message", "recipient")
    with MailDoor() as door:
        said = [door.send(row, now=NOW) for row in rows]
    assert said == [Outcome(Failure.REFUSED, 550), Outcome()]
    assert [letter["To"] for letter in mail_server.letters] == ["reader@maple.example"]


def test_a_mail_server_that_is_away_is_no_answer(with_mail, mail_server, tell):
    row = _row(with_mail, tell)
    mail_server.stop()
    assert _send(row) == Outcome(Failure.UNREACHABLE)
    mail_server.start()
    assert _send(row) == Outcome()


@pytest.mark.parametrize("change", [{"email": ""}, {"is_active": False}])
def test_whoever_has_no_address_any_more_gets_no_mail(with_mail, mail_server, tell, change):
    tell(with_mail, now=NOW)
    User.objects.filter(pk=with_mail.pk).update(**change)
    assert _send(claim(Door(Channel.EMAIL), at_work=EVERYBODY, kept_from=nothing_is_kept, now=NOW)) == Outcome(
        Failure.NO_ADDRESS
    )
    assert mail_server.letters == []
