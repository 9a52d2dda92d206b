import base64

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import ProgrammingError, connection

from config.celery import ConfirmKeys
from core import confirmation
from core.confirmation import WrongKeys, confirm
from core.fingerprints import KeyFingerprint
from core.keys import Key

NEW = Key(bytes(range(32)))


@pytest.fixture
def database(db):
    """Return a database that knows today's keys."""
    connection.ensure_connection()
    confirm(connection.connection)
    return connection.connection


def test_the_keys_of_a_first_start_are_known_by_fingerprints_that_tell_nothing(database):
    known = KeyFingerprint.objects.values_list("keyring", "key_id")
    assert sorted(known) == [("files", "k1"), ("identity", "k1"), ("lookup", ""), ("personal", "k1")]
    key = django_settings.PERSONAL_DATA_KEYS["k1"].raw
    told = KeyFingerprint.objects.get(keyring="personal").fingerprint
    assert told not in {key.hex()[:32], base64.b64encode(key).decode()[:32]}
    confirm(database)
    assert KeyFingerprint.objects.count() == 4


@pytest.mark.parametrize("name", ["PERSONAL_DATA_KEYS", "IDENTITY_KEYS", "FILE_KEYS"])
def test_another_key_with_a_known_id_is_refused_and_named(database, settings, name):
    setattr(settings, name, {"k1": NEW})
    with pytest.raises(WrongKeys, match=f"^{name}: the key k1 is not the one") as refusal:
        confirm(database)
    assert NEW.fingerprint not in str(refusal.value)


def test_another_key_for_look_ups_is_refused(database, settings):
    settings.LOOKUP_KEY = bytes(32)
    with pytest.raises(WrongKeys, match=r"^LOOKUP_KEY is not the one"):
        confirm(database)


def test_a_key_that_is_missing_is_refused_until_it_was_given_up(database, settings):
    settings.PERSONAL_DATA_KEYS = {"k2": NEW}
    with pytest.raises(WrongKeys, match="PERSONAL_DATA_KEYS: the key k1 is missing"):
        confirm(database)
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE; UPDATE core_keyfingerprint SET given_up_at = now() WHERE keyring = 'personal'")
        cursor.execute("UPDATE core_keyfingerprint SET given_up_at = NULL WHERE key_id = 'k2'")
        cursor.execute(f"SET ROLE {django_settings.DATABASE_APP_ROLE}")
    confirm(database)
    settings.PERSONAL_DATA_KEYS = {"k1": Key(b"1" * 32), "k2": NEW}
    with pytest.raises(WrongKeys, match="the key k1 is not the one"):
        confirm(database)


def test_nothing_new_is_written_under_a_key_that_was_given_up(database):
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE; UPDATE core_keyfingerprint SET given_up_at = now() WHERE keyring = 'personal'")
        cursor.execute(f"SET ROLE {django_settings.DATABASE_APP_ROLE}")
    with pytest.raises(WrongKeys, match="PERSONAL_DATA_KEYS: the key k1 was given up"):
        confirm(database)


@pytest.mark.parametrize("way", ["UPDATE core_keyfingerprint SET fingerprint = ''", "DELETE FROM core_keyfingerprint"])
def test_the_application_cannot_forget_a_key(database, way):
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(way)


def test_a_database_without_tables_knows_no_key_and_refuses_none(database, settings):
    settings.PERSONAL_DATA_KEYS = {"k1": NEW}
    with pytest.raises(WrongKeys):
        confirm(database)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path = pg_temp")
    assert confirm(database) is None


@pytest.fixture
def wrong(transactional_db, settings, monkeypatch):
    """Return after a start with the right keys; the next one, as the application, has another."""
    connection.ensure_connection()
    confirm(connection.connection)
    monkeypatch.setattr(confirmation, "_confirmed", set())
    settings.DATABASE_ROLE = "app"
    settings.PERSONAL_DATA_KEYS = {"k1": NEW}
    connection.close()
    yield
    connection.close()


def test_pages_jobs_and_commands_do_not_begin_with_wrong_keys(wrong):
    for begin in (confirmation.confirm_at_start, lambda: ConfirmKeys(None).start(None)):
        with pytest.raises(WrongKeys, match="PERSONAL_DATA_KEYS: the key k1"):
            begin()
    with pytest.raises(WrongKeys, match="PERSONAL_DATA_KEYS: the key k1"):
        call_command("check", database=["default"])


def test_with_the_right_keys_a_process_asks_once(transactional_db, settings, monkeypatch):
    monkeypatch.setattr(confirmation, "_confirmed", set())
    settings.DATABASE_ROLE = "app"
    connection.close()
    confirmation.confirm_at_start()
    settings.LOOKUP_KEY = bytes(32)
    confirmation.confirm_at_start()
    assert KeyFingerprint.objects.count() == 4
