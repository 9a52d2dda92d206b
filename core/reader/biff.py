"""What the parser keeps to itself about an .xls: version, passwords, hidden rows, errors. It runs in the child."""

import struct
from collections.abc import Iterator
from typing import Final

from core.confined.compound import Compound
from core.confined.refusal import Refused
from core.reader.scan import Marks
from core.reader.wire import BrokenCell

_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_DOCUMENTS: Final = {"WordDocument", "PowerPoint Document"}
_WORKBOOK: Final = "Workbook"
_OLD_WORKBOOK: Final = "Book"
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
            streams = Compound(data)
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
