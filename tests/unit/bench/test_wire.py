import contextlib
import socket
import struct
from collections.abc import Iterator

import pytest

from bench.wire import Requests, counted_requests, request_line
from lab.errors import LabError

PORT = 4566


def packet(content: bytes, port: int = PORT, options: bytes = b"", protocol: int = 6) -> bytes:
    ip = struct.pack("!BBHHHBBHII", 0x45, 0, 0, 0, 0, 64, protocol, 0, 0x7F000001, 0x7F000001)
    offset = (20 + len(options)) // 4 << 4
    tcp = struct.pack("!HHIIBBHHH", 50000, port, 1, 1, offset, 0x18, 0, 0, 0)
    return ip + tcp + options + content


@pytest.mark.parametrize("options", [b"", b"\x01" * 12])
def test_a_packet_that_begins_a_request_tells_its_first_line(options: bytes) -> None:
    content = b"PUT /bucket/key HTTP/1.1\r\nHost: here\r\n\r\nbody"
    assert request_line(packet(content, options=options), PORT) == b"PUT /bucket/key HTTP/1.1"


@pytest.mark.parametrize(
    "other",
    [
        packet(b""),
        packet(b"the rest of a body"),
        packet(b"HTTP/1.1 200 OK\r\n"),
        packet(b"GET / HTTP/1.1\r\n", port=PORT + 1),
        packet(b"GET / HTTP/1.1\r\n", protocol=17),
    ],
)
def test_any_other_packet_is_no_request(other: bytes) -> None:
    assert request_line(other, PORT) == b""


def test_the_benchmarks_own_looks_do_not_count() -> None:
    requests = Requests(PORT, b"list-type=2")
    requests.take(packet(b"GET /processed?list-type=2&prefix=x HTTP/1.1\r\n"))
    requests.take(packet(b"GET /processed/x HTTP/1.1\r\n"))
    assert requests.count == 1


def test_a_request_over_a_real_connection_counts_once() -> None:
    lines = (b"POST / HTTP/1.1", b"GET /look HTTP/1.1", b"GET /a HTTP/1.1")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with (
            counted_or_skipped(port) as requests,
            socket.create_connection(("127.0.0.1", port)) as client,
            server.accept()[0] as connection,
        ):
            for line in lines:
                client.sendall(line + b"\r\n\r\n")
                connection.recv(1024)  # so that each is a packet of its own
            requests.wait_for_quiet(0.3)
    assert requests.count == 2


@contextlib.contextmanager
def counted_or_skipped(port: int) -> Iterator[Requests]:
    try:
        with counted_requests(port, b"/look") as requests:
            yield requests
    except LabError as error:
        pytest.skip(str(error))
