from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction
from django.urls import reverse
from redis import RedisError

from core.models import InboxMessage
from core.outbox import Message, deliver_batch, queue_messages
from tests.factories import at, make_house

NOW = at("2026-11-18")


@pytest.fixture
def letter(transactional_db, client):
    """Return the page that marks a clerk's message as read, with its clerk signed in."""
    house = make_house()
    queue_messages([Message("1", house.clerk.pk, "标题", "正文", "缘由", link="/admin/")], now=NOW)
    deliver_batch(now=NOW)
    client.force_login(house.clerk)
    return reverse("admin:core_inboxmessage_change", args=[InboxMessage.objects.get().pk])


def impatiently(client, url):
    with closing(connection), connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
        return client.get(url)


def test_a_row_that_somebody_else_holds_makes_a_page_give_up_in_plain_words(letter, client):
    with ThreadPoolExecutor(1) as somebody, transaction.atomic():
        InboxMessage.objects.select_for_update().get()
        answer = somebody.submit(impatiently, client, letter).result(10)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "系统正忙" in answer.content.decode()
    assert client.get(letter).status_code == 302


@pytest.mark.parametrize(
    ("error", "status"), [(OperationalError, 503), (InterfaceError, 503), (RedisError, 503), (ValueError, 500)]
)
def test_a_server_that_is_away_is_no_fault_of_the_program_and_other_errors_are(
    house, client, monkeypatch, error, status
):
    def fail(*_args, **_given):
        raise error

    monkeypatch.setattr("core.admin.inbox.InboxMessageAdmin.get_queryset", fail)
    client.force_login(house.clerk)
    client.raise_request_exception = False
    assert client.get(reverse("admin:core_inboxmessage_changelist")).status_code == status
