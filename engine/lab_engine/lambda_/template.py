"""A process that has imported boto3 and, when asked, forks off one that runs a function.

Importing boto3 is nearly all of a cold start and most of what a function's process holds. A process
forked off this one has it already: it is ready in milliseconds, and its memory is this one's until
it writes to it. `forking.py` is the other side, in LocalStack.

It is run as a script and stands on what a function's process stands on, so that a forked process
finds what a new one would. Where the function could tell the difference, because it brings modules
or interpreter settings of its own, the forked process starts a new interpreter in its place.
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
from functools import partial
from typing import Any

ORDER_BYTES = 64 * 1024
"""An order is mostly a function's environment variables, 4 KB at most on AWS."""

ROOM = "LAMBDA_ROOM_FOR_VARIABLES"
"""A variable this process is started with, as long as a function's variables can be."""

PID = b"pid "
"""Begins what a forked process says of itself; its end is told by a number alone."""

READ_AT_THE_START = (
    "PYTHON",
    "LD_",
    "AWS_CONFIG_FILE",
    "AWS_DATA_PATH",
    "AWS_PROFILE",
    "AWS_SHARED_CREDENTIALS_FILE",
)
"""Beginnings of variables that only a new interpreter, or a new session of boto3, would take in."""

PR_SET_PDEATHSIG = 1
"""https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html"""

USUAL_SERVICES = ("s3", "sqs", "sns", "stepfunctions")
"""Their descriptions are most of the time that a first client takes: 60 ms for S3's."""


@dataclass(frozen=True)
class Order:
    """What a forked process is to become."""

    variables: dict[str, str]
    folder: str
    output: int
    """Where it writes, a file descriptor."""


class Fork:
    """A forked process and the line on which its end is told."""

    def __init__(self, pid: int, line: socket.socket) -> None:
        self.line = line
        self.end = os.pidfd_open(pid)
        self._pid = pid

    def tell_end(self) -> None:
        """Says how it ended, in the way of subprocess: a status, or a signal as a negative one.

        It stays a zombie, so that nothing else can have its id while LocalStack knows it.
        """
        ended = os.waitid(os.P_PIDFD, self.end, os.WEXITED | os.WNOWAIT)
        assert ended is not None
        status = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
        with contextlib.suppress(BrokenPipeError):
            self.line.send(str(status).encode())

    def bury(self) -> None:
        """Makes an end of it and of its process group."""
        with contextlib.suppress(ProcessLookupError):  # it had no time to make itself a group
            os.killpg(self._pid, signal.SIGKILL)
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)

    def close(self) -> None:
        """Gives back the file descriptors."""
        self.line.close()
        os.close(self.end)


class Template:
    """Takes orders until LocalStack is gone.

    Args:
        orders: a socket that gives an order a packet, each with two file descriptors: where the
            process writes, and its line.
    """

    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders
        self._ordered_no_more = False
        self._forks: set[Fork] = set()
        self._selector = selectors.DefaultSelector()
        self._selector.register(orders, selectors.EVENT_READ, self._take_order)

    def serve(self) -> Order | None:
        """Returns in each forked process, with its order; in this one at the end, with None."""
        while not self._ordered_no_more:
            for key, _ in self._selector.select():
                order: Order | None = key.data()
                if order is not None:
                    return order
        for fork in self._forks:
            fork.bury()
        return None

    def _take_order(self) -> Order | None:
        packet, descriptors, _, _ = socket.recv_fds(self._orders, ORDER_BYTES, 2)
        if not packet:
            self._ordered_no_more = True
            return None
        output, line = descriptors[0], socket.socket(fileno=descriptors[1])
        template = os.getpid()
        pid = os.fork()
        if pid == 0:
            os.setsid()
            die_with(template)
            line.send(PID + str(os.getpid()).encode())
            line.close()
            self._let_go()
            return Order(**json.loads(packet), output=output)
        os.close(output)
        self._watch(Fork(pid, line))
        return None

    def _watch(self, fork: Fork) -> None:
        self._forks.add(fork)
        self._selector.register(fork.end, selectors.EVENT_READ, partial(self._tell_end, fork))
        self._selector.register(fork.line, selectors.EVENT_READ, partial(self._forget, fork))

    def _tell_end(self, fork: Fork) -> None:
        if fork in self._forks:  # not forgotten a moment ago
            self._selector.unregister(fork.end)
            fork.tell_end()

    def _forget(self, fork: Fork) -> None:
        """LocalStack has closed the line: it is done with the process."""
        self._selector.unregister(fork.line)
        if fork.end in self._selector.get_map():
            self._selector.unregister(fork.end)
        fork.bury()
        fork.close()
        self._forks.remove(fork)

    def _let_go(self) -> None:
        """Lets go of everything that is the template's, in a forked process."""
        self._selector.close()
        self._orders.close()
        for fork in self._forks:
            fork.close()
        self._forks.clear()


