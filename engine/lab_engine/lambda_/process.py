"""One process that runs a function: start it, read from it, limit it and kill it."""

import contextlib
import os
import selectors
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import FileIO
from typing import Protocol

from lab_engine.lambda_ import memory
from lab_engine.lambda_.guard import kill_processes_with
from lab_engine.lambda_.memory_watch import WATCH
from lab_engine.lambda_.runtime_api import (
    Answered,
    InitFailed,
    Invocation,
    Message,
    RuntimeApiServer,
)

GROUP_CHECK_SECONDS = 0.25
"""Other processes of its group are looked for less often: that means reading all of /proc."""

READ_BYTES = 1 << 16


@dataclass(frozen=True)
class Exited:
    """The process ended by itself before it had answered."""

    status: int
    """A negative number is the signal that killed it."""


@dataclass(frozen=True)
class OutOfMemory:
    """The process used more than its memory size."""


@dataclass(frozen=True)
class TimedOut:
    """The deadline passed. The process still runs."""


class Child(Protocol):
    """A process, with a file descriptor that is readable once it has ended."""

    pid: int
    output: FileIO
    """The pipe of its output; reading does not block."""

    def fileno(self) -> int:
        """Return a file descriptor that is readable once it has ended."""

    def poll(self) -> int | None:
        """Return how it ended, as subprocess does; None while it runs."""

    def wait(self) -> int:
        """Wait for its end."""

    def close(self) -> None:
        """Close its descriptors."""


Outcome = Message | Exited | OutOfMemory | TimedOut


class RuntimeProcess:
    """A runtime from start to end, in a process group of its own.

    One thread at a time may use it, except `interrupt`.

    Args:
        environment_id: The execution environment it belongs to.
        start: Starts the process, given the address of the Runtime API.
        memory_bytes: The most that it may use.
    """

    def __init__(
        self,
        environment_id: str,
        start: Callable[[str], Child],
        memory_bytes: int,
    ) -> None:
        self.started_at = time.monotonic()
        self.ready_after: float | None = None
        """Seconds the init phase took, once it is over."""
        self._peak_bytes, self._seen_bytes = 0, 0  # as the kernel says, and as the watch has seen
        self._environment_id = environment_id
        self._memory_bytes = memory_bytes
        self._added_bytes = 0
        self._api = RuntimeApiServer(freeze=self._freeze, thaw=self._thaw)
        self._written = bytearray()
        self._is_over_memory = False
        try:
            self._process = start(self._api.address)
        except BaseException:
            self._api.close()
            raise
        self._selector = selectors.DefaultSelector()
        for source in (self._process.output, self._process, self._api):
            self._selector.register(source, selectors.EVENT_READ)
        self._next_group_check = self.started_at + GROUP_CHECK_SECONDS
        # Not before there is a process to freeze: a fast one asks for an invocation while this
        # thread is still starting it.
        self._api.serve()

    def send(self, invocation: Invocation, *, loses_answer: bool = False) -> None:
        """Send it an invocation.

        Args:
            invocation: The invocation.
            loses_answer: A fault asks that it is killed when it answers, and the answer is lost.
        """
        self._api.kill_process = self.interrupt if loses_answer else None
        self._is_over_memory = False
        self._next_group_check = time.monotonic() + GROUP_CHECK_SECONDS
        self._api.offer(invocation)

    def exceed_memory(self) -> None:
        """Count its memory size on top of what it really uses, because a fault asks for it."""
        self._added_bytes = self._memory_bytes

    def wait(self, deadline: float) -> Outcome:
        """Wait for a message, the end of the process, too much memory, or the deadline.

        Args:
            deadline: In the seconds of `time.monotonic()`.
        """
        with WATCH.looking(self._look_at_memory):
            while True:
                remaining = deadline - time.monotonic()
                self._selector.select(max(0.0, remaining))
                self._read_output()
                if (message := self._api.take_message()) is not None:
                    return self._outcome_of(message)
                if (status := self._process.poll()) is not None:
                    return Exited(status)
                if self._is_over_memory:
                    return OutOfMemory()
                if remaining <= 0:
                    return TimedOut()

    @property
    def peak_bytes(self) -> int:
        """The most memory that it has used."""
        return max(self._peak_bytes, self._seen_bytes)

    @property
    def pid(self) -> int:
        """The process id, which is also the id of its process group."""
        return self._process.pid

    def has_exited(self) -> bool:
        """Tell whether it has ended, also between invocations."""
        return self._process.poll() is not None

    def take_output(self) -> str:
        """Return what it wrote to stdout and stderr since the last call."""
        self._read_output()
        text = self._written.decode(errors="replace")
        self._written.clear()
        return text

    def interrupt(self) -> None:
        """Kill the process group; safe from any thread, at any time."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def end(self) -> None:
        """Kill it and all that it started, and close its descriptors. Call this once."""
        self.interrupt()
        kill_processes_with(self._environment_id)
        self._process.wait()
        self._read_output()
        self._selector.close()
        self._process.close()
        self._api.close()

    def _outcome_of(self, message: Message) -> Outcome:
        if not isinstance(message, Answered):
            if not isinstance(message, InitFailed):
                self.ready_after = time.monotonic() - self.started_at
            return message
        # AWS would have killed it at a peak between two checks, so it counts here too.
        peak = memory.peak_resident_bytes(self.pid) + self._added_bytes
        self._peak_bytes = max(self._peak_bytes, peak)
        return OutOfMemory() if self.peak_bytes > self._memory_bytes else message

    def _look_at_memory(self) -> None:
        """Wake the waiting thread if the process uses too much; another thread calls this."""
        held = memory.resident_bytes(self.pid)
        if time.monotonic() >= self._next_group_check:
            held = max(held, memory.group_bytes(self.pid))
            self._next_group_check = time.monotonic() + GROUP_CHECK_SECONDS
        held += self._added_bytes
        self._seen_bytes = max(self._seen_bytes, held)
        if held > self._memory_bytes:
            self._is_over_memory = True
            self._api.wake()

    def _read_output(self) -> None:
        output = self._process.output
        while chunk := output.read(READ_BYTES):
            self._written += chunk
        if chunk == b"" and output in self._selector.get_map():
            self._selector.unregister(output)  # closed: a selector would report it for ever

    def _freeze(self) -> None:
        """Stop the process and its threads between invocations, as on AWS."""
        self._signal_group(signal.SIGSTOP)

    def _thaw(self) -> None:
        self._signal_group(signal.SIGCONT)

    def _signal_group(self, number: signal.Signals) -> None:
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)
