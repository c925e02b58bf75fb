"""The instant at which the state is taken: no request is half done, and nothing else runs."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from localstack.aws.api import CommonServiceException

from lab_engine.state import instant
from lab_engine.state.instant import BusyError, Door, Notice, Patience, alone

LONG_SECONDS = 0.05
ALONE_SECONDS = 0.2


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as executor:
        yield executor


class Counting:
    """A thread that does nothing but count."""

    def __init__(self) -> None:
        self.count = 0
        self._ends = False
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Counting":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends = True
        self._thread.join()

    def _run(self) -> None:
        while not self._ends:
            self.count += 1


def busy(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


def test_no_other_thread_runs_while_one_is_alone() -> None:
    with Counting() as counting:
        for _ in range(3):
            with alone(ALONE_SECONDS):
                before = counting.count
                busy(LONG_SECONDS)
                after = counting.count
            assert after == before
        time.sleep(LONG_SECONDS)
        assert counting.count > after


def test_a_request_waits_until_the_state_is_taken(pool: ThreadPoolExecutor) -> None:
    door = Door()
    with door.closed():
        request = pool.submit(door.pass_through, lambda: "answer", "PutObject")
        time.sleep(LONG_SECONDS)
        assert not request.done()
    assert request.result(5) == "answer"


def test_a_request_that_is_inside_finishes_first(pool: ThreadPoolExecutor) -> None:
    door, inside, done = Door(), threading.Event(), threading.Event()

    def handle() -> None:
        inside.set()
        time.sleep(LONG_SECONDS)
        done.set()

    pool.submit(door.pass_through, handle, "PutObject")
    assert inside.wait(5)
    with door.closed():
        assert done.is_set()


def test_a_request_that_another_one_makes_does_not_wait(pool: ThreadPoolExecutor) -> None:
    door, inside, closing = Door(), threading.Event(), threading.Event()

    def handle() -> str:
        inside.set()
        closing.wait(5)
        time.sleep(LONG_SECONDS)
        answer: str = door.pass_through(lambda: "nested", "GetObject")
        return answer

    request: Future[str] = pool.submit(door.pass_through, handle, "CreateFunction")
    assert inside.wait(5)
    closing.set()
    with door.closed():
        assert request.done()
    assert request.result() == "nested"


def test_a_call_that_lasts_long_by_nature_is_not_waited_for(pool: ThreadPoolExecutor) -> None:
    door, inside, over = Door(), threading.Event(), threading.Event()

    def handle() -> None:
        inside.set()
        over.wait(5)

    pool.submit(door.pass_through, handle, "Invoke")
    assert inside.wait(5)
    with door.closed():
        over.set()


def test_a_request_that_takes_too_long_is_busy(
    pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instant, "_REQUESTS_SECONDS", LONG_SECONDS)
    door, inside, over = Door(), threading.Event(), threading.Event()

    def handle() -> None:
        inside.set()
        over.wait(5)

    pool.submit(door.pass_through, handle, "PutObject")
    assert inside.wait(5)
    with pytest.raises(BusyError), door.closed():
        pass
    assert door.pass_through(lambda: "answer", "PutObject") == "answer"
    over.set()


def test_requests_are_refused_while_another_state_is_loaded_and_at_the_end(
    pool: ThreadPoolExecutor,
) -> None:
    door = Door()
    with door.closed(refusing=True), pytest.raises(CommonServiceException) as refused:
        pool.submit(door.pass_through, lambda: None, "PutObject").result(5)
    assert refused.value.code == "ServiceUnavailable"
    assert door.pass_through(lambda: 1, "PutObject") == 1
    with door.closed():
        waiting = pool.submit(door.pass_through, lambda: None, "PutObject")
        door.close_for_good()
    with pytest.raises(CommonServiceException):
        waiting.result(5)
    with pytest.raises(CommonServiceException):
        door.pass_through(lambda: None, "PutObject")


class StandardQueue:
    """Has the names of LocalStack's queue, which the state looks for in the threads."""

    def receive(self, between: Callable[[], None]) -> None:
        between()


class Poller:
    def handle_message(self, invoke: Callable[[], None], after: Callable[[], None]) -> None:
        invoke()
        after()


class LambdaVersionManager:
    def invoke(self, wait: Callable[[], None]) -> None:
        wait()


def test_a_message_between_queue_and_flight_is_waited_for(pool: ThreadPoolExecutor) -> None:
    between, over = threading.Event(), threading.Event()

    def move() -> None:
        between.set()
        while not over.is_set():
            time.sleep(0.001)

    pool.submit(StandardQueue().receive, move)
    assert between.wait(5)
    threading.Timer(LONG_SECONDS, over.set).start()
    with Patience(ALONE_SECONDS).hold(lambda: None):
        assert over.is_set()


def test_a_function_that_has_an_event_is_not_waited_for(pool: ThreadPoolExecutor) -> None:
    started, over = threading.Event(), threading.Event()

    def wait() -> None:
        started.set()
        while not over.is_set():
            time.sleep(0.001)

    manager = LambdaVersionManager()
    pool.submit(Poller().handle_message, lambda: manager.invoke(wait), lambda: None)
    assert started.wait(5)
    with Patience(ALONE_SECONDS).hold(lambda: None):
        assert not over.is_set()
    over.set()


def test_an_instant_that_never_comes_is_busy(
    pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instant, "_TRIES", 3)
    between, over = threading.Event(), threading.Event()

    def move() -> None:
        between.set()
        while not over.is_set():
            time.sleep(0.001)

    pool.submit(StandardQueue().receive, move)
    assert between.wait(5)
    with (
        pytest.raises(BusyError, match=r"StandardQueue\.receive"),
        Patience(ALONE_SECONDS).hold(lambda: None),
    ):
        pass
    over.set()


def test_an_instant_that_was_too_short_is_busy_and_the_next_one_is_longer() -> None:
    patience = Patience(LONG_SECONDS)
    with pytest.raises(BusyError, match="large"), patience.hold(lambda: None):
        busy(2 * LONG_SECONDS)
    with patience.hold(lambda: None):
        busy(2 * LONG_SECONDS)


@pytest.mark.parametrize(
    ("operation", "changes"),
    [("PutObject", True), ("ReceiveMessage", False), ("GetObject", False), ("ListQueues", False)],
)
def test_only_what_is_changed_is_noticed(operation: str, *, changes: bool) -> None:
    notice = Notice()
    notice.note(operation)
    assert notice.changed.is_set() is changes
