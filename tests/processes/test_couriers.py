import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection

from centers.services.deliver import deliver_messages
from core import clock
from core.channels import Channel, Failure
from core.courier import Outcome, claim, open_doors, settle
from core.models import ExternalDelivery, InboxMessage, User, WebhookEndpoint
from core.outbox import NOBODY, Message, nothing_is_kept, queue_messages
from core.webhook import post
from tests.factories import make_person
from tests.outside.gateway import HANG
from tests.processes.conftest import WORKER

pytestmark = pytest.mark.processes

ROUND = "import django; django.setup(); from centers.tasks import call_gateways; call_gateways()"
REFUSED = Outcome(Failure.REFUSED, 500)


@pytest.fixture
def waiting(transactional_db, gateway):
    """Return a message that is to leave by a gateway which takes the first attempt and does not answer it."""
    gateway.answers = [HANG, 200]
    WebhookEndpoint.objects.create(name="短信", url=gateway.url, secret="sample-secret-of-32-characters!!")
    message = Message("step:1", make_person("reader").pk, "标题", "正文", "缘由", urgent=True)
    queue_messages([message], now=clock.now())
    deliver_messages(now=clock.now())
    return ExternalDelivery.objects.get()


@pytest.fixture
def courier(waiting, gateway):
    """Return a process that has sent the message and waits for the answer."""
    server = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    database = {"DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}", "DATABASE_ROLE": "app"}
    process = subprocess.Popen([sys.executable, "-c", ROUND], env=os.environ | database)
    assert gateway.asked.wait(30)
    yield process
    process.kill()
    process.wait()


def _claim_after_the_lease():
    (door,) = open_doors(Channel.WEBHOOK)
    return claim(door, at_work=NOBODY, kept_from=nothing_is_kept, now=clock.now() + timedelta(minutes=2))


def test_a_courier_that_is_killed_after_sending_repeats_once_and_under_the_same_key(waiting, courier, gateway):
    courier.kill()
    courier.wait()
    row = _claim_after_the_lease()
    assert settle(row, post(row, now=clock.now()), now=clock.now())
    assert _claim_after_the_lease() is None
    assert gateway.keys == [str(waiting.key)] * 2
    assert (ExternalDelivery.objects.get().state, InboxMessage.objects.count()) == ("sent", 1)


def test_a_courier_that_was_paused_past_its_lease_does_not_say_how_it_ended(waiting, courier, gateway):
    courier.send_signal(signal.SIGSTOP)
    other = _claim_after_the_lease()
    assert settle(other, REFUSED, now=clock.now())
    gateway.released.set()
    courier.send_signal(signal.SIGCONT)
    assert courier.wait(30) == 0
    row = ExternalDelivery.objects.get()
    assert (row.fence, row.attempts, row.state, row.failure) == (2, 2, "waiting", Failure.REFUSED)
    assert (gateway.keys, InboxMessage.objects.count()) == ([str(waiting.key)], 1)


def test_a_courier_that_was_not_paused_does(waiting, courier, gateway):
    gateway.released.set()
    assert courier.wait(30) == 0
    assert ExternalDelivery.objects.get().state == "sent"


def _is_all_sent():
    states = set(ExternalDelivery.objects.values_list("channel", "state"))
    return states == {("email", "sent"), ("webhook", "sent")}


@pytest.fixture
def named_mail_server(mail_server, monkeypatch):
    """Return a mail server that every process started from now on knows."""
    for name, value in {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(mail_server.port)}.items():
        monkeypatch.setenv(name, value)
    return mail_server


def test_worker_and_beat_carry_a_message_by_every_way_once(
    transactional_db, gateway, named_mail_server, celery, beat, eventually
):
    reader = make_person("reader")
    User.objects.filter(pk=reader.pk).update(email="reader@maple.example")
    WebhookEndpoint.objects.create(name="短信", url=gateway.url, secret="sample-secret-of-32-characters!!")
    queue_messages([Message("step:1", reader.pk, "标题", "正文", "缘由", urgent=True)], now=clock.now())
    celery(*WORKER)
    assert eventually(_is_all_sent)
    assert (len(gateway.requests), len(named_mail_server.letters), InboxMessage.objects.count()) == (1, 1, 1)
