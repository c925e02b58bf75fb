"""LocalStack's side of the template: starts it, orders processes of it, and hears of their end."""

import json
import os
import select
import signal
import socket
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from lab_engine.lambda_.template import PID, ROOM

ROOM_BYTES = 12 * 1024
"""A function's own variables take 4 KB at most, the role's session token about 1 KB."""

FORK_SECONDS = 20.0
"""How long the template may take, its own start on a busy machine included."""


class TemplateGoneError(Exception):
    """The template ended, or forks no more; its own words are in LocalStack's log."""


class ForkedProcess:
    """A process forked off the template.

    Args:
        output: the end of a pipe from which its stdout and stderr are read.
        line: on which the template tells its id, and how it ended.
    """

    def __init__(self, output: int, line: socket.socket) -> None:
        self.output = open(output, "rb", buffering=0)  # noqa: SIM115 - closed by `close`
        self._line = line
        self._status: int | None = None
        line.settimeout(FORK_SECONDS)
        try:
            first = line.recv(64)
        except OSError:
            first = b""
        if not first.startswith(PID):
            self.close()
            raise TemplateGoneError
        self.pid = int(first.removeprefix(PID))
        line.setblocking(False)

    def fileno(self) -> int:
        """Readable, for a selector, once the process has ended."""
        return self._line.fileno()

    def poll(self) -> int | None:
        """How it ended, in the way of subprocess: a status, or a signal as a negative one."""
        if self._status is None:
            try:
                # Left where it is, for whichever other thread waits for it.
                told = self._line.recv(64, socket.MSG_PEEK)
            except BlockingIOError:
                return None
            # Without a word the template has ended, and its processes are to end with it.
            self._status = int(told) if told else -signal.SIGKILL
        return self._status

    def wait(self) -> int:
        """Waits for its end, which must be certain."""
        told = select.poll()
        told.register(self._line, select.POLLIN)
        while (status := self.poll()) is None:
            told.poll()
        return status

    def close(self) -> None:
        """Gives back what it held; the template makes an end of the process, if there is none."""
        self.output.close()
        self._line.close()


class Template:
    """The template process of one LocalStack, started anew when it is gone.

    Args:
        command: runs `template.py`.
        variables: its whole environment.
        folder: where it runs.
    """

    def __init__(self, command: Sequence[str], variables: Mapping[str, str], folder: Path) -> None:
        self._command = command
        self._variables = {**variables, ROOM: " " * ROOM_BYTES}
        self._folder = folder
        self._renewing = threading.Lock()
        self._start()

    def fork(self, variables: Mapping[str, str], folder: Path) -> ForkedProcess:
        """Makes a process that runs the bootstrap.

        Args:
            variables: its whole environment.
            folder: where it runs.

        Raises:
            TemplateGoneError: twice in a row.
        """
        process = self._process
        try:
            return self._order(variables, folder)
        except TemplateGoneError:
            self._renew(process)
            return self._order(variables, folder)

    def close(self) -> None:
        """Ends the template and all that was forked off it."""
        self._orders.close()
        self._process.wait()

    def _start(self) -> None:
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                self._command,
                env=self._variables,
                cwd=self._folder,
                stdin=theirs.fileno(),
                start_new_session=True,
            )

    def _renew(self, failed: "subprocess.Popen[bytes]") -> None:
        """Starts it anew, unless another thread has done so meanwhile."""
        with self._renewing:
            if self._process is failed:
                self._orders.close()
                self._process.kill()
                self._process.wait()
                self._start()

    def _order(self, variables: Mapping[str, str], folder: Path) -> ForkedProcess:
        order = json.dumps({"variables": dict(variables), "folder": str(folder)}).encode()
        output, theirs = os.pipe()
        os.set_blocking(output, False)
        ours, line = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            socket.send_fds(self._orders, [order], [theirs, line.fileno()])
        except OSError as error:
            os.close(output)
            ours.close()
            raise TemplateGoneError from error
        finally:
            os.close(theirs)
            line.close()
        return ForkedProcess(output, ours)
