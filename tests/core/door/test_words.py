"""The pages of the door are Chinese to the last word."""

import pytest
from django.urls import reverse

from tests.test_language import english_words

ENTER, SET_UP = "/admin/second-factor/", "/admin/second-factor/set-up/"


def assert_chinese(answer, *names):
    assert "text/html" in answer.headers["Content-Type"]
    assert english_words(answer.content.decode(), [*names, "clerk", "Clerk"]) == set()


def test_the_pages_of_the_second_factor_are_chinese(house, equip, client, knock):
    _secret, codes = equip(house.clerk)
    knock("clerk")
    assert_chinese(client.get(ENTER))
    assert_chinese(client.post(ENTER, {"code": "000000"}))
    assert_chinese(client.post(ENTER, {"code": ""}))
    client.post(ENTER, {"code": codes[0]})
    assert_chinese(client.get(reverse("admin:recovery_codes")))
    shown = client.post(reverse("admin:recovery_codes"), {"code": codes[1]})
    assert_chinese(shown, *shown.context["codes"])
    assert_chinese(client.get(reverse("admin:core_user_contact")))


def test_the_page_of_the_set_up_is_chinese(house, strict, client, knock):
    knock("clerk")
    page = client.get(SET_UP)
    assert_chinese(page, page.context["secret"])
    assert_chinese(client.post(SET_UP, {"code": "000000"}), page.context["secret"])


def test_the_page_of_whoever_has_to_wait_is_chinese(house, knock):
    assert_chinese([knock("clerk", "wrong") for _ in range(6)][-1])


@pytest.mark.parametrize("ending", ["idle", "over", "elsewhere", "factor", "forged"])
def test_the_end_of_a_stay_is_told_in_chinese(db, client, ending):
    answer = client.get(f"{reverse('admin:login')}?ended={ending}")
    assert_chinese(answer)
    assert ("已退出登录" in answer.content.decode() or "请重新登录" in answer.content.decode()) == (ending != "forged")


@pytest.mark.parametrize("act", ["enable", "reset_factor"])
def test_the_acts_on_an_account_are_chinese(house, equip, client, settings, act):
    equip(house.clerk)
    settings.SECOND_FACTOR = False
    client.force_login(house.secadmin)
    page = reverse("admin:core_user_act", args=[house.clerk.pk, act])
    assert_chinese(client.get(page), "secadmin")
    assert_chinese(client.post(page, {"reason": ""}), "secadmin")


def test_a_new_password_is_asked_for_and_refused_in_chinese(house, client, knock):
    house.clerk.set_password("Maple-bridge-1")
    house.clerk.save()
    knock("clerk", "Maple-bridge-1")
    page = reverse("admin:password_change")
    assert_chinese(client.get(page))
    same = dict.fromkeys(("old_password", "new_password1", "new_password2"), "Maple-bridge-1")
    plain = dict.fromkeys(("new_password1", "new_password2"), "maple")
    assert_chinese(client.post(page, same))
    assert_chinese(client.post(page, {"old_password": "Maple-bridge-1", **plain}))
