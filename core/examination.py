"""What somebody attached to a matter: which kind of file it is, and a picture of it to show, made by a child process.

The name is what the sender calls the file; the kind follows from the content, and the two must agree.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.confined.process import Limits, Program, run_child
from core.confined.refusal import Refused
from core.errors import InvalidFile

NAME_LENGTH: Final = 120
PREVIEW_TYPE: Final = "image/jpeg"
_EXAMINER: Final = Program("core.examiner.child", "PIL")
_WITHIN: Final = Limits(seconds=20, memory_bytes=1024**3)  # 40 megapixels are 160 MB, and decoders keep two copies
_MEGABYTE: Final = 1024**2
_PREVIEW_BYTES: Final = 8 * _MEGABYTE


class FileKind(TextChoices):
    """The kinds of files that are taken in; what each is told from stands in ``core.examiner``."""

    PDF = "pdf", "PDF"
    OFD = "ofd", "OFD"
    JPEG = "jpeg", _("JPEG picture")
    PNG = "png", _("PNG picture")
    WEBP = "webp", _("WebP picture")
    DOCX = "docx", _("document (.docx)")
    XLSX = "xlsx", _("workbook (.xlsx)")
    DOC = "doc", _("document (.doc)")
    XLS = "xls", _("workbook (.xls)")
    TEXT = "text", _("plain text")
    MP4 = "mp4", _("film (.mp4)")
    M4A = "m4a", _("sound (.m4a)")
    MP3 = "mp3", _("sound (.mp3)")


# What a browser is told that a file is, and the endings its name may have, the usual one first.
_TYPES: Final[Mapping[FileKind, tuple[str, tuple[str, ...]]]] = {
    FileKind.PDF: ("application/pdf", ("pdf",)),
    FileKind.OFD: ("application/ofd", ("ofd",)),
    FileKind.JPEG: ("image/jpeg", ("jpg", "jpeg", "jfif")),
    FileKind.PNG: ("image/png", ("png",)),
    FileKind.WEBP: ("image/webp", ("webp",)),
    FileKind.DOCX: ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",)),
    FileKind.XLSX: ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",)),
    FileKind.DOC: ("application/msword", ("doc", "wps")),
    FileKind.XLS: ("application/vnd.ms-excel", ("xls", "et")),
    FileKind.TEXT: ("text/plain; charset=utf-8", ("txt", "csv", "log")),
    FileKind.MP4: ("video/mp4", ("mp4", "m4v", "3gp")),
    FileKind.M4A: ("audio/mp4", ("m4a",)),
    FileKind.MP3: ("audio/mpeg", ("mp3",)),
}
_RENAME: Final = _(
    "The name ends in .%(ending)s, but the file is: %(kind)s. Give it its right ending, or the right file."
)
MESSAGES: Final[Mapping[str, str | Promise]] = {
    "empty": _("The file is empty. Look whether it can be opened, and send it again."),
    "broken": _("The file is damaged or cut off. Look whether it can be opened, save it anew and send that."),
    "program": _("This is a program. Programs are never taken in."),
    "archive": _("This is a compressed folder. Unpack it and send the files in it."),
    "web_page": _("This is a web page or a drawing of one, which may hold programs. Print it as PDF and send that."),
    "heic": _(
        "This is a picture in HEIC, which office computers cannot show. Send it as JPEG: on an iPhone choose Settings, "
        "Camera, Formats, Most Compatible, or send yourself the picture by a chat program and save it from there."
    ),
    "picture": _("Pictures of this kind are not taken in. Save it as JPEG or PNG and send that."),
    "media": _("Film and sound are taken in as .mp4, .m4a and .mp3 alone. Convert it and send that."),
    "document": _("Documents of this kind are not taken in. Save it as PDF, .docx or .xlsx and send that."),
    "unknown": _("No kind of file that is taken in. Send PDF, JPEG, PNG, .docx, .xlsx, or a text in UTF-8 or GB18030."),
    "encrypted": _("The file is locked by a password or a right. Save it without and send that."),
    "macros": _("The document holds macros, which are programs. Save it as .docx, .xlsx or PDF and send that."),
    "external": _("The document fetches something from elsewhere when it is opened. Save it as PDF and send that."),
    "embedded": _("Another file is hidden in the file. Send that one by itself, and this one without it."),
    "scripts": _("The PDF holds programs or starts some. Print it as a new PDF and send that."),
    "odd": _("The file is built as no office program does it. Open it, save it anew and send that."),
    "bomb": _("The file is packed as no office program does it. Open it, save it anew and send that."),
    "too_large_unpacked": _("The document unpacks to more than %(megabytes)s MB. Make its pictures smaller."),
    "too_many_pixels": _("The picture has more than %(megapixels)s megapixels. Make it smaller and send that."),
    "too_slow": _("Looking at the file takes too long. Save it anew, or print it as PDF, and send that."),
    "too_complex": _("Looking at the file takes too much memory. Make it smaller, or print it as PDF, and send that."),
}


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that may be taken in: its kind, and a picture of it to show, empty where there is none."""

    kind: FileKind
    preview: bytes


