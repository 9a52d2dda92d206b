import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

HANG = "hang"  # takes the request and does not answer until the test is over
DROP = "drop"  # takes the request and hangs up


@dataclass
class Request:
    headers: dict[str, str]
    body: bytes


@dataclass
class Gateway:
    """A gateway that answers what it is told to, the last answer for ever, and remembers what it was told."""

    url: str
    answers: list[int | str] = field(default_factory=lambda: [200])
    requests: list[Request] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def keys(self):
        return [request.headers["Idempotency-Key"] for request in self.requests]

    def next_answer(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        gateway = self.server.gateway
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = gateway.next_answer()
        gateway.requests.append(Request(dict(self.headers), body))
        gateway.asked.set()
        if answer == DROP:
            return
        if answer == HANG:
            gateway.released.wait(60)
            answer = 200
        self.send_response(answer)
        if 300 <= answer < 400:
            self.send_header("Location", f"{gateway.url}elsewhere/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def gateway():
    """Return a running gateway on a port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.gateway = Gateway(f"http://127.0.0.1:{server.server_port}/")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server.gateway
    server.gateway.released.set()
    server.shutdown()
    thread.join()
    server.server_close()
