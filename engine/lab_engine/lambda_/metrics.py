"""Record AWS/Lambda as Lambda does: per function, with zeros for what did not happen.

Source: "Types of metrics for Lambda functions" in the Lambda developer guide. A throttled request
counts in Throttles only; Duration does not include the cold start.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

from localstack.aws.api.lambda_ import TooManyRequestsException

from lab_engine.cloudwatch.metrics.database import RECORDER
from lab_engine.cloudwatch.metrics.recorder import Source


def start_unless_for_metrics(
    start_thread: Callable[..., Any], method: Any, *args: Any, name: str = "", **kwargs: Any
) -> Any:
    """Start a thread, but not the one that LocalStack starts for each invocation's metrics."""
    if name.startswith("record-cloudwatch-metric"):
        return None
    return start_thread(method, *args, name=name or None, **kwargs)


def _source(function_id: Any) -> Source:
    return Source(
        function_id.account,
        function_id.region,
        "AWS/Lambda",
        (("FunctionName", function_id.function_name),),
    )


def count_invocation(invoke: Callable[..., Any], self: Any, *, invocation: Any) -> Any:
    """Count an invocation and whether it failed."""
    result = invoke(self, invocation=invocation)
    errors = 1 if result.is_error else 0
    source = _source(self.function_version.id)
    RECORDER.record(source, {"Invocations": 1, "Errors": errors, "Throttles": 0}, "Count")
    return result


def measure_duration(invoke: Callable[..., Any], self: Any, invocation: Any) -> Any:
    """Measure an invocation's duration."""
    start = time.perf_counter()
    result = invoke(self, invocation)
    milliseconds = (time.perf_counter() - start) * 1000
    RECORDER.record(_source(self.function_version.id), {"Duration": milliseconds}, "Milliseconds")
    return result


@contextlib.contextmanager
def count_lease(
    get_lease: Callable[..., Any], self: Any, function: Any, version: Any, *args: object
) -> Iterator[Any]:
    """Count throttled requests and concurrent executions."""
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
