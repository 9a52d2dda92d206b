import pytest
from django.contrib.auth.models import AnonymousUser

from centers.models import WorkCalendarDay
from core.models import InboxMessage, NumberSeries, OutboxMessage, User
from core.scoping import ScopedQuerySet, is_staff_account
from tests.factories import at, make_person

NOW = at("2026-11-18")


def _letter(recipient):
    fields = {"recipient": recipient, "subject": "信", "body": "", "reason": ""}
    outbox = OutboxMessage.objects.create(key=recipient.username, queued_at=NOW, **fields)
    return InboxMessage.objects.create(outbox=outbox, delivered_at=NOW, **fields)


def test_a_queryset_that_forgets_to_answer_raises_and_gives_nothing_away(db):
    with pytest.raises(NotImplementedError, match="NumberSeries"):
        ScopedQuerySet(NumberSeries).visible_to(make_person("somebody"))


@pytest.mark.parametrize(
    ("fields", "answer"), [({}, True), ({"is_active": False}, False), ({"is_staff": False}, False)]
)
def test_only_an_active_account_of_the_office_is_staff(fields, answer):
    assert is_staff_account(User(username="somebody", **fields)) is answer


def test_a_visitor_is_not_staff():
    assert is_staff_account(AnonymousUser()) is False


def test_messages_are_seen_by_their_recipient_only(db):
    reader, other = make_person("reader"), make_person("other")
    letter = _letter(reader)
    assert list(InboxMessage.objects.visible_to(reader)) == [letter]
    assert not InboxMessage.objects.visible_to(other).exists()
    assert not InboxMessage.objects.visible_to(AnonymousUser()).exists()


def test_public_rows_are_seen_by_everybody_in_the_office_and_by_nobody_else(house):
    assert WorkCalendarDay.objects.visible_to(house.nobody).count() > 1000
    assert not WorkCalendarDay.objects.visible_to(AnonymousUser()).exists()


def test_accounts_are_seen_by_those_who_administer_them_and_otherwise_only_ones_own(house):
    assert User.objects.visible_to(house.secadmin).count() == User.objects.count() > 1
    assert list(User.objects.visible_to(house.sysadmin)) == [house.sysadmin]
    assert not User.objects.visible_to(AnonymousUser()).exists()
