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
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_lazy as _
from pypdf import PdfWriter
from pypdf.errors import PyPdfError

from core.errors import DomainError

SECONDS: Final = 120
_STARTER: Final = Path(__file__).with_name("office.py")
_NEVER_ON_A_DISK: Final = Path("/dev/shm")  # noqa: S108 - a folder of our own, that nobody else may enter, is made there


class NotPrinted(DomainError):
    """The documents could not be made a PDF."""

    code = "not_printed"


def can_print() -> bool:
    """Return whether this machine can make a PDF of a document."""
    return shutil.which("soffice") is not None


def to_pdf(documents: Sequence[bytes], *, seconds: int = SECONDS) -> bytes:
    """Return documents as one PDF, in their order. Raises NotPrinted when LibreOffice is absent, dies or is too slow.

    It works with a profile of its own, without the net, on files that lie in memory and are gone afterwards.
    """
    where = _NEVER_ON_A_DISK if _NEVER_ON_A_DISK.is_dir() else None
    with tempfile.TemporaryDirectory(dir=where, prefix="papers-") as folder:
        sources = [Path(folder) / f"{number:04d}.docx" for number in range(len(documents))]
        for source, document in zip(sources, documents, strict=True):
            source.write_bytes(document)
        _convert(sources, Path(folder), seconds)
        return _joined([source.with_suffix(".pdf") for source in sources])


def packed(documents: Sequence[tuple[str, bytes]]) -> bytes:
    """Return documents in one compressed folder, each under a name whose number keeps their order."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as folder:
        for number, (name, document) in enumerate(documents, 1):
            folder.writestr(f"{number:02d} {name}.docx", document)
    return output.getvalue()


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


def _joined(pages: Sequence[Path]) -> bytes:
    output = io.BytesIO()
    try:
        with PdfWriter() as writer:
            for page in pages:
                writer.append(page)
            writer.write(output)
    except (OSError, PyPdfError):
        raise NotPrinted(_("The PDF could not be made. Download the documents, and print them from there.")) from None
    return output.getvalue()
