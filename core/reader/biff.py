"""What the parser keeps to itself about an .xls: version, passwords, hidden rows, errors. It runs in the child."""

import struct
from collections.abc import Iterator
from typing import Final

from core.reader.refusal import Refused
from core.reader.scan import Marks
from core.reader.wire import BrokenCell

_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_DOCUMENTS: Final = {"WordDocument", "PowerPoint Document"}
_WORKBOOK: Final = "Workbook"
_OLD_WORKBOOK: Final = "Book"
_END: Final = 0xFFFFFFFA  # this and what is above it are no sectors
_ENTRY_BYTES: Final = 128
_BIFF8: Final = 0x0600
_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _FORMULA, _BOOLERR, _ROW = 0x0809, 0x0A, 0x2F, 0x85, 0x06, 0x0205, 0x0208
_HIDDEN_ROW: Final = 0x20
_ERRORS: Final = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip

Record = tuple[int, memoryview]


class Workbook:
    """The stream of records of an .xls. Raises Refused for a file that is locked, too old, or something else."""

    def __init__(self, data: bytes) -> None:
        if _ENCRYPTED in data:
            raise Refused("encrypted")
        try:
            streams = _Compound(data)
            self._stream = memoryview(streams.read(_stream_name(streams.names)))
            self.sheets = self._sheets()
        except (struct.error, IndexError, UnicodeDecodeError):
            raise Refused("broken") from None

    def marks_of(self, sheet: str) -> Marks:
        """Return the hidden rows and the cells with errors of a sheet."""
        marks = Marks()
        try:
            for kind, content in self._records(self.sheets[sheet]):
                _mark(marks, kind, content)
        except (struct.error, IndexError, KeyError):
            raise Refused("broken") from None
        return marks

    def _sheets(self) -> dict[str, int]:
        sheets = {}
        for number, (kind, content) in enumerate(self._records(0)):
            if number == 0 and (kind != _BOF or struct.unpack_from("<H", content)[0] != _BIFF8):
                raise Refused("old_workbook" if kind & 0xFF == _BOF & 0xFF else "broken")
            if kind == _FILEPASS:
                raise Refused("encrypted")
            if kind == _BOUNDSHEET:
                at, length, is_wide = struct.unpack_from("<IxxBB", content)
                name = bytes(content[8:]).decode("utf-16-le" if is_wide else "latin-1")
                sheets[name[:length]] = at
        return sheets

    def _records(self, at: int) -> Iterator[Record]:
        """Yield the records from ``at`` to the end of their part."""
        while at + 4 <= len(self._stream):
            kind, length = struct.unpack_from("<HH", self._stream, at)
            yield kind, self._stream[at + 4 : at + 4 + length]
            if kind == _EOF:
                return
            at += 4 + length


def _mark(marks: Marks, kind: int, content: memoryview) -> None:
    if kind == _ROW and content[12] & _HIDDEN_ROW:
        marks.hidden.append(struct.unpack_from("<H", content)[0] + 1)
    is_error = (kind == _BOOLERR and content[7] == 1) or (
        kind == _FORMULA and bytes(content[12:14]) == b"\xff\xff" and content[6] == 2  # noqa: PLR2004 - the mark of an error
    )
    if is_error:
        row, column = struct.unpack_from("<HH", content)
        code = content[6] if kind == _BOOLERR else content[8]
        marks.broken.setdefault(row + 1, {})[column] = BrokenCell(_ERRORS.get(code, "#N/A"))


def _stream_name(names: set[str]) -> str:
    if _WORKBOOK in names:
        return _WORKBOOK
    if _OLD_WORKBOOK in names:
        raise Refused("old_workbook")
    raise Refused("document" if names & _DOCUMENTS else "broken")


class _Compound:
    """The streams of an OLE file by name."""

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