def preload() -> None:
    """Imports boto3, and lets its default session read what clients of the usual services need.

    No client is kept, and the session remembers no credentials, region or address: they come from
    the variables of the process that uses it.
    """
    import boto3  # noqa: PLC0415 - not before there is somebody who needs it

    connect: Any = boto3.client  # its overloads want the service's name literally
    nobody = {"aws_access_key_id": "none", "aws_secret_access_key": "none"}
    for service in USUAL_SERVICES:
        connect(service, region_name="us-east-1", **nobody)
    gc.collect()
    gc.freeze()  # the collector would write to every object, and so copy every page


def die_with(parent: int) -> None:
    """Be killed when the parent ends, also while stopped, as functions are between invocations.

    The kernel does it at the end of the thread that forked; a template has one thread. What a
    function starts is not killed by this: see guard.py.
    """
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it has ended meanwhile
        os._exit(1)


class Room:
    """The memory where /proc/PID/environ finds what this process was started with.

    The guard looks there for a function's processes, whatever they have become; so a forked process
    writes its own variables over the template's.
    """

    def __init__(self) -> None:
        getenv: Any = ctypes.CDLL(None).getenv
        getenv.restype = ctypes.c_void_p
        self._address: int = getenv(ROOM.encode()) - len(f"{ROOM}=")
        self._bytes = len(f"{ROOM}={os.environ[ROOM]}") + 1

    def show(self, variables: dict[str, str]) -> None:
        """Writes as many of the variables as there is room for."""
        text = "".join(f"{name}={value}\0" for name, value in variables.items()).encode()
        shown = text[: self._bytes - 1].ljust(self._bytes, b"\0")
        ctypes.memmove(self._address, shown, len(shown))


def become(order: Order, bootstrap: str, own_variables: dict[str, str], room: Room) -> None:
    """Makes a forked process look like one that was started with the order's variables."""
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
        os.execv(sys.executable, [*interpreter, bootstrap])  # noqa: S606 - nothing of a shell's
    room.show(order.variables)
    sys.argv[:] = [bootstrap]
    runpy.run_path(bootstrap, run_name="__main__")


def needs_new_interpreter(order: Order, own_variables: dict[str, str]) -> bool:
    """Whether the function would import or be set up otherwise in an interpreter of its own."""
    bundled = {entry.name.partition(".")[0] for entry in os.scandir(order.folder)}
    imported = {name.partition(".")[0] for name in sys.modules}
    settings = [
        {name: text for name, text in variables.items() if name.startswith(READ_AT_THE_START)}
        for variables in (order.variables, own_variables)
    ]
    return bool(bundled & imported) or settings[0] != settings[1]


def main(bootstrap: str) -> None:
    """Serves, and runs the function in what was forked."""
    own_variables, room = dict(os.environ), Room()
    preload()
    order = Template(socket.socket(fileno=sys.stdin.fileno())).serve()
    if order is None:
        os._exit(0)  # freeing all that was imported, object by object, would take a second
    become(order, bootstrap, own_variables, room)


if __name__ == "__main__":
    main(sys.argv[1])
