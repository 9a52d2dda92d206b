"""What a password must be, and when it has to be changed."""

from datetime import timedelta

import pytest
from django.conf import settings as live
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from config.settings import base
from core import clock
from core.door import passwords
from core.door.models import PasswordRecord
from core.models import User
from tests.factories import at, make_person

NOW = at("2026-11-18")
DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)


def codes_of(password, user=None):
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {one.code for one in error.error_list}
    return set()


@pytest.mark.parametrize(
    ("password", "refused"),
    [
        ("Maple-7-bri", set()),
        ("Maple-7-br", set()),
        ("Maple-7-b", {"password_too_short"}),
        ("maple7bridges", {"password_too_plain"}),
        ("Maple7bridges", set()),
        ("maple-bridges", {"password_too_plain"}),
        ("MAPLE-7-BRIDGE", set()),
        ("73910582640", {"password_too_plain"}),
        ("枫桥经验枫桥经验枫桥", {"password_too_plain"}),
        ("枫桥经验枫桥经验Maple", set()),
        ("Password123", {"password_too_common"}),
    ],
)
def test_a_password_is_long_enough_of_three_kinds_of_characters_and_not_everybodys(db, password, refused):
    assert codes_of(password) == refused


def test_a_password_is_not_ones_own_name(db):
    person = User(username="wanglaoshi", full_name="王老师样本同志")
    assert codes_of("Wanglaoshi1", person) == {"password_too_similar"}
    assert codes_of("Wang-7-lao-shi-mountain", person) == set()


def _change(person, *numbers):
    for number in numbers:
        person.set_password(f"Maple-bridge-{number}")
        person.save()


def test_the_last_five_passwords_are_refused_and_the_sixth_is_free_again(db):
    person = make_person("newcomer")
    _change(person, 1, 2, 3, 4, 5)
    assert [codes_of(f"Maple-bridge-{number}", person) for number in range(1, 6)] == [{"password_used_before"}] * 5
    assert codes_of("Sample-pass-1", person) == set()
    assert PasswordRecord.objects.filter(user=person).count() == passwords.KEPT


def test_the_passwords_of_others_do_not_count(db):
    _change(make_person("one"), 1)
    assert codes_of("Maple-bridge-1", make_person("other")) == set()


def test_a_password_is_kept_as_argon2(settings):
    settings.PASSWORD_HASHERS = base.PASSWORD_HASHERS
    kept = make_password("Maple-bridge-1")
    assert kept.startswith("argon2$argon2id$")
    assert check_password("Maple-bridge-1", kept)


@pytest.mark.parametrize(("passed", "is_over"), [(90 * DAY - MOMENT, False), (90 * DAY, True), (91 * DAY, True)])
def test_a_password_is_changed_after_ninety_days(db, set_clock, passed, is_over):
    set_clock(NOW)
    person = make_person("newcomer")
    assert live.PASSWORD_DAYS == 90
    assert passwords.must_change(person, now=NOW + passed) == is_over


def test_a_password_that_somebody_else_has_set_is_changed_first_of_all(db):
    person = User.objects.create_user("newcomer", "Sample-pass-1", full_name="样本")
    assert passwords.must_change(person, now=clock.now())
    passwords.mark_as_own(person)
    assert not passwords.must_change(person, now=clock.now())
    _change(person, 1)
    assert passwords.must_change(person, now=clock.now())


def test_an_account_without_a_password_has_none_to_change(db):
    assert not passwords.must_change(User.objects.create_user("newcomer", full_name="样本"), now=clock.now())


def test_whoever_has_a_given_password_gets_nowhere_before_choosing_their_own(house, client, knock):
    _change(house.clerk, 1)
    knock("clerk", "Maple-bridge-1")
    change = reverse("admin:password_change")
    for url in (reverse("admin:index"), reverse("admin:cases_case_changelist"), reverse("admin:core_user_contact")):
        assert client.get(url).headers["Location"] == change
        assert client.post(url).headers["Location"] == change
    assert "请先设置自己的密码" in client.get(change).content.decode()
    chosen = {"new_password1": "Maple-bridge-2", "new_password2": "Maple-bridge-2"}
    assert client.post(change, {"old_password": "Maple-bridge-1", **chosen}).status_code == 302
    assert client.get(reverse("admin:index")).status_code == 200
    assert not passwords.must_change(house.clerk, now=clock.now())


def test_the_password_that_was_given_is_not_chosen_again(house, client, knock):
    _change(house.clerk, 1)
    knock("clerk", "Maple-bridge-1")
    same = dict.fromkeys(("old_password", "new_password1", "new_password2"), "Maple-bridge-1")
    assert "最近五次" in client.post(reverse("admin:password_change"), same).content.decode()
    assert client.get(reverse("admin:index")).status_code == 302


def test_an_administrator_who_sets_a_password_makes_its_owner_change_it(house, client):
    client.force_login(house.secadmin)
    given = {"password1": "Maple-bridge-7", "password2": "Maple-bridge-7", "usable_password": "true"}
    url = reverse("admin:auth_user_password_change", args=[house.clerk.pk])
    assert client.post(url, given).status_code == 302
    assert passwords.must_change(User.objects.get(pk=house.clerk.pk), now=clock.now())
