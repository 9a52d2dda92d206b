"""Documents and workbooks, new ones (archives) and old ones (compounds): which, and that no program is in them.

It runs in a child. Nothing is executed or laid out; the parts are looked at by name, and the few that say what a
document fetches from elsewhere are read.
"""

import re
import stat
import struct
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

from core.confined.archive import Archive
from core.confined.compound import Compound
from core.confined.refusal import Refused

_KINDS: Final = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ofd.xml": "ofd"}
_OTHERS: Final = {"ppt/presentation.xml": "document", "xl/workbook.bin": "document", "content.xml": "document"}
_CONTENT_TYPES: Final = "[content_types].xml"
_PROGRAMS: Final = re.compile(r"vbaproject|vbadata|activex/|macrosheets/|dialogsheets/|customui/")
_EMBEDDED: Final = re.compile(r"embeddings/|attachs/|attachments?\.xml|afchunk")
_HARMLESS: Final = re.compile(r"embeddings/[^/]+\.(?:xlsx|docx|xls|doc|bin)$")
_PACKAGE: Final = "Ole10Native".encode("utf-16-le")
_FETCHED: Final = {"hyperlink", "externallinkpath"}  # what a reader follows, and only when asked to
_ODD_NAME: Final = re.compile(r"(?:^|/)\.\.(?:/|$)|^/|[\\:\0]")
_SMALL_PART: Final = 4 * 1024**2
_MACROS: Final = {"_VBA_PROJECT", "_VBA_PROJECT_CUR", "VBA", "Macros", "PROJECTwm"}
_LOCKED: Final = {"EncryptedPackage", "EncryptionInfo"}
_ROOT: Final = "Root Entry"
_WORD: Final = 0xA5EC
_IS_LOCKED: Final = 0x0100
_EOF, _FILEPASS, _BOUNDSHEET = 0x0A, 0x2F, 0x85
_WORKSHEET_KINDS: Final = {0, 2}  # of a sheet: a table or a chart; what is left is a program


def kind_of_archive(data: bytes) -> str:
    """Return the kind of a document that is an archive; raise Refused for one with programs, and for every other."""
    archive = Archive(data)
    if archive.is_locked or "encryptioninfo" in archive:
        raise Refused("encrypted")
    for part in archive.parts.values():
        if _ODD_NAME.search(part.filename) or stat.S_ISLNK(part.external_attr >> 16):
            raise Refused("odd")
    kind = _kind_by_parts(archive)
    _check_parts(archive)
    for name in archive.parts:
        _check_content(archive, name)
    return kind


def _kind_by_parts(archive: Archive) -> str:
    for name, code in _OTHERS.items():
        if name in archive:
            raise Refused(code)
    found = [kind for name, kind in _KINDS.items() if name in archive]
    if len(found) != 1 or (found != ["ofd"] and _CONTENT_TYPES not in archive):
        raise Refused("odd" if found else "archive")
    return found[0]


def _check_parts(archive: Archive) -> None:
    for name in archive.parts:
        if _PROGRAMS.search(name):
            raise Refused("macros")
        if _EMBEDDED.search(name) and not _HARMLESS.search(name):
            raise Refused("embedded")


def _check_content(archive: Archive, name: str) -> None:
    """Refuse a part of another size than it says, and one that brings in a program or something from elsewhere."""
    has_package, before = False, b""
    for piece in archive.pieces(name):
        has_package = has_package or _PACKAGE in before + piece
        before = piece[-len(_PACKAGE) :]
    if has_package:
        raise Refused("embedded")
    if name == _CONTENT_TYPES and any("macro" in said or "vba" in said for said in _said(archive, name, "ContentType")):
        raise Refused("macros")
    if name.endswith(".rels"):
        _check_relations(archive, name)


def _said(archive: Archive, name: str, attribute: str) -> list[str]:
    return [node.get(attribute, "").lower() for node in _xml(archive, name).iter()]


def _check_relations(archive: Archive, name: str) -> None:
    for node in _xml(archive, name).iter():
        kind = node.get("Type", "").rpartition("/")[2].lower()
        if kind == "afchunk":
            raise Refused("embedded")
        if node.get("TargetMode", "").lower() == "external" and kind not in _FETCHED:
            raise Refused("external")


def _xml(archive: Archive, name: str) -> ET.Element:
    data = archive.read(name, most=_SMALL_PART)
    if b"<!DOCTYPE" in data or b"\0" in data:
        raise Refused("odd")
    try:
        return ET.fromstring(data)  # noqa: S314 - without declarations, and confined
    except (ET.ParseError, ValueError, LookupError):
        raise Refused("broken") from None


def kind_of_compound(data: bytes) -> str:
    """Return the kind of an old document or workbook; raise Refused for one with programs, and for every other."""
    try:
        streams = Compound(data)
        names = streams.names
        if _ROOT not in names:
            raise Refused("broken")
        if names & _LOCKED:
            raise Refused("encrypted")
        if names & _MACROS:
            raise Refused("macros")
        if any(name.endswith("Ole10Native") for name in names):
            raise Refused("embedded")
        if "WordDocument" in names:
            return _checked_document(streams.read("WordDocument"))
        if "Workbook" in names:
            return _checked_workbook(streams.read("Workbook"))
    except (struct.error, IndexError, KeyError, UnicodeDecodeError):
        raise Refused("broken") from None
    raise Refused("document")


def _checked_document(stream: bytes) -> str:
    mark, flags = struct.unpack_from("<H8xH", stream)
    if mark != _WORD:
        raise Refused("broken")
    if flags & _IS_LOCKED:
        raise Refused("encrypted")
    return "doc"


def _checked_workbook(stream: bytes) -> str:
    for kind, content in _records(stream):
        if kind == _FILEPASS:
            raise Refused("encrypted")
        if kind == _BOUNDSHEET and content[5] not in _WORKSHEET_KINDS:
            raise Refused("macros")
    return "xls"


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        if kind == _EOF:
            return
        at += 4 + length
