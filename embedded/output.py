"""The output of several children on one terminal, each line led by the name of its child."""

import contextlib
import os
from typing import IO, Final

COLOURS: Final = (36, 33, 32, 35, 34)
READ_BYTES: Final = 65_536


class PrefixedOutput:
    """Whole lines of one child; what comes after the last line end waits for the next read."""

    def __init__(self, name: str, *, width: int, colour: int, target: IO[str]) -> None:
        head = f"{name:<{width}} | "
        self._head = f"\033[{colour}m{head}\033[0m" if target.isatty() else head
        self._target = target
        self._pending = b""

    def relay(self, descriptor: int) -> bool:
        """Pass on what can be read from ``descriptor`` now; return False at its end."""
        read = os.read(descriptor, READ_BYTES)
        *lines, self._pending = (self._pending + read).split(b"\n")
        if not read and self._pending:
            lines.append(self._pending)
            self._pending = b""
        for line in lines:
            self.write(line.decode(errors="replace"))
        return bool(read)

    def write(self, line: str) -> None:
        """Print one line."""
        with contextlib.suppress(OSError):  # the terminal is gone: the children are still to be ended in order
            self._target.write(f"{self._head}{line}\n")
            self._target.flush()
