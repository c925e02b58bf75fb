"""The template: a process that has imported boto3 and forks processes that run functions.

Importing boto3 takes most of a cold start and most of a function's memory. A process forked from
the template has it already: it is ready in milliseconds, and shares the template's memory until it
writes to it. `forking.py` is the other side, in LocalStack.

The script runs with the import path of a function's process, so a forked process finds the same
modules as a new one. If the function could see a difference, because it has modules or interpreter
settings of its own, the forked process starts a new interpreter in its place.
"""

import contextlib
import ctypes
import gc
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import time
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

ORDER_BYTES = 64 * 1024
"""An order is mostly a function's environment variables, 4 KB at most on AWS."""

ROOM = "LAMBDA_ROOM_FOR_VARIABLES"
"""A variable that reserves space, as long as a function's variables can be."""

PID = b"pid "
"""Begins the first message about a forked process; the second is its exit status alone."""

READ_AT_THE_START = (
    "PYTHON",
    "LD_",
    "AWS_CONFIG_FILE",
    "AWS_DATA_PATH",
    "AWS_PROFILE",
    "AWS_SHARED_CREDENTIALS_FILE",
)
"""Prefixes of variables that only a new interpreter or a new boto3 session would read."""

PR_SET_PDEATHSIG = 1
"""https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html"""

USUAL_SERVICES = ("s3", "sqs", "sns", "stepfunctions")
"""A first client takes long to load the service's description: 60 ms for S3."""


@dataclass(frozen=True)
class Order:
    """What a forked process shall run."""

    variables: dict[str, str]
    folder: str
    output: int
    """The file descriptor to which it writes."""


class Fork:
    """A forked process, and the socket on which its end is reported."""

    def __init__(self, pid: int, line: socket.socket) -> None:
        self.line = line
        self.end = os.pidfd_open(pid)
        self._pid = pid

    def report_end(self) -> None:
        """Report how it ended, as subprocess does: a status, or a signal as a negative number.

        It stays a zombie, so that its process id is not used again while LocalStack knows it.
        """
        ended = os.waitid(os.P_PIDFD, self.end, os.WEXITED | os.WNOWAIT)
        assert ended is not None
        status = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
        with contextlib.suppress(BrokenPipeError):
            self.line.send(str(status).encode())

    def kill_and_reap(self) -> None:
        """Kill the process and its process group, and collect its exit status."""
        with contextlib.suppress(ProcessLookupError):  # it may not have a group yet
            os.killpg(self._pid, signal.SIGKILL)
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)

    def close(self) -> None:
        """Close the file descriptors."""
        self.line.close()
        os.close(self.end)


class TemplateServer:
    """Takes orders until LocalStack ends.

    Args:
        orders: A socket with one order in each packet, and two file descriptors: for the process's
            output, and the socket on which its end is reported.
    """

    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders
        self._is_closed = False
        self._forks: set[Fork] = set()
        self._selector = selectors.DefaultSelector()
        self._selector.register(orders, selectors.EVENT_READ, self._take_order)

    def serve(self) -> Order | None:
        """Fork a process for each order.

        Returns:
            In a forked process its order; in the template None, when LocalStack has ended.
        """
        while not self._is_closed:
            for key, _ in self._selector.select():
                order: Order | None = key.data()
                if order is not None:
                    return order
        for fork in self._forks:
            fork.kill_and_reap()
        return None

    def _take_order(self) -> Order | None:
        packet, descriptors, _, _ = socket.recv_fds(self._orders, ORDER_BYTES, 2)
        if not packet:
            self._is_closed = True
            return None
        output, line = descriptors[0], socket.socket(fileno=descriptors[1])
        template = os.getpid()
        pid = os.fork()
        if pid == 0:
            os.setsid()
            die_with(template)
            line.send(PID + str(os.getpid()).encode())
            line.close()
            self._close_own()
            return Order(**json.loads(packet), output=output)
        os.close(output)
        self._watch(Fork(pid, line))
        return None

    def _watch(self, fork: Fork) -> None:
        self._forks.add(fork)
        self._selector.register(fork.end, selectors.EVENT_READ, partial(self._report_end, fork))
        self._selector.register(fork.line, selectors.EVENT_READ, partial(self._remove, fork))

    def _report_end(self, fork: Fork) -> None:
        if fork in self._forks:  # it may have been removed a moment ago
            self._selector.unregister(fork.end)
            fork.report_end()

    def _remove(self, fork: Fork) -> None:
        """Remove a process whose socket LocalStack has closed."""
        self._selector.unregister(fork.line)
        if fork.end in self._selector.get_map():
            self._selector.unregister(fork.end)
        fork.kill_and_reap()
        fork.close()
        self._forks.remove(fork)

    def _close_own(self) -> None:
        """Close everything of the template, in a forked process."""
        self._selector.close()
        self._orders.close()
        for fork in self._forks:
            fork.close()
        self._forks.clear()


