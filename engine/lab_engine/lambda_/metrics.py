"""Emits AWS/Lambda as Lambda does: per function, with zeros for what did not happen.

Source: "Types of metrics for Lambda functions" in the Lambda developer guide. A throttled request
counts in Throttles only; Duration leaves the cold start out.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

from localstack.aws.api.lambda_ import TooManyRequestsException
from localstack.services.lambda_.invocation import version_manager
from localstack.services.lambda_.invocation.counting_service import CountingService
from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment
from localstack.services.lambda_.invocation.version_manager import LambdaVersionManager
from localstack.utils.patch import Patch, patch

from lab_engine.cloudwatch.metrics.database import RECORDER
from lab_engine.cloudwatch.metrics.recorder import Source


def install() -> None:
    """Measures each invocation, and silences LocalStack's own two metrics."""
    for name in ("record_cw_metric_invocation", "record_cw_metric_error"):
        Patch(version_manager, name, _record_nothing).apply()
    patch(LambdaVersionManager.invoke)(_invoke)
    patch(ExecutionEnvironment.invoke)(_invoke_environment)
    patch(CountingService.get_invocation_lease)(_get_invocation_lease)


def _record_nothing(**_function: str) -> None:
    """Stands where LocalStack would make two API calls for each invocation."""


def _source(function_id: Any) -> Source:
    return Source(
        function_id.account,
        function_id.region,
        "AWS/Lambda",
        (("FunctionName", function_id.function_name),),
    )


def _invoke(invoke: Callable[..., Any], self: Any, *, invocation: Any) -> Any:
    result = invoke(self, invocation=invocation)
    errors = 1 if result.is_error else 0
    source = _source(self.function_version.id)
    RECORDER.record(source, {"Invocations": 1, "Errors": errors, "Throttles": 0}, "Count")
    return result


def _invoke_environment(invoke: Callable[..., Any], self: Any, invocation: Any) -> Any:
    start = time.perf_counter()
    result = invoke(self, invocation)
    milliseconds = (time.perf_counter() - start) * 1000
    RECORDER.record(_source(self.function_version.id), {"Duration": milliseconds}, "Milliseconds")
    return result


@contextlib.contextmanager
def _get_invocation_lease(
    get_lease: Callable[..., Any], self: Any, function: Any, version: Any, *args: Any
) -> Iterator[Any]:
    source = _source(version.id)
    with contextlib.ExitStack() as stack:
        try:
            lease = stack.enter_context(get_lease(self, function, version, *args))
        except TooManyRequestsException:
            RECORDER.record(source, {"Throttles": 1}, "Count")
            raise
        tracker = self.on_demand_concurrency_trackers[source.account, source.region]
        running = tracker.concurrent_executions[version.id.unqualified_arn()]
        RECORDER.record(source, {"ConcurrentExecutions": running}, "Count")
        yield lease
