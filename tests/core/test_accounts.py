import pytest
from django.db import IntegrityError, connection, transaction

from core.models import User
from tests.factories import make_person


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
