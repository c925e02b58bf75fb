"""Emits AWS/States, which LocalStack does not have at all.

Source: "Monitoring Step Functions metrics" in the Step Functions developer guide. Each execution
counts once when it starts and, when it ends, once in the metric of its outcome and zero in the
others; ExecutionTime is in milliseconds.
"""

from collections.abc import Callable
from typing import Any

from localstack.services.stepfunctions.backend.execution import (
    BaseExecutionWorkerCommunication,
    Execution,
)
from localstack.utils.patch import patch

from lab_engine.cloudwatch.metrics.database import RECORDER
from lab_engine.cloudwatch.metrics.recorder import Source

_OUTCOMES = {
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
}


def install() -> None:
    """Counts the starts and the ends of executions."""
    patch(Execution.start)(_start)
    patch(BaseExecutionWorkerCommunication.terminated)(_terminated)


def _source(execution: Any) -> Source:
    return Source(
        execution.account_id,
        execution.region_name,
        "AWS/States",
        (("StateMachineArn", execution.state_machine_arn),),
    )


def _start(start: Callable[..., None], self: Any) -> None:
    start(self)
    RECORDER.record(_source(self), {"ExecutionsStarted": 1}, "Count")


def _terminated(terminated: Callable[..., None], self: Any) -> None:
    terminated(self)
    execution = self.execution
    outcome = _OUTCOMES[str(execution.exec_status)]
    counts = {metric: float(metric == outcome) for metric in _OUTCOMES.values()}
    RECORDER.record(_source(execution), counts, "Count")
    took = (execution.stop_date - execution.start_date).total_seconds() * 1000
    RECORDER.record(_source(execution), {"ExecutionTime": took}, "Milliseconds")
