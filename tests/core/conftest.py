import pytest

from core import clock
from core.models import InboxMessage, User, WebhookEndpoint
from core.outbox import Message, deliver_batch, queue_messages
from tests.factories import make_person


@pytest.fixture
def person(db):
    return make_person("reader")


@pytest.fixture
def with_mail(person, settings):
    """Return a person who also reads e-mail."""
    settings.EMAIL_HOST = "127.0.0.1"
    User.objects.filter(pk=person.pk).update(email="reader@maple.example")
    person.refresh_from_db()
    return person


@pytest.fixture
def add_gateway(db):
    """Return a maker of gateways in the product."""

    def add(url="http://127.0.0.1:9/", **changes):
        fields = {"name": "短信网关", "url": url, "secret": "sample-secret-of-32-characters!!"}
        return WebhookEndpoint.objects.create(**{**fields, **changes})

    return add


@pytest.fixture
def tell():
    """Return a teller that puts one message into a person's inbox, and what leaves the house beside it."""

    def tell(person, key="step:1", *, now=None, **changes):
        now = now or clock.now()
        fields = {"subject": "案件枫桥〔2026〕1号：到期提醒", "body": "请及时办理。", "reason": "您是承办人。"}
        fields |= {"link": "/admin/cases/case/7/change/"}
        queue_messages([Message(key=key, recipient_id=person.pk, **{**fields, **changes})], now=now)
        deliver_batch(now=now)
        return InboxMessage.objects.filter(recipient=person).latest("pk")

    return tell
