"""LocalStack's side of the template: starts it, orders processes from it, learns of their end."""

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
"""Space for a function's variables: 4 KB at most, and about 1 KB for the session token."""

FORK_SECONDS = 20.0
"""How long the template may take to fork, including its own start on a busy machine."""


class TemplateGoneError(Exception):
    """The template has ended or no longer forks; LocalStack's log has its output."""


class ForkedProcess:
    """A process forked from the template.

    Args:
        output: The end of a pipe from which its stdout and stderr are read.
        line: The socket on which the template sends its process id, and how it ended.
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
        """Return a file descriptor that is readable once the process has ended."""
        return self._line.fileno()

    def poll(self) -> int | None:
        """Return how it ended, as subprocess does: a status, or a signal as a negative number.

        None means that it still runs.
        """
        if self._status is None:
            try:
                # Peek only: another thread may wait for the same message.
                told = self._line.recv(64, socket.MSG_PEEK)
            except BlockingIOError:
                return None
            # Nothing to read: the template has ended, and its processes end with it.
            self._status = int(told) if told else -signal.SIGKILL
        return self._status

    def wait(self) -> int:
        """Wait for its end; call this only for a process that was killed."""
        told = select.poll()
        told.register(self._line, select.POLLIN)
        while (status := self.poll()) is None:
            told.poll()
        return status

    def close(self) -> None:
        """Close its descriptors; the template then kills the process if it still runs."""
        self.output.close()
        self._line.close()


class TemplateClient:
    """Starts the template process of one LocalStack, and starts it again if it ends.

    Args:
        command: Runs `template.py`.
        variables: The template's whole environment.
        folder: The folder in which it runs.
    """

    def __init__(self, command: Sequence[str], variables: Mapping[str, str], folder: Path) -> None:
        self._command = command
        self._variables = {**variables, ROOM: " " * ROOM_BYTES}
        self._folder = folder
        self._restarting = threading.Lock()
        self._start()

    def fork(self, variables: Mapping[str, str], folder: Path) -> ForkedProcess:
        """Return a new process that runs the bootstrap.

        Args:
            variables: The process's whole environment.
            folder: The folder in which it runs.

        Raises:
            TemplateGoneError: A second template failed too.
        """
        process = self._process
        try:
            return self._order(variables, folder)
        except TemplateGoneError:
            self._restart(process)
            return self._order(variables, folder)

    def close(self) -> None:
        """End the template and all processes forked from it."""
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

    def _restart(self, failed: "subprocess.Popen[bytes]") -> None:
        """Start a new template, unless another thread has done so meanwhile."""
        with self._restarting:
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
