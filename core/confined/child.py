"""What every child does: it limits itself, looks at the file, says a verdict, and is gone."""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

from core.confined.limits import confine
from core.confined.refusal import Refused


def answer(request: str, look: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Say on standard output what ``look`` returns for the request, or why it refuses, and end the process."""
    asked = json.loads(request)
    confine(seconds=asked["seconds"], memory_bytes=asked["memory_bytes"])
    try:
        verdict = look(asked)
    except Refused as refused:
        verdict = {"refused": refused.code, "params": refused.params}
    except MemoryError:
        verdict = {"refused": "too_complex", "params": {}}
    sys.stdout.write(json.dumps(verdict))
    sys.stdout.flush()
    os._exit(0)  # the machine takes the memory back faster than a million values let go of it one by one
