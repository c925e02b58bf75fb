"""Record AWS/States, which LocalStack does not have at all.

Source: "Monitoring Step Functions metrics" in the Step Functions developer guide. Each execution
counts once when it starts and, when it ends, once in the metric of its outcome and zero in the
others; ExecutionTime is in milliseconds.
"""

from collections.abc import Callable
from typing import Any

from lab_engine.cloudwatch.metrics.database import RECORDER
from lab_engine.cloudwatch.metrics.recorder import Source

_OUTCOMES = {
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
}


def _source(execution: Any) -> Source:
    return Source(
        execution.account_id,
        execution.region_name,
        "AWS/States",
        (("StateMachineArn", execution.state_machine_arn),),
    )


def count_start(start: Callable[..., None], self: Any) -> None:
    """Count a start."""
    start(self)
    RECORDER.record(_source(self), {"ExecutionsStarted": 1}, "Count")


def count_end(terminated: Callable[..., None], self: Any) -> None:
    """Count how an execution ended, and its time."""
    terminated(self)
    execution = self.execution
    outcome = _OUTCOMES[str(execution.exec_status)]
    counts = {metric: float(metric == outcome) for metric in _OUTCOMES.values()}
    RECORDER.record(_source(execution), counts, "Count")
    took = (execution.stop_date - execution.start_date).total_seconds() * 1000
    RECORDER.record(_source(execution), {"ExecutionTime": took}, "Milliseconds")
