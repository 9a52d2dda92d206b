import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from core import clock
from core.models import InboxMessage
from core.outbox import Message, deliver_batch, queue_messages


@pytest.fixture
def letter(house):
    now = clock.now()
    queue_messages([Message("a", house.nobody.pk, "信件标题", "信件正文", "缘由")], now=now)
    deliver_batch(now=now)
    return InboxMessage.objects.get()


def _page(letter):
    return reverse("admin:core_inboxmessage_change", args=[letter.pk])


def test_opening_a_message_marks_it_as_read_once(client, house, letter):
    client.force_login(house.nobody)
    assert "信件正文" in client.get(_page(letter)).content.decode()
    first = InboxMessage.objects.get().read_at
    client.get(_page(letter))
    assert InboxMessage.objects.get().read_at == first is not None


def test_a_message_about_something_leads_there(client, house, letter):
    InboxMessage.objects.update(link="/admin/cases/case/")
    client.force_login(house.nobody)
    assert client.get(_page(letter)).headers["Location"] == "/admin/cases/case/"


def test_the_message_of_another_is_not_found_and_stays_unread(client, house, letter):
    client.force_login(house.clerk)
    assert client.get(_page(letter)).status_code == 404
    assert InboxMessage.objects.get().read_at is None


@pytest.mark.parametrize("number", ["²", "abc", "9" * 30, "-1", "1_0"])
def test_what_is_no_number_of_a_message_is_not_found(client, house, letter, number):
    client.force_login(house.nobody)
    assert client.get(f"/admin/core/inboxmessage/{number}/change/").status_code == 404


@pytest.mark.parametrize("door", ["delete", "history"])
def test_messages_have_no_page_to_delete_them_and_no_stock_history(client, house, letter, door):
    client.force_login(house.nobody)
    url = reverse(f"admin:core_inboxmessage_{door}", args=[letter.pk])
    assert client.post(url, {"post": "yes"}).status_code in {403, 404}
    assert InboxMessage.objects.exists()


def test_an_account_is_made_without_a_line_in_the_stock_log(client, house):
    client.force_login(house.secadmin)
    given = {
        "username": "fresh",
        "full_name": "新人（示例）",
        "password1": "Sample-pass-1",
        "password2": "Sample-pass-1",
    }
    answer = client.post(reverse("admin:core_user_add"), {**given, "usable_password": "true"})
    assert answer.status_code == 302
    client.post(answer.headers["Location"], {"username": "fresh", "full_name": "别名（示例）", "is_active": "on"})
    assert not LogEntry.objects.exists()
