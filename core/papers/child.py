"""The child that reads the placeholders of a template somebody sent. The file is its standard input."""

import codecs
import sys
from typing import Any

from core.confined.child import answer
from core.confined.limits import open_no_more_files


def main(request: str) -> None:
    """Read the template of a request and say what stands in it."""
    answer(request, _read)


def _read(_asked: dict[str, Any]) -> dict[str, Any]:
    from core.papers.reading import read_template  # noqa: PLC0415 - what looks at the file is loaded within the limits

    data = sys.stdin.buffer.read()
    codecs.lookup("cp437")  # of names in archives; no module can be loaded once no file can be opened
    open_no_more_files()
    reading = read_template(data)
    return {"fields": sorted(reading.fields), "cells": sorted(reading.cells), "faults": reading.faults}
