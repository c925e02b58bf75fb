"""Wait for a warm environment before starting another one.

In a burst LocalStack starts an environment for each invocation that finds the others busy: 74 for
100 files on two cores, which slows all of them. Most invocations are shorter than such a start, so
an invocation first waits a moment for an environment to become free. With one environment per core,
further processes make a function faster only if it sleeps, so the wait for each further one is
twice as long as the one before. On a machine that is too slow for its work, a minute brings five
more and not hundreds. The wait always ends, so functions that call each other cannot block.
"""

import contextlib
import logging
import os
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from typing import Any

from localstack.services.lambda_.invocation.execution_environment import InvalidStatusException
from localstack.services.lambda_.invocation.lambda_models import InitializationType

LOG = logging.getLogger(__name__)

_WAIT_SECONDS = 0.3
_WAIT_BEYOND_CORES_SECONDS = 2.0
_CORES = os.cpu_count() or 1


def longest_wait(environments: int, cores: int) -> float:
    """Return how many seconds to wait for one of a function's busy environments.

    Args:
        environments: How many it has, including those that are starting.
        cores: The number of cores of this machine.
    """
    if not environments:
        return 0.0
    if environments < cores:
        return _WAIT_SECONDS
    return _WAIT_BEYOND_CORES_SECONDS * 2.0 ** (environments - cores)


class WaitingInvocations:
    """The invocations that wait for environments of one function version, in a line.

    Whoever has waited longest is served first, and nobody else is woken for it: were all of them
    woken, an environment that becomes free would cost the more the more wait.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._line: deque[threading.Condition] = deque()
        self._starting = 0

    def reserve(self, environments: dict[str, Any]) -> Any:
        """Return a warm environment; None if the caller shall start one, which then counts."""
        began = time.monotonic()
        turn = threading.Condition(self._lock)
        with self._lock:
            self._line.append(turn)
            try:
                while True:
                    if self._line[0] is turn and (environment := _reserve_any(environments)):
                        return environment
                    waited = time.monotonic() - began
                    left = longest_wait(len(environments) + self._starting, _CORES) - waited
                    if left <= 0:
                        self._starting += 1
                        return None
                    turn.wait(left)
            finally:
                self._line.remove(turn)
                self._call_first()

    def started(self) -> None:
        """Note that an environment was started, or that its start failed."""
        with self._lock:
            self._starting -= 1
            self._call_first()

    def freed(self) -> None:
        """Note that an environment is free again, or has ended."""
        with self._lock:
            self._call_first()

    def _call_first(self) -> None:
        if self._line:
            self._line[0].notify()


def _reserve_any(environments: dict[str, Any]) -> Any:
    for environment in list(environments.values()):
        if environment.initialization_type == InitializationType.on_demand:
            with contextlib.suppress(InvalidStatusException):
                environment.reserve()
                return environment
    return None


@contextlib.contextmanager
def _warm_or_new(
    service: Any, waiting: WaitingInvocations, version_manager_id: str, function_version: Any
) -> Iterator[Any]:
    """Choose and release an environment as LocalStack does, with the wait in between."""
    environments = service.environments[version_manager_id]
    environment = waiting.reserve(environments)
    if environment is None:
        try:
            environment = service.start_environment(version_manager_id, function_version)
            environment.reserve()
            environments[environment.id] = environment
        finally:
            waiting.started()
    try:
        yield environment
        environment.release()
    except InvalidStatusException as error:
        LOG.warning("an environment could not be released: %s", error)
    except Exception:
        service.stop_environment(environment)
        raise
    finally:
        waiting.freed()


_waiting_by_version: defaultdict[str, WaitingInvocations] = defaultdict(WaitingInvocations)


@contextlib.contextmanager
def get_environment(
    original: Callable[..., Any],
    self: Any,
    version_manager_id: str,
    function_version: Any,
    provisioning_type: Any,
) -> Iterator[Any]:
    """Choose an environment; an on-demand invocation waits a moment for a warm one."""
    if provisioning_type == InitializationType.on_demand:
        waiting = _waiting_by_version[version_manager_id]
        choice = _warm_or_new(self, waiting, version_manager_id, function_version)
    else:
        choice = original(self, version_manager_id, function_version, provisioning_type)
    with choice as environment:
        yield environment
