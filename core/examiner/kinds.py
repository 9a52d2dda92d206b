"""What kind of file somebody sent, by what is in it; its name proves nothing. It runs in a child."""

from collections.abc import Mapping
from typing import Final

from core.confined.archive import ZIP
from core.confined.compound import OLE
from core.confined.refusal import Refused
from core.examiner import media, office, pdf

JPEG: Final = b"\xff\xd8\xff"
PNG: Final = b"\x89PNG\r\n\x1a\n"
_REFUSED: Final[Mapping[bytes, str]] = {
    b"MZ": "program", b"\x7fELF": "program", b"#!": "program", b"\xca\xfe\xba\xbe": "program",
    b"\xcf\xfa\xed\xfe": "program", b"\xce\xfa\xed\xfe": "program", b"L\x00\x00\x00\x01\x14\x02\x00": "program",
    b"PK\x05\x06": "archive", b"PK\x07\x08": "archive", b"Rar!": "archive", b"7z\xbc\xaf": "archive",
    b"\x1f\x8b": "archive", b"BZh": "archive", b"\xfd7zXZ": "archive", b"\x28\xb5\x2f\xfd": "archive",
    b"MSCF": "archive",
    b"GIF8": "picture", b"BM": "picture", b"II*\x00": "picture", b"MM\x00*": "picture", b"8BPS": "picture",
    b"{\\rtf": "document",
}  # fmt: skip
_WEB_PAGE: Final = (
    "<html", "<!doctype", "<svg", "<script", "<?xml", "<?php", "<head", "<body", "<iframe", "<table", "<style",
    "mime-version:",
)  # fmt: skip
_LOOKED_AT: Final = 4096
_SPACES: Final = {"\t", "\n", "\r", "\f"}
_DELETE: Final = "\x7f"


def is_picture(data: bytes) -> bool:
    """Return whether a file begins as a picture that can be shown."""
    return data.startswith((JPEG, PNG)) or _is_webp(data)


def kind_of(data: bytes) -> str:
    """Return the kind of a file, one of those that are taken in; raise Refused for every other one."""
    if not data:
        raise Refused("empty")
    if is_picture(data):
        return "jpeg" if data.startswith(JPEG) else "png" if data.startswith(PNG) else "webp"
    if data.startswith(b"%PDF-"):
        return pdf.checked(data)
    if data.startswith(ZIP):
        return office.kind_of_archive(data)
    if data.startswith(OLE):
        return office.kind_of_compound(data)
    for beginning, code in _REFUSED.items():
        if data.startswith(beginning) and (beginning not in {b"BM", b"MZ"} or b"\0" in data[:256]):
            raise Refused(code)
    return media.kind_of(data) or _text(data)


def _is_webp(data: bytes) -> bool:
    return data.startswith(b"RIFF") and data[8:12] == b"WEBP"


def _text(data: bytes) -> str:
    """Tell a text from everything that only looks like one to somebody who wants to."""
    text = _decoded(data)
    if any((char < " " and char not in _SPACES) or char == _DELETE for char in set(text)):
        raise Refused("unknown")
    beginning = text[:_LOOKED_AT].lower()
    if any(mark in beginning for mark in _WEB_PAGE):
        raise Refused("web_page")
    return "text"


def _decoded(data: bytes) -> str:
    for codec in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    raise Refused("unknown")
