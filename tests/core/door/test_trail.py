"""What the audit trail is told of the door."""

import pytest
from django.urls import reverse

from core.audit import AuditEntry
from core.door.unused import enable_again
from tests.factories import at

NOW = at("2026-11-18")
ENTER = "/admin/second-factor/"


DOOR = ("signed_in", "signed_out", "sign_in_failed", "locked_out", "second_factor_set", "second_factor_reset")
DOOR += ("password_set", "account_changed")


def entries():
    return AuditEntry.objects.filter(act__in=DOOR).order_by("pk")


def told():
    return [(entry.act, entry.outcome, entry.subject_id) for entry in entries()]


def test_a_sign_in_and_a_sign_out_are_told_with_the_address(house, client, knock):
    knock("clerk", REMOTE_ADDR="192.0.2.7")
    client.post(reverse("admin:logout"))
    assert told() == [("signed_in", "done", house.clerk.pk), ("signed_out", "done", house.clerk.pk)]
    entry = entries().earliest("pk")
    assert (entry.actor, entry.address, len(entry.session)) == (house.clerk, "192.0.2.7", 32)


def test_failures_are_told_with_the_account_and_the_fifth_as_a_lock(house, knock):
    for _ in range(6):
        knock("clerk", "wrong")
    failed = ("sign_in_failed", "refused", house.clerk.pk)
    assert told() == [failed] * 5 + [("locked_out", "refused", house.clerk.pk)]
    assert {entry.actor_id for entry in entries()} == {None}


def test_a_name_of_nobody_is_told_without_the_name(house, knock):
    knock("My-secret-password", "wrong")
    assert told() == [("sign_in_failed", "refused", None)]
    assert "My-secret" not in str(list(entries().values()))


def test_a_forged_address_is_not_told(house, knock):
    knock("clerk", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR="203.0.113.5")
    assert entries().get().address == "192.0.2.7"


def test_behind_a_proxy_the_address_that_the_proxy_saw_is_told(house, settings, knock):
    settings.TRUSTED_PROXIES = 1
    knock("clerk", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.5, 192.0.2.7")
    assert entries().get().address == "192.0.2.7"


def test_a_right_password_is_no_sign_in_before_the_code(house, equip, client, knock):
    _secret, codes = equip(house.clerk)
    knock("clerk")
    client.post(ENTER, {"code": "000000"})
    client.post(ENTER, {"code": codes[0]})
    acts = [act for act, _outcome, _subject in told()]
    assert acts == ["second_factor_set", "sign_in_failed", "signed_in"]
    assert entries().latest("pk").data == {"way": "password", "second_factor": True}


def test_an_end_by_itself_is_told_with_its_cause(house, client, knock, set_clock):
    set_clock(NOW)
    knock("clerk")
    set_clock(at("2026-11-18", 10))
    client.get("/admin/")
    assert entries().latest("pk").data == {"why": "idle"}


def test_what_administrators_decide_is_told_with_its_decision(house, equip, client, settings):
    equip(house.clerk)
    settings.SECOND_FACTOR = False
    client.force_login(house.secadmin)
    client.post(reverse("admin:core_user_act", args=[house.clerk.pk, "reset_factor"]), {"reason": "示例"})
    enable_again(house.clerk, actor=house.secadmin, reason="示例", now=NOW)
    assert [entry.act for entry in entries()][-2:] == ["second_factor_reset", "account_changed"]
    assert {entry.actor for entry in entries().reverse()[:2]} == {house.secadmin}


def test_ones_own_new_password_is_told(house, client):
    client.force_login(house.clerk)
    new = {"new_password1": "Maple-bridge-2", "new_password2": "Maple-bridge-2"}
    client.post(reverse("admin:password_change"), {"old_password": "Sample-pass-1", **new})
    assert told() == [("password_set", "done", house.clerk.pk)]


def test_who_cannot_be_told_of_does_not_get_in(house, client, knock, monkeypatch):
    def fail(*_args, **_given):
        raise RuntimeError

    monkeypatch.setattr("core.door.trail.record", fail)
    client.raise_request_exception = False
    assert knock("clerk").status_code == 500
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("wrong", ["wrong", ""])
def test_an_empty_form_is_no_attempt(house, knock, wrong):
    knock("clerk", wrong)
    assert bool(told()) == bool(wrong)
