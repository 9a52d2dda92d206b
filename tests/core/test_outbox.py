from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from core.models import ExternalDelivery, InboxMessage, OutboxMessage
from core.outbox import BATCH, NOBODY, Message, deliver_batch, queue_messages
from tests.factories import at, make_person, race

NOW = at("2026-11-18")


def _message(person, key="occasion", **changes):
    fields = {"subject": "标题", "body": "正文", "reason": "缘由", "link": "/admin/"}
    return Message(key=key, recipient_id=person.pk, **{**fields, **changes})


@pytest.fixture
def person(db):
    return make_person("reader")


def test_what_is_queued_arrives_word_for_word(person):
    queue_messages([_message(person, urgent=True)], now=NOW)
    assert deliver_batch(now=NOW + timedelta(seconds=5)) == 1
    arrived = InboxMessage.objects.get()
    assert (arrived.subject, arrived.body, arrived.reason, arrived.link) == ("标题", "正文", "缘由", "/admin/")
    assert (arrived.recipient, arrived.delivered_at) == (person, NOW + timedelta(seconds=5))
    assert OutboxMessage.objects.get().is_urgent


def test_the_same_occasion_is_told_to_one_account_once(person):
    other = make_person("other")
    for _ in range(2):
        queue_messages([_message(person), _message(other)], now=NOW)
    assert sorted(OutboxMessage.objects.values_list("key", flat=True)) == sorted(
        [f"occasion:{person.pk}", f"occasion:{other.pk}"]
    )


def test_a_new_message_goes_out_beside_one_that_was_queued_before(person):
    queue_messages([_message(person, "old")], now=NOW)
    queue_messages([_message(person, "new"), _message(person, "old", subject="另一标题")], now=NOW)
    assert sorted(OutboxMessage.objects.values_list("key", "subject")) == [
        (f"new:{person.pk}", "标题"),
        (f"old:{person.pk}", "标题"),
    ]


def test_the_same_occasion_stays_told_after_it_was_delivered(person):
    queue_messages([_message(person)], now=NOW)
    deliver_batch(now=NOW)
    queue_messages([_message(person)], now=NOW)
    assert (deliver_batch(now=NOW), InboxMessage.objects.count()) == (0, 1)


def test_a_second_run_finds_nothing(person):
    queue_messages([_message(person)], now=NOW)
    assert [deliver_batch(now=NOW), deliver_batch(now=NOW)] == [1, 0]


def test_the_oldest_go_first_and_the_rest_is_left_for_the_next_batch(person):
    queue_messages([_message(person, "newest")], now=NOW)
    queue_messages([_message(person, str(index)) for index in range(BATCH)], now=NOW - timedelta(days=1))
    assert deliver_batch(now=NOW) == BATCH
    assert OutboxMessage.objects.get(sent_at=None).key.startswith("newest")


def test_outside_duty_hours_only_the_urgent_go_and_the_rest_keeps_its_order(person):
    for key, urgent in (("first", False), ("alarm", True), ("second", False)):
        queue_messages([_message(person, key, subject=key, urgent=urgent)], now=NOW)
    assert deliver_batch(now=NOW, at_work=NOBODY) == 1
    assert [letter.subject for letter in InboxMessage.objects.all()] == ["alarm"]
    assert deliver_batch(now=NOW) == 2
    assert list(InboxMessage.objects.order_by("pk").values_list("subject", flat=True)) == ["alarm", "first", "second"]


def test_a_copy_goes_to_whoever_stands_in_and_says_so(person):
    other = make_person("other")
    queue_messages([_message(person)], now=NOW)
    assert (
        deliver_batch(now=NOW, stand_ins=lambda rows: {row.pk: other for row in rows if row.recipient == person}) == 1
    )
    own, copy = InboxMessage.objects.order_by("pk")
    assert (own.recipient, own.subject, own.reason, own.on_behalf_of) == (person, "标题", "缘由", None)
    assert (copy.recipient, copy.on_behalf_of, copy.body, copy.link) == (other, person, "正文", "/admin/")
    assert copy.subject == "〔代reader（示例）收〕标题"
    assert copy.reason == "reader（示例）不在岗，由您代收。"


def test_nobody_is_asked_who_stands_in_when_nothing_waits(person):
    assert deliver_batch(now=NOW, stand_ins=None) == 0


def test_no_inbox_holds_the_same_message_twice(person):
    queue_messages([_message(person)], now=NOW)
    deliver_batch(now=NOW)
    letter = InboxMessage.objects.get()
    letter.pk = None
    with pytest.raises(IntegrityError, match="inboxmessage_once_per_recipient"), transaction.atomic():
        letter.save()


@pytest.mark.django_db(transaction=True)
def test_two_deliverers_at_the_same_time_deliver_each_message_once():
    reader = make_person("reader")
    queue_messages([_message(reader, str(index)) for index in range(BATCH + 100)], now=NOW)
    counts = race(*[lambda: deliver_batch(now=NOW)] * 2)
    assert sum(counts) + deliver_batch(now=NOW) == BATCH + 100 == InboxMessage.objects.count()
    assert not OutboxMessage.objects.filter(sent_at=None).exists()


def test_a_message_is_named_after_its_key_and_its_subject(person):
    queue_messages([_message(person)], now=NOW)
    deliver_batch(now=NOW)
    assert (str(OutboxMessage.objects.get()), str(InboxMessage.objects.get())) == (f"occasion:{person.pk}", "标题")


def test_an_address_that_cannot_be_read_keeps_nobody_from_the_inbox(house, settings):
    settings.EMAIL_HOST = "mail.example"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_user SET email = 'k0:unreadable' WHERE id = %s", [house.clerk.pk])
    people = (house.clerk, house.mediator)
    queue_messages([Message("1", person.pk, "标题", "正文", "缘由") for person in people], now=NOW)
    assert deliver_batch(now=NOW) == 2
    assert InboxMessage.objects.count() == 2
    assert ExternalDelivery.objects.get().recipient_id == house.clerk.pk
