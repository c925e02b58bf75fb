"""A way to the lab that a test can cut, lead elsewhere, and make slow."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

CHUNK_BYTES = 65536


@dataclass
class Wire:
    """A port of this machine that leads to another one.

    Args:
        target: Where to.
        port: Its own port.
        delay_seconds: How long each request is held up.
    """

    target: int
    port: int
    delay_seconds: float = 0.0
    _open: list[socket.socket] = field(default_factory=list)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextlib.contextmanager
    def connected(self) -> Iterator[None]:
        """Lead there until the end of the block; then connections are refused."""
        listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=[listener], daemon=True).start()
        try:
            yield
        finally:
            for each in (listener, *self._open):
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                each.close()
            self._open.clear()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):  # it was closed
            while True:
                here, _ = listener.accept()
                there = socket.create_connection(("127.0.0.1", self.target))
                self._open += [here, there]
                for way, delays in (((here, there), True), ((there, here), False)):
                    threading.Thread(target=self._pass_on, args=[*way, delays], daemon=True).start()

    def _pass_on(self, start: socket.socket, end: socket.socket, delays: bool) -> None:
        with contextlib.suppress(OSError):  # either side was closed
            while chunk := start.recv(CHUNK_BYTES):
                if delays:
                    time.sleep(self.delay_seconds)
                end.sendall(chunk)
            end.shutdown(socket.SHUT_WR)
