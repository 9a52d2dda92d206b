"""What kind of file somebody sent, by its first bytes; a name proves nothing."""

from typing import Final

from core.confined.archive import Archive
from core.confined.refusal import Refused

_EMPTY_ZIP: Final = (b"PK\x05\x06", b"PK\x07\x08")
_BEGINNINGS: Final = {
    b"%PDF": "document", b"{\\rtf": "document",
    b"\x89PNG": "picture", b"\xff\xd8\xff": "picture", b"GIF8": "picture", b"BM": "picture",
    b"II*\x00": "picture", b"MM\x00*": "picture", b"RIFF": "picture",
    b"Rar!": "archive", b"7z\xbc\xaf": "archive", b"\x1f\x8b": "archive", b"BZh": "archive", b"\xfd7zXZ": "archive",
    b"\x09\x00\x04\x00": "old_workbook", b"\x09\x02\x06\x00": "old_workbook", b"\x09\x04\x06\x00": "old_workbook",
}  # fmt: skip
_PARTS: Final = {
    "mimetype": "open_document", "content.xml": "open_document",
    "xl/workbook.bin": "binary_workbook", "xl/vbaproject.bin": "macros",
    "word/document.xml": "document", "ppt/presentation.xml": "document", "encryptioninfo": "encrypted",
}  # fmt: skip
_WEB_PAGE: Final = ("<html", "<!doctype html", "<table", "<head", "<body", "<meta", "<style", "mime-version:")
_LOOKED_AT: Final = 4096


def check_beginning(data: bytes) -> None:
    """Refuse what is known to be something else than a workbook or a text file."""
    if data.startswith(_EMPTY_ZIP):
        raise Refused("broken")
    for beginning, code in _BEGINNINGS.items():
        if data.startswith(beginning) and (beginning != b"BM" or b"\0" in data[:64]):
            raise Refused(code)


def check_text(text: str) -> None:
    """Refuse a text that is a web page or another program's XML."""
    beginning = text[:_LOOKED_AT].lower().lstrip("\ufeff \t\r\n")
    if beginning.startswith("<?xml") and "spreadsheet" in beginning:
        raise Refused("xml_workbook")
    if any(mark in beginning for mark in _WEB_PAGE) and (beginning.startswith("<") or "mime-version:" in beginning):
        raise Refused("web_page")
    if beginning.startswith("<?xml"):
        raise Refused("no_table")


def check_parts(archive: Archive) -> None:
    """Refuse an archive that is no .xlsx, or one that is locked."""
    for name, code in _PARTS.items():
        if name in archive:
            raise Refused(code)
    if archive.is_locked:
        raise Refused("encrypted")
    if "xl/workbook.xml" not in archive:
        raise Refused("broken" if "[content_types].xml" in archive else "archive")
