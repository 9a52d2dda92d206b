"""The parts of an office file, which is an archive, looked at before anything is unpacked. It runs in a child."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from core.confined.refusal import Refused

ZIP: Final = b"PK\x03\x04"
MAX_UNPACKED_BYTES: Final = 256 * 1024**2
MAX_PARTS: Final = 2000
MAX_RATIO: Final = 100  # to one; tables as offices write them reach 30
_SMALL: Final = 8 * 1024**2  # below this a part may be packed as tightly as it likes
_PIECE: Final = 32 * 1024  # packed; unpacks to 32 MB at the very most
_HEADER: Final = struct.Struct("<26xHH")
_LOCKED: Final = 1


class Archive:
    """The parts of an archive by name, as lower case. Raises Refused for one that is broken or absurd."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                parts = archive.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError):
            raise Refused("broken") from None
        self.parts = {_plain(part.filename): part for part in parts}
        if len(self.parts) < len(parts):
            raise Refused("broken")
        self._check_sizes(parts)

    def _check_sizes(self, parts: list[zipfile.ZipInfo]) -> None:
        if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
            raise Refused("too_large_unpacked", megabytes=MAX_UNPACKED_BYTES // 1024**2)
        if len(parts) > MAX_PARTS or any(
            part.file_size > max(_SMALL, part.compress_size * MAX_RATIO) for part in parts
        ):
            raise Refused("bomb")

    @property
    def is_locked(self) -> bool:
        """Whether a part is encrypted."""
        return any(part.flag_bits & _LOCKED for part in self.parts.values())

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self.parts

    def size(self, name: str) -> int:
        """Return what a part declares to unpack to, in bytes."""
        return self.parts[_plain(name)].file_size

    def read(self, name: str, *, most: int) -> bytes:
        """Return a small part whole."""
        part = self.parts.get(_plain(name))
        if part is None or part.file_size > most:
            raise Refused("broken")
        return b"".join(self.pieces(name))

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield what a part holds, piece by piece; refuse one of another size than it declares.

        The parser looks at the checksums.
        """
        part = self.parts[_plain(name)]
        size = 0
        try:
            for piece in self._unpacked(part):
                size += len(piece)
                if size > part.file_size:
                    raise Refused("bomb")
                yield piece
        except (zlib.error, struct.error):
            raise Refused("broken") from None
        if size != part.file_size:
            raise Refused("broken")

    def _unpacked(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        start = part.header_offset + _HEADER.size
        name, extra = _HEADER.unpack(self._data[part.header_offset : start])
        packed = self._data[start + name + extra :][: part.compress_size]
        pieces = (packed[at : at + _PIECE] for at in range(0, len(packed), _PIECE))
        if part.compress_type == zipfile.ZIP_STORED:
            yield from map(bytes, pieces)
        elif part.compress_type == zipfile.ZIP_DEFLATED:
            inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            yield from map(inflate.decompress, pieces)
            if not inflate.eof:
                raise Refused("broken")
        else:
            raise Refused("broken")


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
