"""What kind of file somebody sent, by its first bytes; a name proves nothing."""

from typing import Final

from core.reader.refusal import Refused

ZIP: Final = b"PK\x03\x04"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EMPTY_ZIP: Final = (b"PK\x05\x06", b"PK\x07\x08")
_BEGINNINGS: Final = {
    b"%PDF": "document", b"{\\rtf": "document",
    b"\x89PNG": "picture", b"\xff\xd8\xff": "picture", b"GIF8": "picture", b"BM": "picture",
    b"II*\x00": "picture", b"MM\x00*": "picture", b"RIFF": "picture",
    b"Rar!": "archive", b"7z\xbc\xaf": "archive", b"\x1f\x8b": "archive", b"BZh": "archive", b"\xfd7zXZ": "archive",
    b"\x09\x00\x04\x00": "old_workbook", b"\x09\x02\x06\x00": "old_workbook", b"\x09\x04\x06\x00": "old_workbook",
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
