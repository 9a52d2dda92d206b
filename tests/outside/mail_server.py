import email.policy
import mailbox
import socket
import subprocess
import sys
import threading

import pytest
from aiosmtpd.handlers import Mailbox

SMTP = "django.core.mail.backends.smtp.EmailBackend"


class PickyMailbox(Mailbox):
    """Keeps what it is sent in a folder, and knows nobody whose address begins with "unknown"."""

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name
        if address.startswith("unknown"):
            return f"550 5.1.1 <{address}> no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"


class MailServer:
    """A mail server in a process of its own."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        mailbox.Maildir(folder)

    def start(self):
        handler = f"{PickyMailbox.__module__}.{PickyMailbox.__name__}"
        command = ["-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{self.port}", "-c", handler, str(self.folder)]
        self.process = subprocess.Popen([sys.executable, "-W", "ignore", *command], start_new_session=True)
        self._wait_for_greeting()

    def stop(self):
        self.process.kill()
        self.process.wait()

    def _wait_for_greeting(self):
        pause = threading.Event()
        for _ in range(200):
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
                    assert line.recv(3) == b"220"
                    return
            except ConnectionRefusedError:
                pause.wait(0.05)
        raise AssertionError("the mail server did not start")

    @property
    def letters(self):
        """Return what has arrived, the oldest first."""
        box = mailbox.Maildir(self.folder, factory=lambda file: email.message_from_binary_file(file, policy=POLICY))
        return sorted(box, key=lambda letter: letter["Subject"])


POLICY = email.policy.default


@pytest.fixture
def mail_server(tmp_path, settings):
    """Return a running mail server, and let the product use it."""
    server = MailServer(tmp_path / "mail")
    server.start()
    settings.EMAIL_BACKEND = SMTP
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.DEFAULT_FROM_EMAIL = "枫桥 <office@maple.example>"
    yield server
    server.stop()
