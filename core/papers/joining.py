"""The child that joins PDFs, some of which people sent. Its standard input is one after the other."""

import io
import os
import sys
from typing import Any

from core.confined.child import answer
from core.confined.refusal import Refused


def main(request: str) -> None:
    """Join the PDFs whose sizes, in bytes, the request names, into the output."""
    answer(request, _join)


def _join(asked: dict[str, Any]) -> dict[str, Any]:
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415 - what looks at the files is loaded within the limits
    from pypdf.errors import PyPdfError  # noqa: PLC0415 - the same

    output = io.BytesIO()
    writer = PdfWriter()
    try:
        for size in asked["sizes"]:
            writer.append(PdfReader(io.BytesIO(sys.stdin.buffer.read(size))), import_outline=False)
        writer.write(output)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused("broken") from None
    with os.fdopen(asked["output"], "wb", closefd=False) as file:
        file.write(output.getvalue())
    return {"pages": len(writer.pages)}
