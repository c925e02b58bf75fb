"""Whether a TCP port of this machine is free, and who has it."""

import contextlib
import socket
from typing import Any

import psutil

from lab.errors import LabError
from lab.language import say


def refuse_a_taken_port(port: int, remedy: str) -> None:
    """Refuse a port that somebody listens on.

    Args:
        port: On 127.0.0.1.
        remedy: The command that takes another port.

    Raises:
        LabError: Somebody listens there; the message says who.
    """
    with socket.socket() as probe:
        # As servers do: a port whose last connections are just closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            return  # Below 1024 Docker may listen though we may not.
        except OSError:
            raise _port_is_taken(port, remedy) from None


def _port_is_taken(port: int, remedy: str) -> LabError:
    holder = None
    with contextlib.suppress(psutil.Error):  # macOS tells root only
        holder = holder_of_port(port)
    return LabError(
        say(
            "Port {port} is taken by {holder}. Stop it, or choose another port: {remedy}",
            port=port,
            holder=holder or say("another process"),
            remedy=remedy,
        )
    )


def listener_on(port: int) -> Any | None:
    """Return the connection (psutil) that listens on a TCP port here; None when it is free.

    Its pid is None where the process is another user's.
    """
    for connection in psutil.net_connections(kind="tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
            return connection
    return None


def holder_of_port(port: int) -> str | None:
    """Return who listens on a TCP port here: `name (pid 123)`, or None when it is free."""
    connection = listener_on(port)
    if connection is None:
        return None
    if connection.pid is None:
        return say("a process of another user")
    try:
        return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except psutil.Error:
        return f"pid {connection.pid}"


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
