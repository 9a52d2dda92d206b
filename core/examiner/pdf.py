"""Whether a PDF does anything but show pages. It runs in a child.

The bytes themselves are searched, not the objects that a reader would find: a file whose tables lie hides nothing from
a search, and no parser stands between. What is packed is unpacked for it.
"""

import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Final

from core.confined.refusal import Refused

MAX_UNPACKED_BYTES: Final = 1024**3
_PIECE: Final = 1024**2
_TAIL: Final = 2048
_CODES: Final[Mapping[str, str]] = {
    "Encrypt": "encrypted", "JavaScript": "scripts", "Launch": "scripts", "XFA": "scripts", "RichMedia": "scripts",
    "EmbeddedFile": "embedded", "EmbeddedFiles": "embedded",
}  # fmt: skip
_LONGEST: Final = 3 * max(map(len, _CODES)) + 2


def _spelled(name: str) -> str:
    """Return a pattern of ``name`` in which each character may be written as its number, as PDF allows."""
    return "".join(f"(?:{char}|#{ord(char):x}|#{ord(char):X})" for char in name)


_NAMES: Final = re.compile(
    "/(?:{})(?=[\\s()<>\\[\\]{{}}/%]|$)".format("|".join(f"({_spelled(name)})" for name in _CODES)).encode()
)
_STREAM: Final = re.compile(rb"stream\r?\n")
_PACKED_OBJECTS: Final = re.compile(rb"/ObjStm\b[^>]*/(?:Predictor|LZWDecode|ASCII85Decode|ASCIIHexDecode|Crypt)\b")


def checked(data: bytes) -> str:
    """Return the kind of a PDF; raise Refused for one that is cut off, locked, or does more than show pages."""
    if b"%%EOF" not in data[-_TAIL:] or b"startxref" not in data[-_TAIL:]:
        raise Refused("broken")
    _search(data)
    if _PACKED_OBJECTS.search(data):
        raise Refused("odd")
    before = b""
    for piece in _unpacked(data):
        _search(before + piece)
        before = piece[-_LONGEST:]
    return "pdf"


def _search(data: bytes) -> None:
    found = _NAMES.search(data)
    if found:
        raise Refused([*_CODES.values()][(found.lastindex or 1) - 1])


def _unpacked(data: bytes) -> Iterator[bytes]:
    """Yield what every deflated stream holds, whatever the file says that it is."""
    left = MAX_UNPACKED_BYTES
    for start in (match.end() for match in _STREAM.finditer(data)):
        if data[start : start + 1] and data[start] & 0x0F == zlib.DEFLATED:
            for piece in _inflated(memoryview(data)[start:]):
                left -= len(piece)
                if left < 0:
                    raise Refused("too_complex")
                yield piece
        yield b""  # names do not reach from one stream into the next


def _inflated(packed: memoryview) -> Iterator[bytes]:
    inflate, at, rest = zlib.decompressobj(), 0, b""
    while not inflate.eof:
        if not rest:
            rest, at = bytes(packed[at : at + _PIECE]), at + _PIECE
        if not rest:
            return
        try:
            yield inflate.decompress(rest, _PIECE)
        except zlib.error:
            return
        rest = inflate.unconsumed_tail
