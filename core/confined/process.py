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

from core.confined import limits
from core.confined.refusal import Refused

_START: Final = (
    "import sys; sys.path += sys.argv[1:3]; "
    "from importlib import import_module; import_module(sys.argv[4]).main(sys.argv[3])"
)
_ROOT: Final = Path(__file__).resolve().parents[2]
_VERDICT_BYTES: Final = 8 * 1024**2
_OUT_OF_TIME: Final = {-signal.SIGXCPU, -signal.SIGALRM}
_OUT_OF_MEMORY: Final = {-signal.SIGABRT, -signal.SIGKILL, -signal.SIGSEGV, -signal.SIGBUS}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may take: seconds, of the clock and of the processor, and bytes of address space."""

    seconds: int = limits.SECONDS
    memory_bytes: int = limits.MEMORY_BYTES


@dataclass(frozen=True, slots=True)
class Program:
    """What a child runs: the function ``main`` of a module of the house, and the foreign package that it needs."""

    module: str
    package: str


def run_child(
    program: Program, data: bytes, asked: Mapping[str, Any], *, within: Limits
) -> tuple[dict[str, Any], BinaryIO]:
    """Let a child look at ``data``; return its verdict and the file, in memory, that it has written.

    Raises Refused for a child that dies, gives no answer in time, or answers nonsense.
    """
    output = memory_file(b"")
    request = {**asked, "output": output.fileno(), "seconds": within.seconds, "memory_bytes": within.memory_bytes}
    with memory_file(data) as source, _start(command(program, json.dumps(request)), source, output) as child:
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
    return verdict, output


def command(program: Program, request: str) -> list[str]:
    """Return the call of an interpreter that sees the house's own code, the package and the standard library alone."""
    package = find_spec(program.package)
    if package is None or package.origin is None:
        raise ModuleNotFoundError(program.package)
    site = Path(package.origin).parents[1]
    return [sys.executable, "-I", "-S", "-c", _START, str(_ROOT), str(site), request, program.module]


def memory_file(content: bytes) -> BinaryIO:
    """Return a file that never touches a disk, since what people send in must not lie there in plain."""
    file = os.fdopen(os.memfd_create("upload"), "w+b")
    file.write(content)
    file.seek(0)
    return file


def _start(call: list[str], source: BinaryIO, output: BinaryIO) -> subprocess.Popen[bytes]:
    """Start the child with nothing of its parent's: no environment, no folder, no open file but these."""
    return subprocess.Popen(  # noqa: S603 - the call is put together above, of nothing a user wrote
        call,
        stdin=source,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=(output.fileno(),),
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
