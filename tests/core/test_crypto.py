import pytest
from django.core.exceptions import FieldError
from django.db import connection

from cases.models import Party
from core.crypto import (
    EncryptedBinaryField,
    EncryptedTextField,
    decrypt,
    encrypt,
    lookup_hash,
    seal,
    unseal,
)
from core.errors import UnreadableValue
from core.keys import KEYRINGS, Key
from grids.models import GridMember
from tests.factories import at, registered

HERE = "cases_party.mobile"


def _with_last_character_changed(stored):
    key_id, _, value = stored.partition(":")
    return f"{key_id}:{'A' if value[0] != 'A' else 'B'}{value[1:]}"


def _columns(table, *names):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY id")  # noqa: S608 - names from this file
        return cursor.fetchall()


@pytest.mark.parametrize("plain", ["13800000001", "绍兴市示例路1号", " ", "a" * 5000])
def test_what_was_encrypted_comes_back(plain):
    assert decrypt(encrypt(plain, context=HERE), context=HERE) == plain


def test_equal_values_look_different_every_time():
    assert len({encrypt("13800000001", context=HERE) for _ in range(20)}) == 20


def test_a_tampered_value_is_refused():
    with pytest.raises(UnreadableValue):
        decrypt(_with_last_character_changed(encrypt("13800000001", context=HERE)), context=HERE)


def test_a_value_copied_to_another_column_is_refused():
    with pytest.raises(UnreadableValue):
        decrypt(encrypt("13800000001", context=HERE), context="cases_party.address")


def test_a_value_under_an_unknown_key_is_refused():
    with pytest.raises(UnreadableValue):
        decrypt("gone:" + encrypt("x", context=HERE).partition(":")[2], context=HERE)


def test_a_new_key_seals_what_is_new_and_the_old_one_still_opens_what_is_old(settings):
    old = encrypt("x", context=HERE)
    settings.PERSONAL_DATA_KEYS = {"next": Key(bytes(range(32))), **settings.PERSONAL_DATA_KEYS}
    assert encrypt("x", context=HERE).startswith("next:")
    assert decrypt(old, context=HERE) == "x"


@pytest.mark.parametrize("keyring", KEYRINGS)
def test_a_ring_opens_what_it_sealed_and_nothing_of_the_others(keyring):
    text, whole = encrypt("x", context=HERE, keyring=keyring), seal(b"y", context=HERE, keyring=keyring)
    assert decrypt(text, context=HERE, keyring=keyring) == "x"
    assert unseal(whole, context=HERE, keyring=keyring) == b"y"
    for other in set(KEYRINGS) - {keyring}:
        with pytest.raises(UnreadableValue):
            decrypt(text, context=HERE, keyring=other)
        with pytest.raises(UnreadableValue):
            unseal(whole, context=HERE, keyring=other)


@pytest.mark.parametrize("kind", [EncryptedTextField, EncryptedBinaryField])
def test_a_field_keeps_its_ring_through_a_migration_and_names_none_but_another_than_the_first(kind):
    assert [kind(keyring=ring).clone().keyring for ring in KEYRINGS] == [*KEYRINGS]
    assert kind(keyring="files").deconstruct()[3]["keyring"] == "files"
    assert "keyring" not in kind().deconstruct()[3]


def test_a_field_writes_with_its_own_ring():
    field = EncryptedTextField(keyring="identity", sealed_for=HERE)
    stored = field.get_prep_value("13800000001")
    assert decrypt(stored, context=HERE, keyring="identity") == field.from_db_value(stored) == "13800000001"


def test_the_hash_for_look_ups_is_keyed_and_bound_to_its_context(settings):
    first = lookup_hash("A", context="query_code")
    assert first == lookup_hash("A", context="query_code")
    assert len(first) == 32
    assert first != lookup_hash("A", context="id_number")
    settings.LOOKUP_KEY = b"another key of thirty-two bytes."
    assert first != lookup_hash("A", context="query_code")


def test_the_table_holds_only_ciphertext_and_the_row_reads_in_plain(house):
    registered(house, now=at("2026-11-18"))
    rows = _columns("cases_party", "mobile", "address")
    assert all(value.partition(":")[0] for value in rows[0])
    assert "1380000" not in str(rows)
    assert "示例路" not in str(rows)
    assert list(Party.objects.values_list("mobile", flat=True)) == ["13800000001", "13800000002"]


def test_what_was_not_given_stays_empty_in_the_table(house):
    registered(house, now=at("2026-11-18"))
    assert _columns("cases_party", "address")[1] == ("",)


def test_a_value_moved_between_columns_in_the_database_does_not_open(house):
    registered(house, now=at("2026-11-18"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_party SET address = mobile")
    with pytest.raises(UnreadableValue):
        Party.objects.first()


@pytest.mark.parametrize("lookup", ["", "__exact", "__in", "__startswith", "__icontains", "__gt", "__regex"])
@pytest.mark.parametrize(("model", "column"), [(Party, "mobile"), (Party, "address"), (GridMember, "id_number")])
def test_an_encrypted_column_cannot_be_searched(db, model, column, lookup):
    with pytest.raises(FieldError):
        model.objects.filter(**{f"{column}{lookup}": "1"}).exists()


def test_whether_something_was_given_can_be_asked(house):
    registered(house, now=at("2026-11-18"))
    assert Party.objects.filter(mobile__isnull=False).count() == 2
