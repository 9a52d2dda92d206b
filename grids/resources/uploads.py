"""Where an upload waits between preview and confirmation: encrypted, for its owner only, for two hours at most."""

import base64
import json
import secrets
from dataclasses import dataclass
from typing import Final

from django.core.cache import caches
from django.utils.translation import gettext_lazy as _

from core.crypto import decrypt, encrypt
from core.errors import InvalidFile

KEPT_SECONDS: Final = 2 * 3600
CACHE: Final = "uploads"


@dataclass(frozen=True, slots=True)
class WaitingUpload:
    """One file of one user, for one kind of import. Its name cannot be guessed and is of no use to anybody else."""

    user_id: int
    kind: str
    name: str

    @classmethod
    def new(cls, user_id: int, kind: str) -> "WaitingUpload":
        return cls(user_id, kind, secrets.token_urlsafe(24))

    @property
    def key(self) -> str:
        return f"upload:{self.kind}:{self.user_id}:{self.name}"

    def keep(self, data: bytes, *, file_name: str) -> None:
        """Keep the file until it is confirmed or discarded, or until its time is over."""
        plain = json.dumps([file_name, base64.b64encode(data).decode()])
        caches[CACHE].set(self.key, encrypt(plain, context=self.key), KEPT_SECONDS)

    def read(self) -> tuple[str, bytes]:
        """Return the file's name and content. Raises InvalidFile when it is no longer, or never was, this user's."""
        stored = caches[CACHE].get(self.key)
        if stored is None:
            raise InvalidFile(_("The uploaded file is no longer kept. Upload it again."), code="upload_gone")
        file_name, content = json.loads(decrypt(stored, context=self.key))
        return file_name, base64.b64decode(content)

    def remove(self) -> None:
        caches[CACHE].delete(self.key)
