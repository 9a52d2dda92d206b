from django.conf import settings
from django.db import connection

from core.checks import check_separate_roles, check_trigrams


def test_a_sound_database_passes(db):
    assert check_trigrams(["default"]) == check_separate_roles(["default"]) == []


def test_a_role_that_owns_tables_is_warned_about(db):
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        found = check_separate_roles(["default"])
        cursor.execute(f"SET ROLE {settings.DATABASE_APP_ROLE}")
    assert [message.id for message in found] == ["core.W001"]


def test_nothing_is_asked_of_databases_that_were_not_named():
    assert check_trigrams(None) == check_separate_roles(None) == []
