import pytest
from django.conf import settings
from django.db import connection

from core.checks import check_proxies, check_second_factor, check_separate_roles, check_trigrams


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


@pytest.mark.parametrize(("is_asked", "found"), [(True, []), (False, ["core.E004"])])
def test_a_place_where_a_password_alone_lets_people_in_is_refused(settings, is_asked, found):
    settings.SECOND_FACTOR = is_asked
    assert [message.id for message in check_second_factor()] == found


HTTPS = ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize(("header", "proxies", "found"), [(None, 0, []), (HTTPS, 0, ["core.W002"]), (HTTPS, 1, [])])
def test_a_proxy_that_is_believed_by_half_is_warned_about(settings, header, proxies, found):
    settings.SECURE_PROXY_SSL_HEADER = header
    settings.TRUSTED_PROXIES = proxies
    assert [message.id for message in check_proxies()] == found