def preload() -> None:
    """Import boto3, and let its default session load what clients of the usual services need.

    No client is kept, and the session keeps no credentials, region or address: they come from the
    variables of the process that uses it.
    """
    import boto3  # noqa: PLC0415 - only the template process needs it
    from botocore import loaders  # noqa: PLC0415 - as above

    description: Any = loaders
    description.OrderedDict = dict  # which keeps its order as well: 35 MB instead of 40
    connect: Any = boto3.client  # its overloads want the service's name literally
    nobody = {"aws_access_key_id": "none", "aws_secret_access_key": "none"}
    for service in USUAL_SERVICES:
        connect(service, region_name="us-east-1", **nobody)
    remember_user_agents()
    gc.collect()
    gc.freeze()  # the collector would write to every object, and so copy every page


def remember_user_agents() -> None:
    """Let boto3 make each part of the user agent once: 0.16 of 0.26 ms for every request."""
    from botocore import useragent  # noqa: PLC0415 - only the template process needs it

    module: Any = useragent
    module.sanitize_user_agent_string_component = lru_cache(
        module.sanitize_user_agent_string_component
    )


def die_with(parent: int) -> None:
    """Ask the kernel to kill this process when the parent ends, even while it is stopped.

    The kernel does so at the end of the thread that forked; a template has one thread. Processes
    that a function starts are not killed by this: see guard.py.
    """
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # the parent has ended meanwhile
        os._exit(1)


class EnvironmentArea:
    """The memory that /proc/PID/environ shows: the variables with which the process was started.

    The guard finds a function's processes by it, so a forked process writes its own variables over
    the template's.
    """

    def __init__(self) -> None:
        getenv: Any = ctypes.CDLL(None).getenv
        getenv.restype = ctypes.c_void_p
        self._address: int = getenv(ROOM.encode()) - len(f"{ROOM}=")
        self._bytes = len(f"{ROOM}={os.environ[ROOM]}") + 1

    def show(self, variables: dict[str, str]) -> None:
        """Write as many of the variables as fit."""
        text = "".join(f"{name}={value}\0" for name, value in variables.items()).encode()
        shown = text[: self._bytes - 1].ljust(self._bytes, b"\0")
        ctypes.memmove(self._address, shown, len(shown))


def become(
    order: Order, bootstrap: str, own_variables: dict[str, str], area: EnvironmentArea
) -> None:
    """Run the bootstrap in a forked process, as if it had been started with the order."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (order.output, 1), (order.output, 2)):
        os.dup2(source, target)
    os.closerange(3, max(nothing, order.output) + 1)
    os.chdir(order.folder)
    os.environ.clear()
    os.environ.update(order.variables)
    time.tzset()
    if needs_new_interpreter(order, own_variables):
        *interpreter, _, _ = sys.orig_argv
        os.execv(sys.executable, [*interpreter, bootstrap])  # noqa: S606 - there is no shell
    area.show(order.variables)
    sys.argv[:] = [bootstrap]
    runpy.run_path(bootstrap, run_name="__main__")


def needs_new_interpreter(order: Order, own_variables: dict[str, str]) -> bool:
    """Tell whether a new interpreter would import or configure anything differently."""
    bundled = {entry.name.partition(".")[0] for entry in os.scandir(order.folder)}
    imported = {name.partition(".")[0] for name in sys.modules}
    settings = [
        {name: text for name, text in variables.items() if name.startswith(READ_AT_THE_START)}
        for variables in (order.variables, own_variables)
    ]
    return bool(bundled & imported) or settings[0] != settings[1]


def main(bootstrap: str) -> None:
    """Serve orders in the template; run the function in each forked process."""
    own_variables, area = dict(os.environ), EnvironmentArea()
    preload()
    order = TemplateServer(socket.socket(fileno=sys.stdin.fileno())).serve()
    if order is None:
        os._exit(0)  # freeing every object would take a second
    become(order, bootstrap, own_variables, area)


if __name__ == "__main__":
    main(sys.argv[1])
