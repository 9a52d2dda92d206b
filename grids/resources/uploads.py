"""Where an upload waits between preview and confirmation: encrypted, for its owner only, for two hours at most."""

import base64
import json
import secrets
from dataclasses import dataclass
from typing import Final

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from core.crypto import decrypt, encrypt
from core.errors import InvalidFile

KEPT_SECONDS: Final = 2 * 3600


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
        cache.set(self.key, encrypt(plain, context=self.key), KEPT_SECONDS)

    def read(self) -> tuple[str, bytes]:
        """Return the file's name and content. Raises InvalidFile when it is no longer, or never was, this user's."""
        stored = cache.get(self.key)
        if stored is None:
            raise InvalidFile(_("The uploaded file is no longer kept. Upload it again."), code="upload_gone")
        file_name, content = json.loads(decrypt(stored, context=self.key))
        return file_name, base64.b64decode(content)

    def remove(self) -> None:
        cache.delete(self.key)


class UploadShelf:
    """The same as django-import-export's temporary storage; what was only looked at and is wrong is never kept."""

    def __init__(self, *, user_id: int, kind: str, name: str | None = None, **_kwargs: object) -> None:
        self._upload = WaitingUpload(user_id, kind, name) if name else WaitingUpload.new(user_id, kind)
        self._data: bytes | None = None
        self.file_name = ""

    @property
    def name(self) -> str:
        return self._upload.name

    def save(self, data: bytes) -> None:
        self._data = data

    def read(self) -> bytes:
        if self._data is None:
            self.file_name, self._data = self._upload.read()
        return self._data

    def keep(self, *, file_name: str) -> None:
        """Put the file on the shelf: it was found to be in order and waits for its confirmation."""
        self._upload.keep(self.read(), file_name=file_name)

    def remove(self) -> None:
        self._upload.remove()
