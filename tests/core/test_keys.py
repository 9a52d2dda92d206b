import base64
from dataclasses import replace

import pytest

from core.crypto import SM4GCM, decrypt, encrypt, seal, unseal
from core.errors import UnreadableValue
from core.keys import CipherName, Key, MalformedKeys, parse_ring

HERE = "cases_party.mobile"


def _entry(key_id, size, *, cipher="", byte=1):
    return f"{key_id}:{cipher}{base64.b64encode(bytes([byte]) * size).decode()}"


AES = _entry("k1", 32)
SM4 = _entry("k2", 16, cipher="sm4:", byte=2)


@pytest.mark.parametrize("text", [f"{SM4},{AES}", f" {SM4} , {AES} ", f"# of 2026\n{SM4}\n\n# of 2025\n{AES}\n"])
def test_keys_stand_between_commas_or_on_lines_of_their_own_the_newest_first(text):
    ring = parse_ring(text)
    assert {key_id: key.cipher for key_id, key in ring.items()} == {"k2": CipherName.SM4, "k1": CipherName.AES256}
    assert [*ring] == ["k2", "k1"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no key"),
        ("# nothing\n", "no key"),
        ("k1", "neither id:key nor id:sm4:key"),
        (_entry("钥匙", 32), "neither id:key nor id:sm4:key"),
        (_entry("k1", 32, cipher="des:"), "neither id:key nor id:sm4:key"),
        ("k1:ÄÄ==", "not base64"),
        (_entry("k1", 31), "31 bytes instead of 32"),
        (_entry("k1", 32, cipher="sm4:"), "32 bytes instead of 16"),
        (f"{AES},{_entry('k1', 32, byte=3)}", "the id k1 is there twice"),
        (f"{AES},{_entry('k9', 32)}", "two ids have the same key"),
    ],
)
def test_keys_that_cannot_be_used_are_refused_and_none_is_quoted(text, told):
    with pytest.raises(MalformedKeys, match=told) as refusal:
        parse_ring(text)
    assert "AQEB" not in str(refusal.value)


def test_no_key_is_shown_by_what_a_program_prints_of_it():
    assert "\\x01" not in repr(parse_ring(AES))


def test_a_fingerprint_tells_keys_and_their_ciphers_apart():
    key = Key(bytes(16), CipherName.SM4)
    marks = {key.fingerprint, replace(key, raw=bytes([1] * 16)).fingerprint, replace(key, cipher="aes256").fingerprint}
    assert len(marks) == 3


def test_sm4_seals_and_opens_and_notices_tampering(settings):
    settings.PERSONAL_DATA_KEYS = parse_ring(SM4)
    stored, whole = encrypt("绍兴市示例路1号", context=HERE), seal(b"\0" * 1000, context=HERE)
    assert stored.startswith("k2:")
    assert decrypt(stored, context=HERE) == "绍兴市示例路1号"
    assert unseal(whole, context=HERE) == b"\0" * 1000
    with pytest.raises(UnreadableValue):
        unseal(whole[:-1] + bytes([whole[-1] ^ 1]), context=HERE)
    with pytest.raises(UnreadableValue):
        decrypt(stored, context="cases_party.address")


def test_sm4_is_the_cipher_of_rfc_8998_appendix_a_1():
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    nonce = bytes.fromhex("00001234567800000000ABCD")
    plain = bytes.fromhex("".join(two * 8 for two in ("AA", "BB", "CC", "DD", "EE", "FF", "EE", "AA")))
    bound_to = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    sealed = SM4GCM(key).encrypt(nonce, plain, bound_to)
    assert sealed[:16].hex().upper() == "17F399F08C67D5EE19D0DC9969C4BB7D"
    assert sealed[-16:].hex().upper() == "83DE3541E4C2B58177E065A9BF7B62EC"


def test_values_of_either_cipher_are_read_side_by_side(settings):
    settings.PERSONAL_DATA_KEYS = parse_ring(AES)
    old = encrypt("x", context=HERE)
    settings.PERSONAL_DATA_KEYS = parse_ring(f"{SM4},{AES}")
    new = encrypt("y", context=HERE)
    assert (old[:3], new[:3]) == ("k1:", "k2:")
    assert [decrypt(value, context=HERE) for value in (old, new)] == ["x", "y"]


@pytest.mark.parametrize("stored", ["gone:AAAA", "k1:AAAA", "k1:!", "plain text", ":", "k1"])
def test_what_is_no_ciphertext_of_ours_is_refused_and_the_log_names_the_column_alone(settings, stored, caplog):
    settings.PERSONAL_DATA_KEYS = parse_ring(AES)
    with pytest.raises(UnreadableValue) as refusal:
        decrypt(stored, context=HERE)
    assert refusal.value.place == HERE
    assert f"a value of {HERE} cannot be read" in caplog.text
    assert stored == ":" or stored not in caplog.text
