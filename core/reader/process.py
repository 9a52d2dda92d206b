"""Starting the child and hearing it out. Whatever becomes of it, the process that asked lives on."""

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, Final

from core.reader import limits
from core.reader.refusal import Refused

_START: Final = "import sys; sys.path += sys.argv[1:3]; from core.reader.child import main; main(sys.argv[3])"
_ROOT: Final = Path(__file__).resolve().parents[2]
_VERDICT_BYTES: Final = 8 * 1024**2
_OUT_OF_TIME: Final = {-signal.SIGXCPU, -signal.SIGALRM}
_OUT_OF_MEMORY: Final = {-signal.SIGABRT, -signal.SIGKILL, -signal.SIGSEGV, -signal.SIGBUS}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one reading may take: seconds, of the clock and of the processor, and bytes of address space."""

    seconds: int = limits.SECONDS
    memory_bytes: int = limits.MEMORY_BYTES


def run_child(data: bytes, asked: Mapping[str, Any], *, within: Limits) -> tuple[dict[str, Any], BinaryIO]:
    """Return the child's verdict and the file of rows, in memory, that it has written.

    Raises Refused for a child that dies, gives no answer in time, or answers nonsense.
    """
    rows = memory_file(b"")
    request = {**asked, "output": rows.fileno(), "seconds": within.seconds, "memory_bytes": within.memory_bytes}
    with memory_file(data) as source, _start(command(json.dumps(request)), source, rows) as child:
        try:
            said = _hear(child, within.seconds)
            child.wait(timeout=1)
        except subprocess.TimeoutExpired:
            raise Refused("too_slow") from None
        finally:
            child.kill()
    _check_end(child.returncode)
    try:
        verdict = json.loads(said)
    except ValueError:
        raise Refused("broken") from None
    return verdict, rows


def command(request: str) -> list[str]:
    """Return the call of an interpreter that sees the reader, the parser and the standard library alone."""
    parser = find_spec("python_calamine")
    if parser is None or parser.origin is None:
        raise ModuleNotFoundError("python_calamine")
    site = Path(parser.origin).parents[1]
    return [sys.executable, "-I", "-S", "-c", _START, str(_ROOT), str(site), request]


def memory_file(content: bytes) -> BinaryIO:
    """Return a file that never touches a disk, since a roster must not lie there in plain."""
    file = os.fdopen(os.memfd_create("table"), "w+b")
    file.write(content)
    file.seek(0)
    return file


def _start(call: list[str], source: BinaryIO, rows: BinaryIO) -> subprocess.Popen[bytes]:
    """Start the child with nothing of its parent's: no environment, no folder, no open file but these."""
    return subprocess.Popen(  # noqa: S603 - the call is put together above, of nothing a user wrote
        call,
        stdin=source,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=(rows.fileno(),),
        env={},
        cwd="/",
        umask=0o077,
        start_new_session=True,
    )


def _hear(child: subprocess.Popen[bytes], seconds: float) -> bytes:
    """Return what the child says until it falls silent; raise TimeoutExpired when it takes too long."""
    until, said, pipe = time.monotonic() + seconds, b"", child.stdout
    assert pipe is not None  # noqa: S101 - it was asked for
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while selector.select(max(0.0, until - time.monotonic())):
            piece = os.read(pipe.fileno(), 65_536)
            said += piece
            if not piece:
                return said
            if len(said) > _VERDICT_BYTES:
                raise Refused("broken")
    raise subprocess.TimeoutExpired(child.args, seconds)


def _check_end(code: int) -> None:
    if code in _OUT_OF_TIME:
        raise Refused("too_slow")
    if code in _OUT_OF_MEMORY:
        raise Refused("too_complex")
    if code:
        raise Refused("broken")
