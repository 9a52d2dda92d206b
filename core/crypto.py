"""Personal data at rest: authenticated encryption for what is stored, a keyed hash for what is looked up.

A stored value reads ``<key id>:<base64 of nonce and ciphertext>``; the table and column it belongs to are
authenticated with it, so that a value copied to another column does not decrypt. Each kind of data has its own ring of
keys: whoever got hold of one ring reads nothing of the others.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

NONCE_BYTES: Final = 12
PERSONAL: Final = "personal"
# The name of a ring, and the setting that holds its keys by id, the first one being the one to encrypt with.
KEYRINGS: Final = {PERSONAL: "PERSONAL_DATA_KEYS", "identity": "IDENTITY_KEYS", "files": "FILE_KEYS"}


def keys_of(keyring: str) -> Mapping[str, bytes]:
    """Return the keys of a ring by id, the newest first."""
    ring: Mapping[str, bytes] = getattr(settings, KEYRINGS[keyring])
    return ring


def encrypt(plain: str, *, context: str, keyring: str = PERSONAL) -> str:
    """Return ``plain`` encrypted under the newest key of the ring and bound to ``context``."""
    return encryptor(context, keyring=keyring)(plain)


def encryptor(context: str, *, keyring: str = PERSONAL) -> Callable[[str], str]:
    """Return ``encrypt`` for one context, for many values: the key is prepared once."""
    key_id, key = next(iter(keys_of(keyring).items()))
    cipher, bound_to = AESGCM(key), context.encode()

    def encrypt_one(plain: str) -> str:
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = cipher.encrypt(nonce, plain.encode(), bound_to)
        return f"{key_id}:{base64.b64encode(nonce + sealed).decode()}"

    return encrypt_one


def decrypt(stored: str, *, context: str, keyring: str = PERSONAL) -> str:
    """Return the plain text; raises KeyError for an unknown key and InvalidTag for a value that was tampered with."""
    key_id, _, value = stored.partition(":")
    raw = base64.b64decode(value)
    sealer = AESGCM(keys_of(keyring)[key_id])
    return sealer.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode()).decode()


def seal(plain: bytes, *, context: str, keyring: str = PERSONAL) -> bytes:
    """Return ``plain`` encrypted as ``encrypt`` does, as bytes and without base64: key id, colon, nonce, ciphertext."""
    key_id, key = next(iter(keys_of(keyring).items()))
    nonce = secrets.token_bytes(NONCE_BYTES)
    return f"{key_id}:".encode() + nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def unseal(stored: bytes, *, context: str, keyring: str = PERSONAL) -> bytes:
    """Return what ``seal`` encrypted; raises as ``decrypt`` does."""
    key_id, _, raw = stored.partition(b":")
    cipher = AESGCM(keys_of(keyring)[key_id.decode()])
    return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode())


def lookup_hash(value: str, *, context: str) -> str:
    """Return the keyed hash (32 hex digits) by which equal values of one ``context`` find each other."""
    return lookup_hasher(context)(value)


def lookup_hasher(context: str) -> Callable[[str], str]:
    """Return ``lookup_hash`` for one context, for many values: the key is prepared once."""
    keyed = hmac.new(settings.LOOKUP_KEY, f"{context}\0".encode(), hashlib.sha256)

    def hash_one(value: str) -> str:
        one = keyed.copy()
        one.update(value.encode())
        return one.hexdigest()[:32]

    return hash_one


class EncryptedTextField(models.TextField):
    """Text that is encrypted in the database; it can be neither searched nor sorted there.

    ``sealed_for`` names the column, as ``table.column``, for which a staged value is encrypted, so that the database
    can move it there as it is; both then have the same ``keyring``.
    """

    def __init__(self, *args: Any, sealed_for: str = "", keyring: str = PERSONAL, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sealed_for = sealed_for
        self.keyring = keyring

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        own = {"sealed_for": self.sealed_for} if self.sealed_for else {}
        return name, path, args, kwargs | own | _told(self.keyring)

    @property
    def crypto_context(self) -> str:
        return self.sealed_for or f"{self.model._meta.db_table}.{self.column}"  # noqa: SLF001 - the documented Meta API

    def get_prep_value(self, value: Any) -> Any:
        plain = super().get_prep_value(value)
        return encrypt(plain, context=self.crypto_context, keyring=self.keyring) if plain else plain

    def from_db_value(self, value: Any, *_: Any) -> Any:
        return decrypt(value, context=self.crypto_context, keyring=self.keyring) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse every look-up but "is it given": ciphertexts of equal values differ."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


class EncryptedBinaryField(models.BinaryField):
    """Bytes, such as a whole file, that are encrypted in the database."""

    def __init__(self, *args: Any, keyring: str = PERSONAL, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keyring = keyring

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | _told(self.keyring)

    @property
    def crypto_context(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"  # noqa: SLF001 - the documented Meta API

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        given = value is not None
        sealed = seal(bytes(value), context=self.crypto_context, keyring=self.keyring) if given else None
        return super().get_db_prep_value(sealed, connection, prepared)

    def from_db_value(self, value: Any, *_: Any) -> Any:
        given = value is not None
        return unseal(bytes(value), context=self.crypto_context, keyring=self.keyring) if given else None


def _told(keyring: str) -> dict[str, str]:
    """Return the argument of a field that a migration has to name."""
    return {} if keyring == PERSONAL else {"keyring": keyring}
