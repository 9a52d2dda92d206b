from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from centers.enums import Role
from core.channels import DeliveryState
from core.courier import send_again
from core.errors import IllegalTransition
from core.models import ExternalDelivery, User, WebhookEndpoint
from tests.factories import at, make_person

NOW = at("2026-11-18")
LIST = "admin:core_externaldelivery_changelist"
GATEWAY = {"name": "短信网关", "url": "https://sms.example/send", "secret": "sample-secret-16", "is_active": "on"}


@pytest.fixture
def dead(house, add_gateway, tell):
    """Return a message to the clerk that was given up, about a matter with a telling subject."""
    add_gateway()
    tell(house.clerk, now=NOW, subject="案件机密主题", body="案件机密正文")
    failed = {"failure": "refused", "answer": 500, "attempts": 8, "tried_at": NOW}
    ExternalDelivery.objects.update(state=DeliveryState.DEAD, settled_at=NOW + timedelta(hours=25), **failed)
    return ExternalDelivery.objects.get()


def _page(view, *args):
    return reverse(f"admin:core_{view}", args=args)


def test_the_list_shows_what_was_given_up_and_nothing_of_its_text(client, house, dead):
    client.force_login(house.sysadmin)
    pages = [client.get(reverse(LIST)), client.get(_page("externaldelivery_change", dead.pk))]
    for page in (answer.content.decode() for answer in pages):
        assert all(text in page for text in (str(dead.key), "短信网关", house.clerk.full_name, "拒收 500", "未送达"))
        assert not any(text in page for text in ("机密", "请及时办理", "/admin/cases/case/7/"))


def test_the_list_shows_another_state_when_asked(client, house, dead):
    client.force_login(house.sysadmin)
    assert str(dead.key) not in client.get(f"{reverse(LIST)}?state=waiting").content.decode()
    assert str(dead.key) in client.get(f"{reverse(LIST)}?state=dead&channel__exact=webhook").content.decode()
    assert str(dead.key) not in client.get(f"{reverse(LIST)}?channel__exact=email").content.decode()


def test_a_message_that_was_given_up_is_sent_again_under_its_key_by_a_post(client, house, dead):
    client.force_login(house.sysadmin)
    act = _page("externaldelivery_act", dead.pk, "send_again")
    assert act in client.get(_page("externaldelivery_change", dead.pk)).content.decode()
    assert (client.get(act).status_code, ExternalDelivery.objects.get().state) == (200, "dead")
    assert client.post(act).status_code == 302
    row = ExternalDelivery.objects.get()
    assert (row.state, row.attempts, row.failure, row.settled_at) == ("waiting", 0, "", None)
    assert (row.key, row.renewed_by) == (dead.key, house.sysadmin)
    assert act not in client.get(_page("externaldelivery_change", dead.pk)).content.decode()


@pytest.mark.parametrize("state", [{"state": "waiting", "settled_at": None}, {"state": "sent"}])
def test_only_what_was_given_up_is_sent_again(client, house, dead, state):
    ExternalDelivery.objects.update(**state)
    with pytest.raises(IllegalTransition):
        send_again(dead.pk, actor=house.sysadmin, now=NOW)
    client.force_login(house.sysadmin)
    assert client.post(_page("externaldelivery_act", dead.pk, "send_again")).status_code == 422


@pytest.mark.parametrize("name", ["secadmin", "town_supervisor", "clerk", "far_sysadmin"])
def test_it_is_sent_again_by_the_system_administrator_of_the_whole_only(house, dead, name):
    house.people["far_sysadmin"] = make_person("far_sysadmin", Role.SYSADMIN, house.centers["330602"])
    with pytest.raises(ExternalDelivery.DoesNotExist):
        send_again(dead.pk, actor=getattr(house, name), now=NOW)
    assert send_again(dead.pk, actor=house.sysadmin, now=NOW).state == "waiting"


@pytest.mark.parametrize(("name", "is_told"), [("sysadmin", True), ("secadmin", False), ("clerk", False)])
def test_the_home_page_of_the_system_administrator_counts_what_was_given_up(client, house, dead, name, is_told):
    client.force_login(getattr(house, name))
    cards = {str(card.label): card.count for card in client.get(reverse("admin:index")).context["cards"]}
    assert cards.get("未送达消息") == ("1" if is_told else None)


