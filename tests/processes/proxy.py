"""A socket between the product and a server, which can be made to swallow what it should pass on."""

import contextlib
import selectors
import socket
from threading import Event, Thread

READ_BYTES = 65_536


class Proxy:
    """Listens on a port and passes everything on to a Unix socket, or to nobody when there is none.

    ``swallow`` lets every connection that is open now stand half-open: nothing comes through and nothing ends, while
    new connections are served. ``is_black_hole`` does so to every new one.
    """

    def __init__(self, target=None, *, is_black_hole=False):
        self.is_black_hole = is_black_hole
        self.accepted = 0
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._pairs = {}
        self._swallowed = []
        self._is_over = Event()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def port(self):
        return self._listener.getsockname()[1]

    def swallow(self):
        for end in list(self._pairs):
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(end)
        self._swallowed += self._pairs
        self._pairs = {}

    def close(self):
        self._is_over.set()
        self._thread.join()
        for end in [self._listener, *self._pairs, *self._swallowed]:
            end.close()

    def _serve(self):
        while not self._is_over.is_set():
            for key, _events in self._selector.select(0.1):
                if key.fileobj is self._listener:
                    self._accept()
                else:
                    self._pass_on(key.fileobj)

    def _accept(self):
        near, _address = self._listener.accept()
        self.accepted += 1
        if self.is_black_hole:
            self._swallowed.append(near)
            return
        far = socket.socket(socket.AF_UNIX)
        try:
            far.connect(str(self._target))
        except OSError:
            near.close()
            far.close()
            return
        self._pairs |= {near: far, far: near}
        for end in (near, far):
            self._selector.register(end, selectors.EVENT_READ)

    def _pass_on(self, end):
        other = self._pairs.get(end)
        if other is None:
            return
        try:
            data = end.recv(READ_BYTES)
            if data:
                other.sendall(data)
                return
        except OSError:
            pass
        for one in (end, other):
            self._pairs.pop(one, None)
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(one)
            one.close()
