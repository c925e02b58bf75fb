"""Imported by Python itself at its start, in LocalStack and in the tests of its suite.

Names under localhost.localstack.cloud lead to this machine, as public DNS says; here nobody needs
to be asked, and the hosts file stays as it is. Port 4566, which the suite has written in many
places, leads to the port that the server really listens on, so that a lab of the user's may go on;
and the server says 4566 where it calls itself, because queue URLs repeat it.
Where nothing is to be downloaded, LocalStack's four attempts at fetching a Java, of three seconds
each, become none. And where LocalStack alone is measured, the lab's gate for web pages is away,
which otherwise stays whatever LAB_FIDELITY says.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import socket
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

NAME = "localhost.localstack.cloud"
WRITTEN_PORT = 4566
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
JAVA = "localstack.packages.java"
CONNECT = "localstack.aws.connect"
GATE = "lab_engine.gate.patches"


def _is_ours(host: object) -> bool:
    name = host.decode(errors="replace") if isinstance(host, bytes) else host
    return isinstance(name, str) and (name == NAME or name.endswith((f".{NAME}", ".localhost")))


def _answering(resolve: Callable[..., Any]) -> Callable[..., Any]:
    def answer(host: object, *arguments: Any, **options: Any) -> Any:
        return resolve("127.0.0.1" if _is_ours(host) else host, *arguments, **options)

    return answer


def _redirecting(connect: Callable[..., Any], port: int) -> Callable[..., Any]:
    def to(self: socket.socket, address: Any) -> Any:
        if isinstance(address, tuple) and address[1] == WRITTEN_PORT and address[0] in LOOPBACK:
            address = (address[0], port, *address[2:])
        return connect(self, address)

    return to


class _ChangeAfterImport(importlib.abc.MetaPathFinder):
    """Changes a module of the given name right after it was imported, once."""

    def __init__(self, name: str, change: Callable[[Any], None]) -> None:
        self._name = name
        self._change = change

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - the interface
        target: ModuleType | None = None,  # noqa: ARG002 - the interface
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        loader: Any = spec.loader if spec else None
        run = loader.exec_module

        def run_and_change(module: Any) -> None:
            run(module)
            self._change(module)

        loader.exec_module = run_and_change
        return spec


def _with_written_port(connect: Any) -> None:
    """Have LocalStack call itself by the written port too, which it repeats in queue URLs."""
    endpoint = connect.get_service_endpoint
    own = f":{os.environ['LAB_CONFORMANCE_PORT']}"
    connect.get_service_endpoint = lambda: (endpoint() or "").replace(own, f":{WRITTEN_PORT}")


def _without_download(java: Any) -> None:
    java.JavaPackageInstaller._install = _refuse


def _without_patches(room: Any) -> None:
    room.PATCHES = room.STARTS = ()


def _refuse(*_: object) -> None:
    from localstack.packages.api import PackageException

    message = "nothing is downloaded in this run"
    raise PackageException(message)


socket.getaddrinfo = _answering(socket.getaddrinfo)
socket.gethostbyname = _answering(socket.gethostbyname)
if "LAB_CONFORMANCE_PORT" in os.environ:
    for name in ("connect", "connect_ex"):
        redirecting = _redirecting(
            getattr(socket.socket, name), int(os.environ["LAB_CONFORMANCE_PORT"])
        )
        setattr(socket.socket, name, redirecting)
    sys.meta_path.insert(0, _ChangeAfterImport(CONNECT, _with_written_port))
if os.environ.get("LAB_CONFORMANCE_DOWNLOADS") != "on":
    sys.meta_path.insert(0, _ChangeAfterImport(JAVA, _without_download))
if os.environ.get("LAB_CONFORMANCE_GATE") == "off":
    sys.meta_path.insert(0, _ChangeAfterImport(GATE, _without_patches))
