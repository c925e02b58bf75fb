"""Counts the HTTP requests that reach a port of this machine, whoever sends them.

It reads the packets of the loopback interface, so it counts the same way for each emulator and
changes nothing in it: the requests of functions, of clients and of an emulator to itself, if they
go over a connection. Calls inside a process are none.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

from lab.errors import LabError

_IPV4 = 0x0800
"""https://man7.org/linux/man-pages/man7/packet.7.html"""
_TCP = 6
_HEAD_BYTES = 512
"""Of each packet: enough for both headers and the request line of what is looked for."""
_BUFFER_BYTES = 8 << 20
_LOOK_SECONDS = 0.2
_METHODS = (b"GET ", b"PUT ", b"POST ", b"HEAD ", b"DELETE ", b"PATCH ", b"OPTIONS ")


class Requests:
    """The requests to one port so far.

    Args:
        port: Where they go.
        left_out: Requests with this in their first line are not counted.
    """

    def __init__(self, port: int, left_out: bytes) -> None:
        self.count = 0
        self._port = port
        self._left_out = left_out
        self._last = time.monotonic()

    def take(self, packet: bytes) -> None:
        """Count a packet if it begins a request."""
        request = request_line(packet, self._port)
        if request and self._left_out not in request:
            self.count += 1
            self._last = time.monotonic()

    def wait_for_quiet(self, seconds: float) -> None:
        """Wait until no request has come for a time: what follows a result is counted too."""
        while (passed := time.monotonic() - self._last) < seconds:
            time.sleep(seconds - passed)


@contextlib.contextmanager
def counted_requests(port: int, left_out: bytes) -> Iterator[Requests]:
    """Count the requests to a port during the block.

    Args:
        port: Where they go, on 127.0.0.1.
        left_out: Requests with this in their first line are not counted.

    Raises:
        LabError: This user may not read packets.
    """
    requests = Requests(port, left_out)
    is_over = threading.Event()
    with _packets() as packets:

        def read() -> None:
            while not is_over.is_set():
                with contextlib.suppress(TimeoutError):
                    packet, (_, _, kind, *_) = packets.recvfrom(_HEAD_BYTES)
                    if kind != socket.PACKET_OUTGOING:  # else each would be seen twice
                        requests.take(packet)

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        try:
            yield requests
        finally:
            is_over.set()
            reader.join()


def _packets() -> socket.socket:
    try:
        packets = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_IPV4))
    except PermissionError as error:
        raise LabError("Requests are not counted: only root may read packets.") from error
    packets.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
    packets.settimeout(_LOOK_SECONDS)
    packets.bind(("lo", _IPV4))
    return packets


def request_line(packet: bytes, port: int) -> bytes:
    """Return the first line of the HTTP request that an IPv4 packet begins; empty if it is none.

    Args:
        packet: From its IP header on (RFC 791; then TCP, RFC 9293), perhaps cut off.
        port: Where the request must go.
    """
    header = (packet[0] & 0x0F) * 4
    if packet[9] != _TCP or int.from_bytes(packet[header + 2 : header + 4]) != port:
        return b""
    content = packet[header + (packet[header + 12] >> 4) * 4 :]
    return content.partition(b"\r\n")[0] if content.startswith(_METHODS) else b""
