"""What the child may take of the machine. It sets its own limits before it looks at a single byte of the file."""

import resource
import signal
from typing import Final

MEMORY_BYTES: Final = 512 * 1024**2
OUTPUT_BYTES: Final = 256 * 1024**2
SECONDS: Final = 25


def confine(*, seconds: int, memory_bytes: int) -> None:
    """Limit address space, time and output for good; start no process, leave no core.

    The alarm ends a child whose parent has died.
    """
    for what, limit in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, OUTPUT_BYTES),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
    signal.alarm(seconds + 1)


def open_no_more_files() -> None:
    """Allow no file beside those that are open."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
