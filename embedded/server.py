"""What the two servers have in common: one owner at a time, a start that waits, a stop that is clean."""

import abc
import contextlib
import signal
import subprocess
from pathlib import Path
from typing import IO, ClassVar, Final, Self

from embedded import paths
from embedded.locks import try_lock, wait_for_lock
from embedded.processes import dying_with_parent, open_to, server_account, server_environment
from embedded.waiting import until

START_SECONDS: Final = 60
STOP_SECONDS: Final = 20


class Server(abc.ABC):
    """A server that this process owns, or shares with the process that owns it.

    Two locks tell who is there. The owner holds ``owner.lock``; the server itself
    inherits ``server.lock``, so whoever gets that one knows that no process of an
    earlier server is left, even one whose owner was killed.
    """

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self, *, durable: bool = True) -> None:
        self.durable = durable
        self.root = paths.state_dir() / self.name
        self._process: subprocess.Popen[bytes] | None = None
        self._owner_lock: IO[bytes] | None = None

    @abc.abstractmethod
    def answers(self) -> bool:
        """Say whether the server can be used now."""

    @abc.abstractmethod
    def prepare(self) -> list[str]:
        """Make the files the server needs and return the command that runs it."""

    def settle(self) -> None:  # noqa: B027 -- a server may have nothing to do here
        """Do what is to be done once it answers."""

    @property
    def is_owned(self) -> bool:
        """Say whether the server is a child of this process."""
        return self._process is not None

    @property
    def pid(self) -> int | None:
        """Return the process id of an owned server, None for a shared one."""
        return None if self._process is None else self._process.pid

    def ensure(self) -> Self:
        """Start the server, or wait until the process that owns it has it answering."""
        if not until(lambda: self._claim() or self.answers(), seconds=START_SECONDS):
            raise SystemExit(f"another process holds {self.root}, but its server does not answer")
        if self._owner_lock is not None:
            self._start()
        return self

    def has_ended(self) -> bool:
        """Say whether the server is gone: an owned one has exited, a shared one has lost its owner."""
        if self._process is not None:
            return self._process.poll() is not None
        handle = try_lock(self.root / "owner.lock")
        if handle is None:
            return False
        handle.close()
        return True

    def stop(self) -> None:
        """End an owned server and wait for it; leave a shared one alone."""
        if self._process is not None:
            _end(self._process, self.stop_signal)
            self._process = None
        if self._owner_lock is not None:
            self._owner_lock.close()
            self._owner_lock = None

    def _claim(self) -> bool:
        self._owner_lock = try_lock(self.root / "owner.lock")
        return self._owner_lock is not None

    def _start(self) -> None:
        try:
            self._process = self._spawn(paths.log_file(self.name))
            self.settle()
        except BaseException:
            self.stop()
            raise

    def _spawn(self, log: Path) -> subprocess.Popen[bytes]:
        account = server_account()
        for folder in (paths.state_dir(), self.root, paths.state_dir() / "run"):
            open_to(account, folder)
        log.parent.mkdir(mode=0o700, exist_ok=True)  # a failed statement is logged with what it held
        with self._server_lock() as lock, log.open("ab") as output:
            command = self.prepare()
            process = subprocess.Popen(  # noqa: S603 -- a program of ours with arguments of ours
                command,
                cwd=self.root,
                env=server_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=account.uid,
                group=account.gid,
                extra_groups=account.extra_groups,
                start_new_session=True,
                pass_fds=(lock.fileno(),),
                preexec_fn=dying_with_parent(self.stop_signal),  # noqa: PLW1509 -- this process has one thread
            )
        until(lambda: self.answers() or process.poll() is not None, seconds=START_SECONDS)
        if process.poll() is not None or not self.answers():
            _end(process, signal.SIGKILL)
            raise SystemExit(f"{self.name} did not start; the end of {log}:\n{_tail(log)}")
        return process

    def _server_lock(self) -> IO[bytes]:
        lock = wait_for_lock(self.root / "server.lock", seconds=STOP_SECONDS)
        if lock is None:
            raise SystemExit(f"an earlier {self.name} still runs on {self.root}; end it and start again")
        return lock


def _end(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if process.poll() is not None:
        return
    process.send_signal(number)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tail(log: Path) -> str:
    with contextlib.suppress(OSError):
        return log.read_text(errors="replace")[-2000:]
    return ""
