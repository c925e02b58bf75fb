import threading
from functools import partial
from typing import Any

import pytest
from localstack.services.lambda_.invocation.execution_environment import InvalidStatusException
from localstack.services.lambda_.invocation.lambda_models import InitializationType

from lab_engine.lambda_ import warm_environments
from lab_engine.lambda_.warm_environments import WaitingInvocations
from tests.waiting import wait_until


class Environment:
    """An environment that one invocation at a time can reserve, and how often that was tried."""

    initialization_type = InitializationType.on_demand

    def __init__(self) -> None:
        self.is_busy = True
        self.tries = 0

    def reserve(self) -> None:
        self.tries += 1
        if self.is_busy:
            raise InvalidStatusException("busy")
        self.is_busy = True


class Waiting:
    """Invocations that wait for the only environments there are, which are busy at first."""

    def __init__(self, count: int) -> None:
        self.environment = Environment()
        # So many that nobody starts another one within the test.
        others = {str(number): Environment() for number in range(7)}
        self.environments = {"first": self.environment, **others}
        self.line = WaitingInvocations()
        self.served: list[int] = []
        self.threads: list[threading.Thread] = []
        for number in range(count):
            thread = threading.Thread(target=self._invoke, args=(number,), daemon=True)
            self.threads.append(thread)
            thread.start()
            wait_until("an invocation in the line", partial(self._waits, number))

    def serve_one(self) -> None:
        count = len(self.served)
        self.environment.is_busy = False
        self.line.freed()
        wait_until("an invocation with an environment", lambda: len(self.served) > count)

    def _waits(self, number: int) -> bool:
        return len(self.line._line) > number

    def _invoke(self, number: int) -> None:
        found: Any = self.line.reserve(self.environments)
        assert found is self.environment
        self.served.append(number)


@pytest.fixture(autouse=True)
def one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm_environments, "_CORES", 1)


def test_who_has_waited_longest_is_served_first() -> None:
    waiting = Waiting(10)
    for _ in range(10):
        waiting.serve_one()
    assert waiting.served == list(range(10))


def test_an_environment_that_becomes_free_is_tried_as_often_however_many_wait() -> None:
    waiting = Waiting(40)
    before = waiting.environment.tries
    for _ in range(40):
        waiting.serve_one()
    for thread in waiting.threads:
        thread.join()
    # By the one that gets it, and by the next, which finds it taken.
    assert waiting.environment.tries - before <= 2 * 40
