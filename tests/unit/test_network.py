"""The watcher sees an address, a name and a program that are not this machine's."""

import socket
import subprocess
import sys

from tests.network import elsewhere, watched

AWAY = "192.0.2.1"
"""Nobody's: kept for documentation (RFC 5737). Nothing here sends a packet."""


def test_an_address_a_name_and_a_program_are_seen() -> None:
    with watched() as seen, socket.socket(type=socket.SOCK_DGRAM) as by_udp:
        by_udp.connect((AWAY, 9))
        socket.getaddrinfo(AWAY, 443, flags=socket.AI_NUMERICHOST)
        subprocess.run([sys.executable, "-S", "-c", ""], check=True)
    expected = {
        ("socket.connect", AWAY),
        ("socket.getaddrinfo", AWAY),
        ("subprocess.Popen", sys.executable),
    }
    assert expected <= set(elsewhere(seen))


def test_this_machine_is_not_elsewhere() -> None:
    with watched() as seen, socket.socket(type=socket.SOCK_DGRAM) as by_udp:
        by_udp.connect(("127.0.0.1", 9))
        socket.getaddrinfo("127.0.0.1", 443, flags=socket.AI_NUMERICHOST)
    assert len(seen) == 2
    assert elsewhere(seen) == []