def examine(data: bytes, *, name: str, within: Limits = _WITHIN) -> Examined:
    """Return what a file is, by its content. Raises InvalidFile with what to do about it for one not taken in."""
    try:
        verdict, drawn = run_child(_EXAMINER, data, {}, within=within)
        with drawn:
            kind = _kind(verdict)
            preview = _preview(drawn)
    except Refused as refused:
        raise _refusal(refused) from None
    check_ending(name, kind)
    return Examined(kind, preview)


def check_size(size: int, *, max_bytes: int) -> None:
    """Refuse a file of more than ``max_bytes`` bytes."""
    if size > max_bytes:
        raise InvalidFile(
            _("The file is larger than %(megabytes)s MB. Make it smaller, or send it in parts."),
            code="too_large",
            megabytes=max_bytes // _MEGABYTE,
        )


def content_type(kind: FileKind) -> str:
    """Return what a browser is told that files of a kind are."""
    return _TYPES[kind][0]


def ending(kind: FileKind) -> str:
    """Return the usual ending of the names of files of a kind."""
    return _TYPES[kind][1][0]


def endings() -> list[str]:
    """Return all endings that files taken in may have, with the dot."""
    return [f".{one}" for _type, those in _TYPES.values() for one in those]


def check_ending(name: str, kind: FileKind) -> None:
    """Refuse a name whose ending tells another kind; a name without one tells nothing.

    >>> check_ending("合同.PDF", FileKind.PDF)
    >>> check_ending("合同", FileKind.PDF)
    """
    _stem, dot, last = clean_name(name).rpartition(".")
    if dot and last.lower() not in _TYPES[kind][1]:
        raise InvalidFile(_RENAME, code="mismatch", ending=last, kind=kind.label)


def clean_name(name: str) -> str:
    r"""Return a file's name as it may be shown: without a path and without characters that are not seen.

    >>> clean_name("C:\\temp\\合同\u202efdp.exe ")
    '合同fdp.exe'
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(char for char in last if char == " " or unicodedata.category(char)[0] not in "CZ")
    stem, dot, end = seen.strip().rpartition(".")
    return f"{stem[: NAME_LENGTH - len(dot + end)]}{dot}{end}"[-NAME_LENGTH:]


def _kind(verdict: Mapping[str, object]) -> FileKind:
    code = verdict.get("refused")
    if code is not None:
        given = verdict.get("params")
        raise Refused(str(code), **(given if isinstance(given, dict) else {}))
    try:
        return FileKind(str(verdict["kind"]))
    except (KeyError, ValueError):
        raise Refused("broken") from None


def _preview(drawn: BinaryIO) -> bytes:
    drawn.seek(0)
    preview = drawn.read(_PREVIEW_BYTES + 1)
    if len(preview) > _PREVIEW_BYTES or preview[:3] not in {b"", b"\xff\xd8\xff"}:
        raise Refused("broken")
    return preview


def _refusal(refused: Refused) -> InvalidFile:
    """Return a child's refusal in words; what cannot be told in words comes from a child that answers nonsense."""
    error = InvalidFile(MESSAGES.get(refused.code, MESSAGES["broken"]), code=refused.code, **refused.params)
    try:
        str(error)
    except (KeyError, TypeError, ValueError):
        return InvalidFile(MESSAGES["broken"], code="broken")
    return error