def test_a_gateway_is_added_and_its_secret_is_never_shown_again(client, house):
    client.force_login(house.sysadmin)
    assert client.post(_page("webhookendpoint_add"), GATEWAY).status_code == 302
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.url, endpoint.secret, endpoint.kinds) == (GATEWAY["url"], GATEWAY["secret"], [])
    pages = [client.get(_page(*where)).content.decode() for where in _endpoint_pages(endpoint)]
    assert not any(GATEWAY["secret"] in page for page in pages)
    assert GATEWAY["url"] not in pages[0]


def _endpoint_pages(endpoint):
    return [("webhookendpoint_changelist",), ("webhookendpoint_change", endpoint.pk)]


def test_an_empty_secret_keeps_the_one_there_is_and_another_replaces_it(client, house, add_gateway):
    endpoint = add_gateway()
    client.force_login(house.sysadmin)
    url = _page("webhookendpoint_change", endpoint.pk)
    for given, kept in (("", endpoint.secret), ("another-secret-of-the-place", "another-secret-of-the-place")):
        assert client.post(url, GATEWAY | {"secret": given, "kinds": ["step"]}).status_code == 302
        endpoint.refresh_from_db()
        assert (endpoint.secret, endpoint.kinds) == (kept, ["step"])


@pytest.mark.parametrize(
    "change",
    [{"url": "file:///etc/passwd"}, {"url": "sms.example"}, {"secret": ""}, {"secret": "short"}, {"kinds": ["other"]}],
)
def test_a_gateway_without_a_web_address_or_a_long_secret_is_refused(client, house, change):
    client.force_login(house.sysadmin)
    assert client.post(_page("webhookendpoint_add"), GATEWAY | change).status_code == 200
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize("name", ["secadmin", "town_supervisor", "far_sysadmin"])
def test_nobody_else_sets_where_messages_leave_for(client, house, add_gateway, name):
    house.people["far_sysadmin"] = make_person("far_sysadmin", Role.SYSADMIN, house.centers["330602"])
    endpoint = add_gateway()
    client.force_login(getattr(house, name))
    answers = [
        client.post(_page(*where), GATEWAY) for where in [("webhookendpoint_add",), _endpoint_pages(endpoint)[1]]
    ]
    assert {answer.status_code for answer in answers} <= {302, 403}
    assert list(WebhookEndpoint.objects.values_list("name", "is_active")) == [(endpoint.name, True)]
    assert WebhookEndpoint.objects.get().url == endpoint.url


def test_everybody_sets_the_own_address_and_nobody_elses(client, house):
    client.force_login(house.clerk)
    page = _page("user_contact")
    assert "我的联系方式" in client.get(page).content.decode()
    assert client.post(page, {"email": "clerk@maple.example", "username": "other"}).status_code == 302
    house.clerk.refresh_from_db()
    assert (house.clerk.email, house.clerk.username) == ("clerk@maple.example", "clerk")
    assert [person for person in User.objects.all() if person.email] == [house.clerk]
    assert client.post(page, {"email": ""}).status_code == 302


def test_what_is_no_address_is_refused(client, house):
    client.force_login(house.clerk)
    assert client.post(_page("user_contact"), {"email": "clerk"}).status_code == 422
    house.clerk.refresh_from_db()
    assert house.clerk.email == ""


def test_the_security_administrator_sets_the_address_of_an_account(client, house):
    client.force_login(house.secadmin)
    given = {"username": "clerk", "full_name": "登记员（示例）", "is_active": "on", "email": "new@maple.example"}
    assert client.post(_page("user_change", house.clerk.pk), given).status_code == 302
    house.clerk.refresh_from_db()
    assert house.clerk.email == "new@maple.example"


def test_the_address_is_encrypted_in_the_database(house):
    User.objects.filter(pk=house.clerk.pk).update(email="clerk@maple.example")
    with connection.cursor() as cursor:
        cursor.execute("SELECT email FROM core_user WHERE id = %s", [house.clerk.pk])
        assert "maple.example" not in cursor.fetchone()[0]
    assert User.objects.get(pk=house.clerk.pk).email == "clerk@maple.example"


def test_a_visitor_is_sent_to_the_door(client, db):
    assert client.get(_page("user_contact")).status_code == 302
