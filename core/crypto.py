"""Personal data at rest: authenticated encryption for what is stored, a keyed hash for what is looked up.

A stored value reads ``<key id>:<base64 of nonce and ciphertext>``; the table and column it belongs to are
authenticated with it, so that a value copied to another column does not decrypt.
"""

import base64
import hashlib
import hmac
import secrets
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

NONCE_BYTES = 12


def encrypt(plain: str, *, context: str) -> str:
    """Return ``plain`` encrypted under the newest key and bound to ``context``."""
    key_id, key = next(iter(settings.PERSONAL_DATA_KEYS.items()))
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, plain.encode(), context.encode())
    return f"{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(stored: str, *, context: str) -> str:
    """Return the plain text; raises KeyError for an unknown key and InvalidTag for a value that was tampered with."""
    key_id, _, value = stored.partition(":")
    raw = base64.b64decode(value)
    sealer = AESGCM(settings.PERSONAL_DATA_KEYS[key_id])
    return sealer.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode()).decode()


def lookup_hash(value: str, *, context: str) -> str:
    """Return the keyed hash (32 hex digits) by which equal values of one ``context`` find each other."""
    return hmac.new(settings.LOOKUP_KEY, f"{context}\0{value}".encode(), hashlib.sha256).hexdigest()[:32]


class EncryptedTextField(models.TextField):
    """Text that is encrypted in the database; it can be neither searched nor sorted there."""

    @property
    def crypto_context(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"  # noqa: SLF001 - the documented Meta API

    def get_prep_value(self, value: Any) -> Any:
        plain = super().get_prep_value(value)
        return encrypt(plain, context=self.crypto_context) if plain else plain

    def from_db_value(self, value: Any, *_: Any) -> Any:
        return decrypt(value, context=self.crypto_context) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse every look-up but "is it given": ciphertexts of equal values differ."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
