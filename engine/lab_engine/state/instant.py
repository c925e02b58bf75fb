"""One instant at which no request is half done, held while the state is taken.

LocalStack works in many threads. Between two of their steps a message may be neither in the queue
nor in flight, or an object stored and its event not yet sent. So before the state is taken

1. new requests wait at a door, and those that are inside finish (milliseconds; calls that last long
   by nature, such as Invoke, are not waited for);
2. the other threads stop, because this one keeps the interpreter to itself;
3. the threads are looked at: if one is at a place where a thing is in no store, they go on for a
   moment and it is tried again.

Then the stores are copied, which takes as long as they are large, and everything goes on.
"""

import gc
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum, auto
from http import HTTPStatus
from types import FrameType
from typing import Any

from localstack.aws.api import CommonServiceException

_UNAVAILABLE = HTTPStatus.SERVICE_UNAVAILABLE.value

_LASTS_LONG = frozenset(
    {
        "GetActivityTask",
        "Invoke",
        "InvokeWithResponseStream",
        "ReceiveMessage",
        "StartSyncExecution",
    }
)
"""Operations that wait for something. What they do at once is looked at instead (`_PLACES`)."""

_PLACES: dict[str, tuple[str, ...]] = {
    "StandardQueue.receive": ("Condition.wait",),
    "FifoQueue.receive": ("Condition.wait",),
    "SqsQueue.requeue_inflight_messages": (),
    "FifoQueue.requeue_inflight_messages": (),
    "SqsQueue.enqueue_delayed_messages": (),
    "SqsQueue.update_visibility_timeout": (),
    "Poller.handle_message": ("LambdaVersionManager.invoke",),
    "CommonStateField._eval_body": ("._eval_state",),
    "Program._eval_body": ("._eval_state",),
    "BaseExecutionWorkerCommunication.terminated": (),
    "count_end": (),
    "Outbox.hand_over.<locals>.deliver_once": ("HTTPAdapter.send", "URLLib3Session.send"),
}
"""Functions in which something may be in no store, and inside which calls nothing is.

Names are those of code objects; one that begins with a dot is the end of a name.
"""

_REQUESTS_SECONDS = 2.0
"""How long the requests inside may take to finish."""
_TRIES = 200
_BETWEEN_TRIES_SECONDS = 0.003
_TURN_SECONDS = 0.0005
_GROWTH = 4


class BusyError(RuntimeError):
    """No such instant was found in time."""


class _Mode(Enum):
    OPEN = auto()
    WAITING = auto()
    """Requests wait until it is open again."""
    REFUSING = auto()
    """Requests are answered with an error."""


class Door:
    """Where requests wait, or are refused, while the state is taken or replaced."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._mode = self._afterwards = _Mode.OPEN
        self._inside = 0
        self._thread = threading.local()

    def pass_through(self, handle: Callable[[], Any], operation: str) -> Any:
        """Handle a request, after waiting until the door is open.

        A request that another one makes in the same thread does not wait: its caller is inside.

        Raises:
            CommonServiceException: Requests are refused.
        """
        if getattr(self._thread, "is_inside", False):
            return handle()
        counts = operation not in _LASTS_LONG
        with self._condition:
            # Who has a thing in hand that is in no store must put it down first.
            while self._mode is _Mode.WAITING and not _where(sys._getframe()):
                self._condition.wait()
            if self._mode is _Mode.REFUSING:
                raise _refusal()
            self._inside += counts
        self._thread.is_inside = counts
        try:
            return handle()
        finally:
            self._thread.is_inside = False
            if counts:
                with self._condition:
                    self._inside -= 1
                    self._condition.notify_all()

    @contextmanager
    def closed(self, *, refusing: bool = False) -> Iterator[None]:
        """Let nobody in, and wait until nobody is inside.

        Args:
            refusing: Answer requests with an error instead of letting them wait.

        Raises:
            BusyError: A request did not finish in time.
        """
        self._set(_Mode.REFUSING if refusing else _Mode.WAITING)
        try:
            with self._condition:
                if not self._condition.wait_for(lambda: not self._inside, _REQUESTS_SECONDS):
                    raise BusyError("a request takes long")
            yield
        finally:
            self._set(self._afterwards)

    def close_for_good(self) -> None:
        """Refuse all requests as soon as the door is not closed any more: the lab stops."""
        self._afterwards = _Mode.REFUSING

    def _set(self, mode: _Mode) -> None:
        with self._condition:
            self._mode = mode
            self._condition.notify_all()


def _refusal() -> CommonServiceException:
    return CommonServiceException(
        "ServiceUnavailable", "The lab is loading another state or stopping.", _UNAVAILABLE
    )


DOOR = Door()
"""The door of this LocalStack."""


def take_turns(
    route: Callable[..., None], router: Any, chain: Any, context: Any, *rest: Any
) -> Any:
    """Pass a request of AWS's API through the door."""
    operation = context.operation.name if context.operation else ""
    NOTICE.note(operation)
    return DOOR.pass_through(lambda: route(router, chain, context, *rest), operation)


