import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from centers.enums import Role
from core.models import User
from tests.factories import LONG_AGO, appoint, make_person


def test_a_new_account_may_do_nothing_until_it_is_given_a_post(db):
    person = make_person("newcomer")
    assert person.get_all_permissions() == set()
    assert not person.has_perm("cases.view_case")
    assert not person.has_module_perms("cases")


def test_an_account_reads_as_its_persons_full_name(db):
    person = make_person("newcomer")
    assert {str(person), person.get_full_name(), person.get_short_name()} == {"newcomer（示例）"}


def test_a_password_is_stored_as_a_hash(db):
    person = make_person("newcomer")
    assert "Sample-pass-1" not in person.password
    assert person.check_password("Sample-pass-1")


def test_nobody_becomes_a_superuser(db):
    person = make_person("newcomer")
    with pytest.raises(IntegrityError, match="user_is_no_superuser"), transaction.atomic():
        User.objects.filter(pk=person.pk).update(is_superuser=True)


def test_nobody_becomes_a_superuser_past_the_application_either(db):
    make_person("newcomer")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE core_user SET is_superuser = true")


@pytest.mark.parametrize(("password", "said"), [("Sample-pass-1", "已设置密码"), (None, "未设置密码")])
def test_the_page_of_an_account_says_whether_a_password_is_set_and_nothing_of_how_it_is_kept(
    house, client, password, said
):
    house.clerk.set_password(password)
    house.clerk.save()
    client.force_login(house.secadmin)
    text = client.get(reverse("admin:core_user_change", args=[house.clerk.pk])).content.decode()
    assert (said in text, '<a href="../password/">重新设置密码</a>' in text) == (True, True)
    assert not any(word in text for word in ("md5", "salt", "hash", "算法", "盐", house.clerk.password[-12:]))


def test_whoever_may_only_look_at_an_account_sees_nothing_of_its_password(house, client):
    appoint(house.clerk, role=Role.INTAKE_CLERK, center=house.centers["330602"], starts_on=LONG_AGO)
    guard = make_person("guard", Role.SECADMIN, house.centers["330681"])
    client.force_login(guard)
    answer = client.get(reverse("admin:core_user_change", args=[house.clerk.pk]))
    assert answer.status_code == 200
    assert house.clerk.password not in answer.content.decode()


def test_an_account_that_is_switched_off_is_out_at_the_next_request(house, client):
    client.force_login(house.town_supervisor)
    page = reverse("admin:cases_case_changelist")
    assert client.get(page).status_code == 200
    User.objects.filter(pk=house.town_supervisor.pk).update(is_active=False)
    assert client.get(page).status_code == 302
