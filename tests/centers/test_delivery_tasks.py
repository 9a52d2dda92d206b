from datetime import timedelta

import pytest
import urllib3
from django.db import connection

from centers import tasks
from centers.enums import Role
from centers.services.stand_in import name_stand_in
from centers.tasks import call_gateways, deliver_messages, send_mail
from core import clock, webhook
from core.models import ExternalDelivery, Heartbeat, InboxMessage, User, WebhookEndpoint
from core.outbox import BATCH, Message, queue_messages
from tests.factories import at, make_person
from tests.outside.gateway import HANG

NOW = at("2026-11-18")


@pytest.fixture
def time(monkeypatch):
    """Return a setter of the time; it stands still on a working day until it is set."""
    shown = [NOW]
    monkeypatch.setattr(clock, "now", lambda: shown[0])
    monkeypatch.setattr("core.fence.lets_pass", lambda _reading: True)  # it would find that this is not the database's

    def set_to(moment):
        shown[0] = moment

    return set_to


@pytest.fixture
def reader(house):
    User.objects.filter(pk=house.clerk.pk).update(email="reader@maple.example")
    return house.clerk


def _queue(person, count=1, *, now=NOW, **changes):
    queue_messages(
        [Message(f"step:{index}", person.pk, f"{index}", "正文", "缘由", **changes) for index in range(count)], now=now
    )


def _gateway(url, name="短信"):
    return WebhookEndpoint.objects.create(name=name, url=url, secret="sample-secret-of-32-characters!!")


def _states():
    return sorted(
        (name or "", state) for name, state in ExternalDelivery.objects.values_list("endpoint__name", "state")
    )


def test_the_inbox_task_delivers_everything_and_leaves_a_heartbeat(reader, time):
    _queue(reader, BATCH + 1)
    assert deliver_messages() == BATCH + 1
    assert Heartbeat.objects.get(job="centers.deliver_messages").handled == BATCH + 1
    assert deliver_messages() == 0


def test_the_inbox_task_leaves_a_heartbeat_when_a_full_batch_was_the_last(reader, time):
    _queue(reader, BATCH)
    assert deliver_messages() == BATCH
    assert str(Heartbeat.objects.get()) == "centers.deliver_messages"


def test_mail_goes_from_the_outbox_to_the_mail_server(reader, mail_server, time):
    _queue(reader, 3)
    assert [deliver_messages(), send_mail(), send_mail()] == [3, 3, 0]
    assert [letter["Subject"] for letter in mail_server.letters] == ["0", "1", "2"]
    assert Heartbeat.objects.get(job="centers.send_mail").handled == 0


def test_without_a_mail_server_no_mail_is_sent_and_nothing_is_lost(reader, settings, mail_server, time):
    _queue(reader)
    deliver_messages()
    settings.EMAIL_HOST = ""
    assert (send_mail(), ExternalDelivery.objects.get().attempts) == (0, 0)


def test_a_gateway_that_is_down_holds_up_neither_inbox_nor_mail_nor_another_gateway(reader, mail_server, gateway, time):
    _gateway("http://127.0.0.1:9/", "坏网关")
    _gateway(gateway.url, "好网关")
    _queue(reader, 2)
    assert [deliver_messages(), call_gateways(), send_mail()] == [2, 2, 2]
    assert InboxMessage.objects.count() == len(gateway.requests) == 2
    assert _states() == sorted([("", "sent")] * 2 + [("坏网关", "waiting")] * 2 + [("好网关", "sent")] * 2)


def test_a_gateway_that_hangs_costs_a_round_one_attempt(reader, gateway, time, monkeypatch):
    monkeypatch.setattr(webhook, "TIMEOUT", urllib3.Timeout(connect=0.2, read=0.2))
    gateway.answers = [HANG]
    _gateway(gateway.url)
    _queue(reader, 5)
    deliver_messages()
    assert (call_gateways(), len(gateway.requests)) == (0, 1)
    assert ExternalDelivery.objects.filter(attempts=0).count() == 4


