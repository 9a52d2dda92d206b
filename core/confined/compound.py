"""The streams of an OLE file, as old office programs write them. It runs in a child."""

import struct
from collections.abc import Iterator
from typing import Final

from core.confined.refusal import Refused

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END: Final = 0xFFFFFFFA  # this and what is above it are no sectors
_ENTRY_BYTES: Final = 128


class Compound:
    """The streams of an OLE file by name.

    Raises Refused, struct.error, IndexError or UnicodeDecodeError for what is none.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if (shift, mini_shift) not in {(9, 6), (12, 6)}:
            raise Refused("broken")
        self._size, self._mini_size = 1 << shift, 1 << mini_shift
        directory, self._cutoff, mini_table = struct.unpack_from("<I4xII", data, 48)
        self._table = self._read_table()
        entries = b"".join(map(self._sector, self._chain(directory, self._table)))
        self._entries = dict(self._read_entries(entries))
        self._mini_table = self._integers(b"".join(map(self._sector, self._chain(mini_table, self._table))))
        root_start, _size = self._entries.get("Root Entry", (_END, 0))
        self._mini = b"".join(map(self._sector, self._chain(root_start, self._table)))
        self.names = set(self._entries)

    def read(self, name: str) -> bytes:
        """Return a stream whole."""
        start, size = self._entries[name]
        if size >= self._cutoff:
            return b"".join(map(self._sector, self._chain(start, self._table)))[:size]
        at = (number * self._mini_size for number in self._chain(start, self._mini_table))
        return b"".join(self._mini[begin : begin + self._mini_size] for begin in at)[:size]

    def _sector(self, number: int) -> bytes:
        return self._data[(number + 1) * self._size : (number + 2) * self._size]

    def _chain(self, number: int, table: tuple[int, ...]) -> Iterator[int]:
        seen = 0
        while number < _END:
            yield number
            seen += 1
            if seen > len(table):
                raise Refused("broken")
            number = table[number]

    def _read_table(self) -> tuple[int, ...]:
        """Return the table of sectors, whose own sectors the header lists, and a chain of further lists."""
        listed = list(struct.unpack_from("<109I", self._data, 76))
        further, _count = struct.unpack_from("<II", self._data, 68)
        while further < _END and len(listed) * self._size < len(self._data):
            *more, further = self._integers(self._sector(further))
            listed += more
        return self._integers(b"".join(self._sector(number) for number in listed if number < _END))

    def _integers(self, data: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])

    def _read_entries(self, data: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
        for at in range(0, len(data) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
            (length,) = struct.unpack_from("<H", data, at + 64)
            start, size = struct.unpack_from("<II", data, at + 116)
            if 2 <= length <= 64:  # noqa: PLR2004 - bytes of a name, its end included
                yield data[at : at + length - 2].decode("utf-16-le"), (start, size)
