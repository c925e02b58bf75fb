"""A function is changed or deleted while it runs: what it has begun ends as it would have."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.engine.conftest import LocalStack
from tests.engine.lambda_functions import Answer, Function, create_function, zipped
from tests.engine.waiting import wait_for

VERSION = """
import json, os, time

def handler(event, context):
    time.sleep(event.get("seconds", 0))
    print("event", event.get("number"), "by", "{name}")
    from late import NAME  # the code is there as long as somebody runs it
    return [NAME, os.environ["LAMBDA_TASK_ROOT"]]
"""


def package(name: str) -> bytes:
    """A deployment package whose handler answers with its own name."""
    return zipped({"app.py": VERSION.format(name=name), "late.py": f"NAME = {name!r}"})


@pytest.fixture
def function(localstack: LocalStack) -> Iterator[Function]:
    """A function at its version `first`."""
    made = create_function(localstack, Code={"ZipFile": package("first")}, Timeout=60)
    yield made
    client = localstack.client("lambda")
    if made.name in [each["FunctionName"] for each in client.list_functions()["Functions"]]:
        client.delete_function(FunctionName=made.name)


def replace(function: Function, name: str) -> None:
    """Gives a function the code of another version, and waits until that is in use."""
    client = function.localstack.client("lambda")
    client.update_function_code(FunctionName=function.name, ZipFile=package(name))
    wait_for("the update", lambda: function.configuration()["LastUpdateStatus"] == "Successful")


def answer(function: Function, **event: Any) -> Answer:
    """Invokes the function and waits for its answer."""
    return function.invoke_with(json.dumps(event))


@contextmanager
def running(function: Function, seconds: float) -> Iterator[Future[Answer]]:
    """An invocation that has begun and takes a while."""
    with ThreadPoolExecutor(1) as pool:
        invocation = pool.submit(answer, function, seconds=seconds)
        wait_for("its process", function.processes)
        time.sleep(0.5)  # from its process to its handler
        yield invocation


def test_an_invocation_that_runs_while_the_code_is_replaced_twice_ends_on_the_old_code(
    function: Function,
) -> None:
    with running(function, seconds=6) as begun:
        for name in ("second", "third"):
            replace(function, name)
            assert answer(function).value[0] == name
        assert not begun.done(), "it was over before the code was replaced twice"
        finished = begun.result()

    assert finished.error is None, finished
    assert finished.value[0] == "first"
    assert finished.tail.endswith("\n")
    wait_for("the end of what was replaced", lambda: len(function.processes()) == 1)
    wait_for("the end of its code", lambda: not Path(finished.value[1]).exists())


def test_an_invocation_that_runs_while_a_setting_is_changed_ends_with_its_own(
    function: Function,
) -> None:
    with running(function, seconds=4) as begun:
        function.update(MemorySize=320)
        assert answer(function).report()["Memory Size"] == "320 MB"
        finished = begun.result()
    assert finished.error is None, finished
    assert finished.report()["Memory Size"] == "256 MB"


def test_what_a_replaced_version_logs_at_its_end_is_in_the_log(function: Function) -> None:
    with running(function, seconds=3) as begun:
        replace(function, "second")
        assert begun.result().value[0] == "first"
    wait_for("its log", lambda: "event None by first\n" in function.log())


def test_a_function_that_is_deleted_finishes_what_it_has_begun(
    localstack: LocalStack, function: Function
) -> None:
    with running(function, seconds=3) as begun:
        localstack.client("lambda").delete_function(FunctionName=function.name)
        with pytest.raises(ClientError, match="ResourceNotFoundException"):
            answer(function)
        finished = begun.result()
    assert finished.error is None, finished
    wait_for("the end of its process", lambda: not function.processes())
    wait_for("the end of its code", lambda: not Path(finished.value[1]).exists())


def test_invocations_that_arrive_while_the_code_is_replaced_are_answered_by_old_or_new(
    function: Function,
) -> None:
    names = [f"version {number}" for number in range(5)]
    with asked_again_and_again(lambda number: answer(function, number=number)) as answers:
        for name in names:
            replace(function, name)

    assert not [each for each in answers if each.error]
    assert {each.value[0] for each in answers} <= {"first", *names}


def test_events_that_arrive_while_the_code_is_replaced_are_handled_once_each(
    function: Function,
) -> None:
    def send(number: int) -> int:
        function.localstack.client("lambda").invoke(
            FunctionName=function.name,
            InvocationType="Event",
            Payload=json.dumps({"number": number, "seconds": 0.2}),
        )
        return number

    with asked_again_and_again(send) as sent:
        for number in range(5):
            replace(function, f"version {number}")

    def handled() -> Counter[int]:
        lines = [line.split() for line in function.log() if line.startswith("event ")]
        return Counter(int(line[1]) for line in lines)

    wait_for("every event", lambda: set(handled()) == set(sent), 60, seen=handled)
    assert handled() == Counter(sent)


@contextmanager
def asked_again_and_again[T](ask: Callable[[int], T]) -> Iterator[list[T]]:
    """Four threads that ask, with numbers of their own, until the end of the block."""
    numbers, over = count(), threading.Event()
    answers: list[T] = []

    def ask_until_over() -> None:
        while not over.is_set():
            answers.append(ask(next(numbers)))

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask_until_over) for _ in range(4)]
        try:
            yield answers
        finally:
            over.set()
    for each in asking:
        each.result()
