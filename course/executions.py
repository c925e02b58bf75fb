"""Executions of a state machine: finding those about a file, and what became of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from course.listing import listed
from provision.target import unless_missing
from provision.waiting import poll

RUNNING: Final = "RUNNING"
_GONE: Final = ("StateMachineDoesNotExist", "ExecutionDoesNotExist")


@dataclass(frozen=True)
class Execution:
    """One execution.

    Attributes:
        arn: Its ARN.
        status: `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `ABORTED`.
        job: What it was started with.
        error: The name of the error that it ended with, empty without.
    """

    arn: str
    status: str
    job: dict[str, Any]
    error: str

    @property
    def name(self) -> str:
        """Its own name."""
        return self.arn.rpartition(":")[2]


def executions(client: Any, machine_arn: str, since: datetime | None = None) -> Iterator[Execution]:
    """Return the executions of a state machine, the newest first.

    Those of an earlier state machine of the same name went with it on AWS; LocalStack lists them
    still, and they would pass for what a student did after a reset.

    Args:
        client: A Step Functions client.
        machine_arn: Whose.
        since: Only those that started from then on.
    """
    machine = unless_missing(
        lambda: client.describe_state_machine(stateMachineArn=machine_arn), *_GONE
    )
    if machine is None:
        return
    since = max(since or machine["creationDate"], machine["creationDate"])
    known = unless_missing(
        lambda: list(listed(client, "list_executions", "executions", stateMachineArn=machine_arn)),
        *_GONE,
    )
    for each in known or ():
        if each["startDate"] >= since:
            found = unless_missing(
                lambda: client.describe_execution(executionArn=each["executionArn"]),  # noqa: B023
                *_GONE,
            )
            if found:
                yield _execution(found)


def executions_about(
    client: Any, machine_arn: str, since: datetime | None = None, **job: str
) -> list[Execution]:
    """Return the executions whose input has these fields, the newest first.

    Args:
        client: A Step Functions client.
        machine_arn: Whose executions.
        since: Only those that started from then on.
        job: Such as `source_key`.
    """
    return [
        each
        for each in executions(client, machine_arn, since)
        if all(each.job.get(name) == value for name, value in job.items())
    ]


def all_ended(found: list[Execution]) -> bool:
    """Whether there are executions, and none of them still runs."""
    return bool(found) and all(each.status != RUNNING for each in found)


def history_text(client: Any, execution: Execution) -> str:
    """All that the history of an execution says, as one text."""
    return json.dumps(list(_events(client, execution)), default=str, ensure_ascii=False)


def entered_states(client: Any, execution: Execution) -> list[str]:
    """Return the names of the states that an execution came into, in order."""
    return [
        event["stateEnteredEventDetails"]["name"]
        for event in _events(client, execution)
        if "stateEnteredEventDetails" in event
    ]


def final_status(client: Any, arn: str, *, within: float) -> str:
    """Wait until an execution has ended.

    Args:
        client: A Step Functions client.
        arn: Of the execution.
        within: Seconds to wait.

    Returns:
        Its status; `RUNNING` when the time was over.
    """

    def status() -> str:
        return str(client.describe_execution(executionArn=arn)["status"])

    poll(lambda: status() != RUNNING, within=within, every=0.2)
    return status()


def _events(client: Any, execution: Execution) -> Iterator[dict[str, Any]]:
    return listed(client, "get_execution_history", "events", executionArn=execution.arn)


def _execution(found: dict[str, Any]) -> Execution:
    try:
        job = json.loads(found.get("input") or "{}")
    except ValueError:
        job = {}
    return Execution(
        found["executionArn"],
        found["status"],
        job if isinstance(job, dict) else {},
        found.get("error", ""),
    )
