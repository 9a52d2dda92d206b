"""Accounts that nobody uses."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.door.models import DoorDecision, PasswordRecord
from core.door.unused import enable_again, is_unused
from core.errors import DomainError
from core.models import User
from tests.factories import at

NOW = at("2026-11-18")
DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)


def _last_used(person, moment):
    User.objects.get_queryset().filter(pk=person.pk).update(last_login=moment)
    PasswordRecord.objects.filter(user=person).update(set_at=NOW - 60 * DAY)
    person.refresh_from_db()


@pytest.mark.parametrize(("ago", "unused"), [(45 * DAY - MOMENT, False), (45 * DAY, True), (50 * DAY, True)])
def test_an_account_counts_as_unused_after_forty_five_days(house, ago, unused):
    _last_used(house.clerk, NOW - ago)
    assert is_unused(house.clerk, now=NOW) == unused


@pytest.mark.parametrize(("ago", "unused"), [(45 * DAY - MOMENT, False), (45 * DAY, True)])
def test_an_account_that_never_signed_in_counts_from_its_password(house, ago, unused):
    PasswordRecord.objects.filter(user=house.clerk).update(set_at=NOW - ago)
    assert is_unused(house.clerk, now=NOW) == unused


def test_only_whoever_knows_the_password_is_told_that_the_account_is_unused(house, set_clock, knock):
    _last_used(house.clerk, NOW - 45 * DAY)
    set_clock(NOW)
    assert "长期未使用" not in knock("clerk", "wrong").content.decode()
    answer = knock("clerk")
    assert "长期未使用" in answer.content.decode()
    assert "_auth_user_id" not in answer.wsgi_request.session


def test_the_security_administrator_enables_it_again_with_a_reason(house, client, set_clock, knock):
    _last_used(house.clerk, NOW - 45 * DAY)
    set_clock(NOW)
    client.force_login(house.secadmin)
    act = reverse("admin:core_user_act", args=[house.clerk.pk, "enable"])
    assert "重新启用" in client.get(reverse("admin:core_user_change", args=[house.clerk.pk])).content.decode()
    assert client.post(act, {"reason": "产假返岗（示例）"}).status_code == 302
    assert DoorDecision.objects.get().kind == "enabled_again"
    client.post(reverse("admin:logout"))
    assert knock("clerk").status_code == 302


def test_enabling_holds_for_as_long_as_a_sign_in(house):
    _last_used(house.clerk, NOW - 45 * DAY)
    enable_again(house.clerk, actor=house.secadmin, reason="示例", now=NOW)
    assert not is_unused(house.clerk, now=NOW + 45 * DAY - MOMENT)
    assert is_unused(house.clerk, now=NOW + 45 * DAY)


def test_nobody_enables_their_own_account(house):
    with pytest.raises(DomainError):
        enable_again(house.secadmin, actor=house.secadmin, reason="示例", now=NOW)


def test_an_account_in_use_is_not_enabled(house, client):
    client.force_login(house.secadmin)
    page = client.get(reverse("admin:core_user_change", args=[house.clerk.pk])).content.decode()
    assert "重新启用账号" not in page
