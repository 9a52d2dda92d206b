"""Personal data at rest: authenticated encryption for what is stored, a keyed hash for what is looked up.

A stored value reads ``<key id>:<base64 of nonce and ciphertext>``; the table and column it belongs to are
authenticated with it, so that a value copied to another column does not decrypt. Each kind of data has its own ring of
keys (``core.keys``): whoever got hold of one ring reads nothing of the others. The key says which cipher it is for.
"""

import base64
import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable
from functools import cache
from typing import Any, Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.errors import UnreadableValue
from core.keys import PERSONAL, CipherName, Key, keys_of

NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16

logger: Final = logging.getLogger(__name__)


class AuthenticatedCipher(Protocol):
    """A cipher that is bound to a key and refuses what was tampered with."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        """Return ciphertext and tag."""

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        """Return the plain bytes; raises InvalidTag."""


class SM4GCM:
    """SM4 (GB/T 32907) in Galois/counter mode (GB/T 36624), with the methods that ``AESGCM`` has."""

    def __init__(self, key: bytes) -> None:
        self._algorithm = SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        sealing = Cipher(self._algorithm, GCM(nonce)).encryptor()
        sealing.authenticate_additional_data(associated_data)
        return sealing.update(data) + sealing.finalize() + sealing.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        mode = GCM(nonce, data[-TAG_BYTES:], min_tag_length=TAG_BYTES)
        opening = Cipher(self._algorithm, mode).decryptor()
        opening.authenticate_additional_data(associated_data)
        return opening.update(data[:-TAG_BYTES]) + opening.finalize()


_CIPHERS: Final[dict[CipherName, Callable[[bytes], AuthenticatedCipher]]] = {
    CipherName.AES256: AESGCM,
    CipherName.SM4: SM4GCM,
}


@cache
def _cipher(key: Key) -> AuthenticatedCipher:
    return _CIPHERS[key.cipher](key.raw)


def encrypt(plain: str, *, context: str, keyring: str = PERSONAL) -> str:
    """Return ``plain`` encrypted under the newest key of the ring and bound to ``context``."""
    return encryptor(context, keyring=keyring)(plain)


def encryptor(context: str, *, keyring: str = PERSONAL) -> Callable[[str], str]:
    """Return ``encrypt`` for one context, for many values: the key is prepared once."""
    key_id, key = next(iter(keys_of(keyring).items()))
    cipher, bound_to = _cipher(key), context.encode()

    def encrypt_one(plain: str) -> str:
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = cipher.encrypt(nonce, plain.encode(), bound_to)
        return f"{key_id}:{base64.b64encode(nonce + sealed).decode()}"

    return encrypt_one


def decrypt(stored: str, *, context: str, keyring: str = PERSONAL) -> str:
    """Return the plain text; raises UnreadableValue for an unknown key and for a value that was tampered with."""
    key_id, _colon, value = stored.partition(":")
    try:
        raw = base64.b64decode(value)
    except ValueError as error:
        raise _unreadable(stored, context=context) from error
    return _open(key_id, raw, stored=stored, context=context, keyring=keyring).decode()


def seal(plain: bytes, *, context: str, keyring: str = PERSONAL) -> bytes:
    """Return ``plain`` encrypted as ``encrypt`` does, as bytes and without base64: key id, colon, nonce, ciphertext."""
    key_id, key = next(iter(keys_of(keyring).items()))
    nonce = secrets.token_bytes(NONCE_BYTES)
    return f"{key_id}:".encode() + nonce + _cipher(key).encrypt(nonce, plain, context.encode())


def unseal(stored: bytes, *, context: str, keyring: str = PERSONAL) -> bytes:
    """Return what ``seal`` encrypted; raises as ``decrypt`` does."""
    key_id, _colon, raw = stored.partition(b":")
    return _open(key_id.decode(errors="replace"), raw, stored=stored, context=context, keyring=keyring)


def _open(key_id: str, raw: bytes, *, stored: str | bytes, context: str, keyring: str) -> bytes:
    key = keys_of(keyring).get(key_id)
    if key is None or len(raw) < NONCE_BYTES + TAG_BYTES:
        raise _unreadable(stored, context=context)
    try:
        return _cipher(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode())
    except InvalidTag as error:
        raise _unreadable(stored, context=context) from error


def _unreadable(stored: str | bytes, *, context: str) -> UnreadableValue:
    """Return the error, and put its place into the log: not everybody who catches it knows of places."""
    logger.error("a value of %s cannot be read: its key is not here, or somebody changed it", context)
    return UnreadableValue(
        _(
            "A protected value that belongs here cannot be read: its key is missing, or somebody changed it in the "
            "database. Nothing was changed. Tell the system administrator."
        ),
        place=context,
        stored=stored,
    )


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
