"""The step between asking LibreOffice and LibreOffice: it takes the net and the machine's wealth away, then becomes it.

It runs as a process of its own, so that what it gives up stays given up for what it starts, and for nobody else.
"""

import ctypes
import os
import resource
import signal
import sys
from typing import Final

_NEW_USERS, _NEW_NET = 0x10000000, 0x40000000
MEMORY_BYTES: Final = 4 * 1024**3  # of addresses; what it touches is a tenth of it
OUTPUT_BYTES: Final = 256 * 1024**2


def main() -> None:
    """Become the program named by the arguments: seconds, then its call."""
    seconds, *call = sys.argv[1:]
    _leave_the_net()
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, int(seconds)),
        (resource.RLIMIT_FSIZE, OUTPUT_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
    signal.alarm(int(seconds) + 1)  # outlives the exec, and ends it should its parent have died
    os.execv(call[0], call)  # noqa: S606 - the call is put together by the house


def _leave_the_net() -> None:
    """Enter a net without a way out, where the kernel lets everybody make one; it refuses by -1 where it does not."""
    libc = ctypes.CDLL(None)
    if libc.unshare(_NEW_NET) != 0:
        libc.unshare(_NEW_USERS | _NEW_NET)


if __name__ == "__main__":
    main()
