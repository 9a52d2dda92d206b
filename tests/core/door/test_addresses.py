"""From where somebody comes, and what they may say about it."""

import pytest
from django.core.exceptions import SuspiciousOperation
from django.urls import reverse

from core.door.addresses import client_address
from tests.factories import at

NOW = at("2026-11-18")
PROXY = "10.0.0.1"


def address(rf, settings, proxies, *, said=None, called_from=PROXY):
    settings.TRUSTED_PROXIES = proxies
    headers = {} if said is None else {"HTTP_X_FORWARDED_FOR": said}
    return client_address(rf.get("/", REMOTE_ADDR=called_from, **headers))


@pytest.mark.parametrize(
    ("proxies", "said", "found"),
    [
        (0, None, PROXY),
        (0, "192.0.2.7", PROXY),
        (1, "192.0.2.7", "192.0.2.7"),
        (1, "203.0.113.5, 192.0.2.7", "192.0.2.7"),
        (2, "203.0.113.5, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
    ],
)
def test_only_what_the_trusted_proxies_have_added_counts(rf, settings, proxies, said, found):
    assert address(rf, settings, proxies, said=said) == found


@pytest.mark.parametrize(("proxies", "said"), [(1, None), (1, ""), (1, "clerk"), (2, "192.0.2.7"), (1, "1.2.3.4:99")])
def test_whoever_did_not_come_through_the_proxies_is_refused(rf, settings, proxies, said):
    with pytest.raises(SuspiciousOperation):
        address(rf, settings, proxies, said=said)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ],
)
def test_addresses_of_one_network_of_version_six_are_one(rf, settings, given, found):
    assert address(rf, settings, 0, called_from=given) == found


def test_a_forged_address_frees_nobody_from_waiting(house, set_clock, knock):
    set_clock(NOW)
    told = [knock("clerk", "wrong", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}") for number in range(6)]
    assert [answer.status_code for answer in told] == [200] * 5 + [429]


def test_a_request_past_the_proxy_is_refused_in_plain_words(house, settings, client, knock):
    settings.TRUSTED_PROXIES = 1
    answer = knock("clerk")
    assert answer.status_code == 400
    assert "请求" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_forged_host_is_refused_in_plain_words(db, client):
    answer = client.get(reverse("admin:login"), headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()
