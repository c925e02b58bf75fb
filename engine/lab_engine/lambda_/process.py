"""One process that runs a function: started, listened to, limited and killed."""

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
from lab_engine.lambda_.runtime_api import Answered, InitFailed, Invocation, Message, RuntimeApi

MEMORY_CHECK_SECONDS = 0.05
GROUP_CHECK_SECONDS = 0.25
"""Finding the members of a process group means reading all of /proc, so it is done less often."""

READ_BYTES = 1 << 16


@dataclass(frozen=True)
class Exited:
    """The process ended by itself before it had answered."""

    status: int
    """Negative: killed by that signal."""


@dataclass(frozen=True)
class OutOfMemory:
    """The process was killed because it held more than its memory size."""


@dataclass(frozen=True)
class TimedOut:
    """The deadline passed. The process still runs."""


class Child(Protocol):
    """A process however it was started, with its end as a readable file descriptor."""

    pid: int
    output: FileIO
    """What it writes, not blocking."""

    def fileno(self) -> int:
        """Readable once it has ended."""

    def poll(self) -> int | None:
        """How it ended, in the way of subprocess."""

    def wait(self) -> int:
        """Waits for its end."""

    def close(self) -> None:
        """Gives back what is held of it."""


Outcome = Message | Exited | OutOfMemory | TimedOut


class RuntimeProcess:
    """A runtime from its start to its death, in a process group of its own.

    Used by one thread at a time, save for `interrupt`.

    Args:
        environment_id: the execution environment it belongs to.
        start: starts the process; it is given the address of the Runtime API.
        memory_bytes: what it may hold at most.
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
        self.peak_bytes = 0
        self._environment_id = environment_id
        self._memory_bytes = memory_bytes
        self._imagined_bytes = 0
        self._api = RuntimeApi(freeze=self._freeze, thaw=self._thaw)
        self._written = bytearray()
        try:
            self._process = start(self._api.address)
        except BaseException:
            self._api.close()
            raise
        self._selector = selectors.DefaultSelector()
        for source in (self._process.output, self._process, self._api):
            self._selector.register(source, selectors.EVENT_READ)
        self._next_group_check = self.started_at + GROUP_CHECK_SECONDS
        # Only now that there is a process to freeze: a fast one asks for something to do while this
        # thread still waits for its turn.
        self._api.serve()

    def send(self, invocation: Invocation, *, loses_answer: bool = False) -> None:
        """Gives it something to do.

        Args:
            invocation: what to do.
            loses_answer: it is killed when it answers, and the answer is lost: a fault asked for.
        """
        self._api.strike_down = self.interrupt if loses_answer else None
        self._next_group_check = time.monotonic() + GROUP_CHECK_SECONDS
        self._api.offer(invocation)

    def outgrow_memory(self) -> None:
        """Counts it from now on as holding its whole memory size more than it does: a fault."""
        self._imagined_bytes = self._memory_bytes

    def wait(self, deadline: float) -> Outcome:
        """Waits until the runtime says something, ends, grows too large, or time is up.

        Args:
            deadline: in the seconds of `time.monotonic()`.
        """
        while True:
            remaining = deadline - time.monotonic()
            self._selector.select(max(0.0, min(remaining, MEMORY_CHECK_SECONDS)))
            self._read_output()
            if (message := self._api.take_message()) is not None:
                return self._heard(message)
            if (status := self._process.poll()) is not None:
                return Exited(status)
            if self._exceeds_memory():
                return OutOfMemory()
            if remaining <= 0:
                return TimedOut()

    @property
    def pid(self) -> int:
        """Its id, also the id of its process group."""
        return self._process.pid

    def has_exited(self) -> bool:
        """Whether it ended, be it while it had nothing to do."""
        return self._process.poll() is not None

    def take_output(self) -> str:
        """What it wrote to stdout and stderr since this was last asked."""
        self._read_output()
        text = self._written.decode(errors="replace")
        self._written.clear()
        return text

    def interrupt(self) -> None:
        """Kills the process group; safe from any thread, at any time."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def end(self) -> None:
        """Kills it with all it started, and gives back what it held. To be called once."""
        self.interrupt()
        kill_processes_with(self._environment_id)
        self._process.wait()
        self._read_output()
        self._selector.close()
        self._process.close()
        self._api.close()

    def _heard(self, message: Message) -> Outcome:
        if not isinstance(message, Answered):
            if not isinstance(message, InitFailed):
                self.ready_after = time.monotonic() - self.started_at
            return message
        # A peak between two checks would have been the end on AWS, so it is here.
        peak = memory.peak_resident_bytes(self.pid) + self._imagined_bytes
        self.peak_bytes = max(self.peak_bytes, peak)
        return OutOfMemory() if self.peak_bytes > self._memory_bytes else message

    def _exceeds_memory(self) -> bool:
        held = memory.resident_bytes(self.pid)
        if time.monotonic() >= self._next_group_check:
            held = max(held, memory.group_bytes(self.pid))
            self._next_group_check = time.monotonic() + GROUP_CHECK_SECONDS
        held += self._imagined_bytes
        self.peak_bytes = max(self.peak_bytes, held)
        return held > self._memory_bytes

    def _read_output(self) -> None:
        output = self._process.output
        while chunk := output.read(READ_BYTES):
            self._written += chunk
        if chunk == b"" and output in self._selector.get_map():
            self._selector.unregister(output)  # closed: it would count as readable for ever

    def _freeze(self) -> None:
        """Between invocations an environment stands still, threads and all, as on AWS."""
        self._signal_group(signal.SIGSTOP)

    def _thaw(self) -> None:
        self._signal_group(signal.SIGCONT)

    def _signal_group(self, number: signal.Signals) -> None:
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)