class Notice:
    """Remembers that something was changed."""

    _READING = (
        "BatchGet", "Describe", "Filter", "Get", "Head", "List", "Lookup", "Receive", "Search",
        "Simulate",
    )  # fmt: skip
    """How such operations begin. Pollers receive all the time: who got a message is not saved for
    that alone, since the message comes back."""

    def __init__(self) -> None:
        self.changed = threading.Event()
        self._last = 0.0

    def note(self, operation: str) -> None:
        """Note a request; those that only read change nothing."""
        if operation and not operation.startswith(self._READING):
            self._last = time.monotonic()
            self.changed.set()

    def wait_for_calm(self, seconds: float, until: float) -> None:
        """Wait until nothing was changed for some seconds.

        Args:
            seconds: For how long nothing changes.
            until: When to wait no longer, by `time.monotonic`.
        """
        while (left := min(self._last + seconds, until) - time.monotonic()) > 0:
            time.sleep(left)


NOTICE = Notice()
"""What was changed in this LocalStack since it was saved."""


@contextmanager
def alone(seconds: float) -> Iterator[None]:
    """Stop all other threads of this interpreter, for this long at least.

    A thread that waits for the interpreter asks for it when it has waited for the switch interval
    and no other thread had a turn meanwhile. So nobody asks within that interval, as long as this
    thread neither reads a file nor waits for a lock. Until this thread has its turn, another one
    may have it for as long, if it does nothing but compute.
    """
    interval, collects = sys.getswitchinterval(), gc.isenabled()
    sys.setswitchinterval(seconds)
    try:
        time.sleep(_TURN_SECONDS)  # others have their turn, and wait anew after it
        gc.disable()  # a collection runs foreign code
        yield
    finally:
        if collects:
            gc.enable()
        sys.setswitchinterval(interval)


class Patience:
    """How long the other threads can be stopped: more after it was too short."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    @contextmanager
    def hold(self, prepare: Callable[[], None]) -> Iterator[float]:
        """Find the instant and hold it. Close the door before.

        Args:
            prepare: Called before each try, while other threads run. It may raise BusyError.

        Yields:
            When it began, by `time.perf_counter`.

        Raises:
            BusyError: There was none in time, or it was too short.
        """
        place = ""
        for number in range(_TRIES):
            if number:
                time.sleep(_BETWEEN_TRIES_SECONDS)
            try:
                prepare()
            except BusyError as error:
                place = str(error)
                continue
            with alone(self.seconds):
                began = time.perf_counter()
                place = _delicate_place()
                if not place:
                    yield began
                    self._check(time.perf_counter() - began)
                    return
        raise BusyError(f"there was always a thread in {place}")

    def _check(self, took: float) -> None:
        if took > self.seconds:
            self.seconds *= _GROWTH
            raise BusyError(f"the cloud is large: copying it took {took:.1f} s")


PATIENCE = Patience(1.0)


def _delicate_place() -> str:
    """Return the name of a function in which some thread must not be now; empty for none."""
    own = threading.get_ident()
    for thread, frame in sys._current_frames().items():
        if thread != own and (place := _where(frame)):
            return place
    return ""


def _where(frame: FrameType | None) -> str:
    """Return the delicate function that a thread is in, unless it is at a safe place inside."""
    inner: list[str] = []
    while frame is not None:
        name = frame.f_code.co_qualname
        safe = _PLACES.get(name)
        if safe is not None and not any(_is(each, called) for called in inner for each in safe):
            return name
        inner.append(name)
        frame = frame.f_back
    return ""


def _is(wanted: str, name: str) -> bool:
    return name.endswith(wanted) if wanted.startswith(".") else name == wanted
