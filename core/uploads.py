"""Uploads are held in memory: they may hold personal data, which no disk is to see in plain."""

import io
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class InMemoryUploadHandler(FileUploadHandler):
    """Keeps files in memory, where Django's own would write larger ones to temporary files.

    Of a file that is larger than any form takes its size alone is kept, for the form to refuse; and so it is with those
    that come once the request has brought as much as any may.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._room = settings.UPLOAD_MAX_BYTES

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._content = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._room -= len(raw_data)
        if start + len(raw_data) <= settings.FILE_UPLOAD_MAX_MEMORY_SIZE and self._room >= 0:
            self._content.write(raw_data)
        else:
            self._content = io.BytesIO()

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self._content.seek(0)
        return InMemoryUploadedFile(
            self._content,
            self.field_name,
            self.file_name or "",
            self.content_type or "",
            file_size,
            self.charset,
            self.content_type_extra,
        )
