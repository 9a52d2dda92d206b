"""Several documents as one: a PDF where LibreOffice is installed, else a folder with the documents themselves."""

import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_lazy as _
from docx import Document
from docx.shared import Emu, Mm

from core.confined.process import Limits, Program, run_child
from core.confined.refusal import Refused
from core.errors import DomainError

SECONDS: Final = 120
_JOINER: Final = Program("core.papers.joining", "pypdf")
_NOT_MADE: Final = _("The PDF could not be made. Download the documents, and print them from there.")
_STARTER: Final = Path(__file__).with_name("office.py")
_NEVER_ON_A_DISK: Final = Path("/dev/shm")  # noqa: S108 - a folder of our own, that nobody else may enter, is made there


class NotPrinted(DomainError):
    """The documents could not be made a PDF."""

    code = "not_printed"


@dataclass(frozen=True, slots=True)
class Part:
    """One document of several: a .docx, or a PDF that goes in as it is."""

    content: bytes
    is_pdf: bool = False


def can_print() -> bool:
    """Return whether this machine can make a PDF of a document."""
    return shutil.which("soffice") is not None


def to_pdf(parts: Sequence[Part], *, seconds: int = SECONDS) -> bytes:
    """Return documents as one PDF, in their order. Raises NotPrinted when LibreOffice is absent, dies or is too slow.

    It works with a profile of its own, without the net, on files that lie in memory and are gone afterwards; a child
    process joins what comes of it with the parts that were PDFs before.
    """
    made = iter(_converted([part.content for part in parts if not part.is_pdf], seconds))
    return _joined([part.content if part.is_pdf else next(made) for part in parts])


def picture_page(picture: bytes) -> bytes:
    """Return a document of one page with a picture as large as the page takes."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    shape = document.add_paragraph().add_run().add_picture(io.BytesIO(picture))
    scale = min(Mm(170) / shape.width, Mm(245) / shape.height)
    shape.width, shape.height = Emu(int(shape.width * scale)), Emu(int(shape.height * scale))
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def packed(documents: Sequence[tuple[str, bytes]]) -> bytes:
    """Return files in one compressed folder, each under its name with a number before it that keeps their order."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as folder:
        for number, (name, document) in enumerate(documents, 1):
            folder.writestr(f"{number:02d} {name}", document)
    return output.getvalue()


def _converted(documents: Sequence[bytes], seconds: int) -> list[bytes]:
    """Return each document as a PDF."""
    if not documents:
        return []
    where = _NEVER_ON_A_DISK if _NEVER_ON_A_DISK.is_dir() else None
    with tempfile.TemporaryDirectory(dir=where, prefix="papers-") as folder:
        sources = [Path(folder) / f"{number:04d}.docx" for number in range(len(documents))]
        for source, document in zip(sources, documents, strict=True):
            source.write_bytes(document)
        _convert(sources, Path(folder), seconds)
        try:
            return [source.with_suffix(".pdf").read_bytes() for source in sources]
        except OSError:
            raise NotPrinted(_NOT_MADE) from None


def _convert(sources: Sequence[Path], folder: Path, seconds: int) -> None:
    office = shutil.which("soffice")
    if office is None:
        raise NotPrinted(_("This machine has no LibreOffice. Download the documents, and print them from there."))
    call = [
        *(sys.executable, "-I", "-S", str(_STARTER), str(seconds), office),
        *(f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore", "--nologo"),
        *("--convert-to", "pdf", "--outdir", str(folder), *map(str, sources)),
    ]
    with subprocess.Popen(  # noqa: S603 - the call is put together above, of nothing a user wrote
        call,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"HOME": str(folder), "PATH": os.defpath, "LANG": "C.UTF-8"},
        cwd=folder,
        umask=0o077,
        start_new_session=True,
    ) as child:
        try:
            child.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise NotPrinted(
                _("Making the PDF takes too long. Download the documents, and print them from there.")
            ) from None
        finally:
            _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child and what it has started: it leads a group of its own."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _joined(pages: Sequence[bytes]) -> bytes:
    try:
        verdict, output = run_child(_JOINER, b"".join(pages), {"sizes": [len(page) for page in pages]}, within=Limits())
    except Refused:
        raise NotPrinted(_NOT_MADE) from None
    if "refused" in verdict:
        raise NotPrinted(_NOT_MADE)
    with output:
        output.seek(0)
        return output.read()