def test_a_gateway_that_comes_back_is_told_everything_once_and_in_order(reader, gateway, time):
    gateway.answers = [503, 200]
    _gateway(gateway.url)
    _queue(reader, 3)
    deliver_messages()
    assert call_gateways() == 0
    time(NOW + timedelta(minutes=1))
    assert call_gateways() == 3
    assert gateway.keys[0] == gateway.keys[1]
    assert gateway.keys[1:] == [str(row.key) for row in ExternalDelivery.objects.order_by("pk")]


def test_a_message_is_given_up_after_eight_attempts_and_the_next_one_goes(reader, gateway, time):
    gateway.answers = [500] * 8 + [200]
    _gateway(gateway.url)
    _queue(reader, 2)
    deliver_messages()
    for day in ("18", "19", "20", "23", "24", "25", "26", "27"):
        time(at(f"2026-11-{day}"))
        call_gateways()
    assert _states() == [("短信", "dead"), ("短信", "sent")]
    assert (len(set(gateway.keys)), len(gateway.keys)) == (2, 9)


def test_a_repeat_waits_for_duty_hours_unless_it_is_urgent(reader, gateway, time):
    gateway.answers = [500, 500, 200]
    _gateway(gateway.url)
    _queue(reader, now=NOW)
    queue_messages([Message("step:urgent", reader.pk, "急", "正文", "缘由", urgent=True)], now=NOW)
    time(at("2026-11-20", 17, 29))
    deliver_messages()
    call_gateways()
    time(at("2026-11-20", 18))
    assert call_gateways() == 1
    time(at("2026-11-23", 8, 30))
    assert call_gateways() == 1


def test_a_round_ends_in_time_and_the_rest_waits_for_the_next(reader, gateway, time, monkeypatch):
    monkeypatch.setattr(tasks, "ROUND", timedelta(0))
    _gateway(gateway.url)
    _queue(reader)
    deliver_messages()
    assert (call_gateways(), gateway.requests) == (0, [])


def test_a_stand_in_receives_by_the_own_address_too(house, mail_server, time):
    deputy = make_person("deputy", Role.SUPERVISOR, house.town)
    User.objects.filter(pk=deputy.pk).update(email="deputy@maple.example")
    absent, today = house.town_supervisor, clock.local_day(NOW)
    name_stand_in(absent, stand_in=deputy, starts_on=today, ends_on=today, actor=absent, now=NOW)
    _queue(absent)
    assert [deliver_messages(), send_mail()] == [2, 2]
    assert "〔代town_supervisor（示例）收〕0" in [letter["Subject"] for letter in mail_server.letters]
    assert {letter["To"] for letter in mail_server.letters} == {"deputy@maple.example"}


def test_an_address_that_cannot_be_read_is_set_aside_and_the_others_go_on(reader, mail_server, time, caplog):
    spoilt = make_person("spoilt")
    for person in (spoilt, reader):
        User.objects.filter(pk=person.pk).update(email="reader@maple.example")
        _queue(person)
    deliver_messages()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_user SET email = 'k0:unreadable' WHERE id = %s", [spoilt.pk])
    assert [send_mail(), send_mail()] == [1, 0]
    aside = ExternalDelivery.objects.get(recipient=spoilt)
    assert (aside.state, aside.failure, len(mail_server.letters)) == ("dead", "unreadable", 1)
    assert f"delivery {aside.pk} is given up: core_user.email cannot be read" in caplog.text
    assert "k0:unreadable" not in caplog.text


def test_a_gateway_that_cannot_be_read_stops_no_other(reader, gateway, time):
    _gateway(gateway.url, "甲")
    spoilt = _gateway(gateway.url, "乙")
    _queue(reader)
    deliver_messages()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_webhookendpoint SET secret = 'k0:unreadable' WHERE id = %s", [spoilt.pk])
    assert call_gateways() == 1
    assert _states() == [("乙", "dead"), ("甲", "sent")]
