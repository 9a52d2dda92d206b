"""The keys of a place: what they are made of, and which ring each kind of data has."""

import base64
import hashlib
import hmac
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from typing import Final

from django.conf import settings

PERSONAL: Final = "personal"
# The name of a ring, and the setting that holds its keys by id, the first one being the one to encrypt with.
KEYRINGS: Final = {PERSONAL: "PERSONAL_DATA_KEYS", "identity": "IDENTITY_KEYS", "files": "FILE_KEYS"}
_ENTRY: Final = re.compile(r"(?P<id>[A-Za-z0-9_-]{1,20}):(?:(?P<cipher>aes256|sm4):)?(?P<key>[^:]*)")
_MARK: Final = b"maplebridge: which key is this"


class CipherName(StrEnum):
    """What a key is for; both ciphers are used in Galois/counter mode, which also notices tampering."""

    AES256 = "aes256"
    SM4 = "sm4"


KEY_BYTES: Final = {CipherName.AES256: 32, CipherName.SM4: 16}


class MalformedKeys(ValueError):
    """Keys cannot be used as they were given. The text says what to do and quotes none of them."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key and the cipher it belongs to."""

    raw: bytes = field(repr=False)
    cipher: CipherName = CipherName.AES256

    @property
    def fingerprint(self) -> str:
        """32 hex digits that tell this key from others, and from which it cannot be computed."""
        return fingerprint(self.raw, purpose=self.cipher)


def fingerprint(raw: bytes, *, purpose: str) -> str:
    """Return the keyed hash by which a key is recognised."""
    return hmac.new(raw, _MARK + purpose.encode(), hashlib.sha256).hexdigest()[:32]


def keys_of(keyring: str) -> Mapping[str, Key]:
    """Return the keys of a ring by id, the newest first."""
    ring: Mapping[str, Key] = getattr(settings, KEYRINGS[keyring])
    return ring


def shared_keys(rings: Mapping[str, Collection[bytes]]) -> list[str]:
    """Return what is to be said of settings that hold the same key, under whatever id.

    >>> shared_keys({"FILE_KEYS": [b"a"], "IDENTITY_KEYS": [b"b"], "LOOKUP_KEY": [b"a"]})
    ['FILE_KEYS and LOOKUP_KEY hold the same key; make another one with: openssl rand -base64 32']
    """
    return [
        f"{one} and {other} hold the same key; make another one with: openssl rand -base64 32"
        for one, other in combinations(rings, 2)
        if not set(rings[one]).isdisjoint(rings[other])
    ]


def parse_ring(text: str) -> dict[str, Key]:
    """Return ``id:key`` or ``id:sm4:key``, each with its key in base64, by id; commas or line ends stand between them.

    Lines that begin with ``#`` tell nothing. Raises MalformedKeys.

    >>> list(parse_ring("k2:sm4:AAAAAAAAAAAAAAAAAAAAAA==, k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="))
    ['k2', 'k1']
    """
    told = ",".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    ring: dict[str, Key] = {}
    for number, entry in enumerate(filter(None, map(str.strip, told.split(","))), 1):
        parts = _ENTRY.fullmatch(entry)
        if parts is None:
            raise MalformedKeys(f"entry {number} is neither id:key nor id:sm4:key; an id has letters, digits, - and _")
        if parts["id"] in ring:
            raise MalformedKeys(f"the id {parts['id']} is there twice; give each key an id of its own")
        cipher = CipherName(parts["cipher"] or CipherName.AES256)
        ring[parts["id"]] = Key(parse_key(parts["key"], size=KEY_BYTES[cipher], name=f"key {parts['id']}"), cipher)
    if not ring:
        raise MalformedKeys("there is no key; make one with: openssl rand -base64 32")
    if len({key.raw for key in ring.values()}) < len(ring):
        raise MalformedKeys("two ids have the same key; make a new one with: openssl rand -base64 32")
    return ring


def parse_key(text: str, *, size: int, name: str) -> bytes:
    """Return ``size`` bytes from base64; raises MalformedKeys."""
    try:
        raw = base64.b64decode(text.strip(), validate=True)
    except ValueError as error:
        raise MalformedKeys(f"{name} is not base64; make one with: openssl rand -base64 {size}") from error
    if len(raw) != size:
        raise MalformedKeys(
            f"{name} holds {len(raw)} bytes instead of {size}; make one with: openssl rand -base64 {size}"
        )
    return raw
