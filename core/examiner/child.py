"""The child that says what a file is, and draws a picture anew for showing it. It has nothing worth stealing.

The file is its standard input; the new picture goes into a file that its parent has opened.
"""

import codecs
import os
import sys
from typing import Any, Final

from core.confined.child import answer
from core.confined.limits import open_no_more_files

_CODECS: Final = ("utf-8-sig", "gb18030", "utf-16-le", "cp437", "latin-1")


def main(request: str) -> None:
    """Examine the file of a request and say what came of it."""
    answer(request, _examine)


def _examine(asked: dict[str, Any]) -> dict[str, Any]:
    from core.examiner import kinds  # noqa: PLC0415 - what looks at the file is loaded within the limits

    data = sys.stdin.buffer.read()
    for codec in _CODECS:  # no module can be loaded once no file can be opened
        codecs.lookup(codec)
    if not kinds.is_picture(data):
        open_no_more_files()
        return {"kind": kinds.kind_of(data)}
    from core.examiner import pictures  # noqa: PLC0415 - its decoders are large, and most files need none

    pictures.load_decoders()
    with os.fdopen(asked["output"], "wb") as output:
        open_no_more_files()
        kind = kinds.kind_of(data)
        output.write(pictures.redraw(data, kind))
    return {"kind": kind}
