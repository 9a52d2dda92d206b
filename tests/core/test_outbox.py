from datetime import timedelta

import pytest

from core.models import Heartbeat, InboxMessage, OutboxMessage
from core.outbox import BATCH, Message, deliver_batch, queue_messages
from core.tasks import deliver_outbox
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


def test_the_task_delivers_everything_and_leaves_a_heartbeat(person):
    queue_messages([_message(person, str(index)) for index in range(BATCH + 1)], now=NOW)
    assert deliver_outbox() == BATCH + 1
    assert Heartbeat.objects.get(job="core.deliver_outbox").handled == BATCH + 1
    assert deliver_outbox() == 0


def test_the_task_leaves_a_heartbeat_when_a_full_batch_was_the_last(person):
    queue_messages([_message(person, str(index)) for index in range(BATCH)], now=NOW)
    assert deliver_outbox() == BATCH
    assert str(Heartbeat.objects.get()) == "core.deliver_outbox"


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
