"""Waits for a warm environment before starting another one.

In a burst LocalStack starts one for each invocation that finds the others busy, 74 for 100 files on
two cores, which slows all of them. Most invocations are shorter than that start, so the next one
waits a moment for an environment that becomes free. Beyond one environment of a function for each
core, more processes cannot make it faster unless they sleep, so each further one has to be waited
for twice as long as the one before. On a machine that is too slow for its work, where every
invocation waits, a minute brings five of them and not hundreds. The wait always ends, so that
functions that call each other cannot block.
"""

import contextlib
import logging
import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from localstack.services.lambda_.invocation.execution_environment import InvalidStatusException
from localstack.services.lambda_.invocation.lambda_models import InitializationType

LOG = logging.getLogger(__name__)

_WAIT_SECONDS = 0.3
_CROWDED_WAIT_SECONDS = 2.0
_CORES = os.cpu_count() or 1


def patience(environments: int, cores: int) -> float:
    """How many seconds to wait for a function's busy environments.

    Args:
        environments: how many it has, those that are starting included.
        cores: of this machine.
    """
    if not environments:
        return 0.0
    if environments < cores:
        return _WAIT_SECONDS
    return _CROWDED_WAIT_SECONDS * 2.0 ** (environments - cores)


class _Crowd:
    """The invocations that wait for environments of one function version."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.starting = 0

    def reserve(self, environments: dict[str, Any]) -> Any:
        """A warm environment; None when the caller is to start one, which counts from now on."""
        began = time.monotonic()
        with self.changed:
            while True:
                if environment := _reserve_any(environments):
                    return environment
                waited = time.monotonic() - began
                left = patience(len(environments) + self.starting, _CORES) - waited
                if left <= 0:
                    self.starting += 1
                    return None
                self.changed.wait(left)

    def started(self) -> None:
        """Says that the environment somebody was to start is there, or has failed."""
        with self.changed:
            self.starting -= 1
            self.changed.notify_all()

    def freed(self) -> None:
        """Says that an environment is ready again, or gone."""
        with self.changed:
            self.changed.notify_all()


def _reserve_any(environments: dict[str, Any]) -> Any:
    for environment in list(environments.values()):
        if environment.initialization_type == InitializationType.on_demand:
            with contextlib.suppress(InvalidStatusException):
                environment.reserve()
                return environment
    return None


@contextlib.contextmanager
def _warm_or_new(
    service: Any, crowd: _Crowd, version_manager_id: str, function_version: Any
) -> Iterator[Any]:
    """LocalStack's own choice and release of an environment, with the wait in the middle."""
    environments = service.environments[version_manager_id]
    environment = crowd.reserve(environments)
    if environment is None:
        try:
            environment = service.start_environment(version_manager_id, function_version)
            environment.reserve()
            environments[environment.id] = environment
        finally:
            crowd.started()
    try:
        yield environment
        environment.release()
    except InvalidStatusException as error:
        LOG.warning("an environment could not be released: %s", error)
    except Exception:
        service.stop_environment(environment)
        raise
    finally:
        crowd.freed()


_crowds: defaultdict[str, _Crowd] = defaultdict(_Crowd)


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
        crowd = _crowds[version_manager_id]
        choice = _warm_or_new(self, crowd, version_manager_id, function_version)
    else:
        choice = original(self, version_manager_id, function_version, provisioning_type)
    with choice as environment:
        yield environment
