"""A stand-in for the network between the processes and the broker: one port for each, any of which can go deaf.

Run as a process of its own, ``python -m faults.proxy SOCKET NAME …``: it prints the port of each name on one line and
then obeys lines such as ``worker1 4.5``. The connections that worker1 has then stay open, but nothing comes
through any more; after 4.5 seconds they are reset. Connections made meanwhile work.
"""

import asyncio
import sys
from asyncio import FIRST_COMPLETED, Future, StreamReader, StreamWriter
from collections import defaultdict
from typing import Final

HOST: Final = "127.0.0.1"
CHUNK: Final = 65_536


class Proxy:
    """Connections from ports of its own to the socket ``target``, by the name of the port."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._links: dict[str, set[Link]] = defaultdict(set)

    async def listen(self, name: str) -> int:
        """Open a port for ``name`` and return it."""

        async def serve(reader: StreamReader, writer: StreamWriter) -> None:
            await self._serve(name, reader, writer)

        server = await asyncio.start_server(serve, HOST)
        port: int = server.sockets[0].getsockname()[1]
        return port

    def deafen(self, name: str, seconds: float) -> None:
        """Let nothing through the present connections of ``name``, and reset them after ``seconds``."""
        for link in self._links[name]:
            link.deafen(seconds)

    async def _serve(self, name: str, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_unix_connection(self._target)
        except OSError:
            writer.transport.abort()
            return
        link = Link()
        self._links[name].add(link)
        try:
            await link.carry(reader, writer, far_reader, far_writer)
        finally:
            self._links[name].discard(link)
            writer.transport.abort()
            far_writer.transport.abort()


class Link:
    """One connection through the proxy."""

    def __init__(self) -> None:
        self._is_deaf = False
        self._over: Future[None] = asyncio.get_running_loop().create_future()

    def deafen(self, seconds: float) -> None:
        if not self._is_deaf:
            self._is_deaf = True
            asyncio.get_running_loop().call_later(seconds, self._end)

    async def carry(
        self, reader: StreamReader, writer: StreamWriter, far_reader: StreamReader, far_writer: StreamWriter
    ) -> None:
        """Carry bytes both ways until one side ends; the end of the far side does not come through a deaf link."""
        outward = asyncio.ensure_future(self._pump(reader, far_writer))
        inward = asyncio.ensure_future(self._pump(far_reader, writer))
        await asyncio.wait({outward, inward, self._over}, return_when=FIRST_COMPLETED)
        if self._is_deaf:
            await asyncio.wait({outward, self._over}, return_when=FIRST_COMPLETED)
        outward.cancel()
        inward.cancel()

    async def _pump(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            while data := await reader.read(CHUNK):
                if not self._is_deaf:
                    writer.write(data)
                    await writer.drain()
        except ConnectionError:
            return

    def _end(self) -> None:
        if not self._over.done():
            self._over.set_result(None)


async def _obey(target: str, names: list[str]) -> None:
    proxy = Proxy(target)
    ports = [await proxy.listen(name) for name in names]
    sys.stdout.write(" ".join(map(str, ports)) + "\n")
    sys.stdout.flush()
    orders = StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        name, seconds = line.decode().split()
        proxy.deafen(name, float(seconds))


if __name__ == "__main__":
    asyncio.run(_obey(sys.argv[1], sys.argv[2:]))
