import hashlib
import hmac
import json
from datetime import timedelta

import pytest
import urllib3
from django.db import connection

from core import webhook
from core.channels import Channel, Failure
from core.courier import Door, Outcome, claim, settle
from core.models import ExternalDelivery, User
from core.outbox import EVERYBODY, nothing_is_kept
from core.webhook import is_web_address, post, signature
from tests.factories import at
from tests.outside.gateway import DROP, HANG

NOW = at("2026-11-18")
SECRET = "sample-secret-of-32-characters!!"


@pytest.fixture
def row(person, gateway, add_gateway, tell):
    """Return a claimed row whose gateway runs on this machine."""
    door = Door(Channel.WEBHOOK, add_gateway(gateway.url))
    tell(person, now=NOW)
    return claim(door, at_work=EVERYBODY, kept_from=nothing_is_kept, now=NOW)


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(webhook, "TIMEOUT", urllib3.Timeout(connect=0.2, read=0.2))


def test_a_gateway_is_told_what_the_inbox_says_for_whom_and_why(row, gateway, settings):
    settings.OFFICE_URL = "https://maple.example"
    assert post(row, now=NOW) == Outcome(answer=200)
    (request,) = gateway.requests
    assert json.loads(request.body) == {
        "key": str(row.key),
        "kind": "step",
        "urgent": False,
        "recipient": "reader",
        "subject": "案件枫桥〔2026〕1号：到期提醒",
        "text": "请及时办理。",
        "reason": "您是承办人。",
        "link": "https://maple.example/admin/cases/case/7/change/",
    }
    assert request.headers["Content-Type"] == "application/json; charset=utf-8"


def _is_genuine(request, *, body=None, timestamp=None):
    """Verify a request as the recipe in docs/operations.md says."""
    timestamp = timestamp or request.headers["Maplebridge-Timestamp"]
    signed = timestamp.encode() + b"." + (body or request.body)
    expected = "v1=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, request.headers["Maplebridge-Signature"])


def test_the_signature_verifies_and_a_changed_body_or_time_does_not(row, gateway):
    post(row, now=NOW)
    (request,) = gateway.requests
    assert _is_genuine(request)
    assert not _is_genuine(request, body=request.body.replace("请".encode(), "勿".encode()))
    assert not _is_genuine(request, timestamp=str(int(NOW.timestamp()) + 1))


def test_a_signature_is_that_of_the_documented_example():
    signed = signature("sample-secret", b'{"key":"1"}', now=at("2026-11-18", 9))
    assert signed == {
        "Maplebridge-Timestamp": "1794963600",
        "Maplebridge-Signature": "v1=996c14b818f92363381a7f831e54120a8dc9f244c07d51131d75c494234dff10",
    }


def test_a_repeat_bears_the_same_key_and_the_time_of_its_own_attempt(row, gateway):
    for later in (0, 60):
        post(row, now=NOW + timedelta(seconds=later))
    assert gateway.keys == [str(row.key)] * 2
    times = [int(request.headers["Maplebridge-Timestamp"]) for request in gateway.requests]
    assert times[1] - times[0] == 60


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome(answer=200)),
        (204, Outcome(answer=204)),
        (302, Outcome(Failure.REFUSED, 302)),
        (400, Outcome(Failure.REFUSED, 400)),
        (429, Outcome(Failure.UNREACHABLE, 429)),
        (500, Outcome(Failure.REFUSED, 500)),
        (503, Outcome(Failure.UNREACHABLE, 503)),
    ],
)
def test_only_a_success_counts_as_sent_and_no_redirect_is_followed(row, gateway, status, outcome):
    gateway.answers = [status]
    assert post(row, now=NOW) == outcome
    assert len(gateway.requests) == 1


@pytest.mark.parametrize("answer", [HANG, DROP])
def test_a_gateway_that_takes_a_message_and_says_nothing_is_told_again_under_the_same_key(
    row, gateway, impatient, answer
):
    gateway.answers = [answer, 200]
    first = post(row, now=NOW)
    assert first == Outcome(Failure.UNREACHABLE)
    settle(row, first, now=NOW)
    again = claim(
        Door(row.channel, row.endpoint), at_work=EVERYBODY, kept_from=nothing_is_kept, now=NOW + timedelta(minutes=1)
    )
    assert settle(again, post(again, now=NOW + timedelta(minutes=1)), now=NOW + timedelta(minutes=1))
    assert (gateway.keys, ExternalDelivery.objects.get().state) == ([str(row.key)] * 2, "sent")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://name.invalid/"])
def test_a_gateway_that_is_not_there_is_no_answer(row, url):
    row.endpoint.url = url
    assert post(row, now=NOW) == Outcome(Failure.UNREACHABLE)


def test_a_gateway_is_not_told_about_somebody_who_has_left(row, gateway):
    User.objects.update(is_active=False)
    row.recipient.refresh_from_db()
    assert (post(row, now=NOW), gateway.requests) == (Outcome(Failure.NO_ADDRESS), [])


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("https://sms.example/send?token=1", True),
        ("http://sms-bridge:8080/", True),
        ("http://[::1]:8080/", True),
        ("file:///etc/passwd", False),
        ("ftp://sms.example/", False),
        ("sms.example", False),
        ("http://", False),
        ("http://sms.example:port/", False),
        ("http://[::1", False),
    ],
)
def test_a_gateway_stands_at_a_web_address(url, is_one):
    assert is_web_address(url) is is_one


def test_an_address_of_another_kind_is_never_called(row):
    row.endpoint.url = "file:///etc/passwd"
    assert post(row, now=NOW) == Outcome(Failure.REFUSED)


def test_address_and_secret_are_encrypted_in_the_database(row):
    with connection.cursor() as cursor:
        cursor.execute("SELECT url, secret FROM core_webhookendpoint")
        stored = cursor.fetchone()
    assert not any(text in value for value in stored for text in (SECRET, "127.0.0.1"))
    assert (row.endpoint.host, row.endpoint.secret) == ("127.0.0.1", SECRET)
