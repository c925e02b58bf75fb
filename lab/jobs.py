"""Jobs as Step Functions tells them: which there are, how each ended, which way each took."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from lab.advice import command
from lab.cloud import Cloud
from lab.errors import LabError
from lab.evidence import Execution, Outcome, read_executions, read_history

READERS = 8
PENDING, PROCESSED, FAILED = "pending", "processed", "failed"
NAME_PREFIX = "execution-"
PROCESSING_ERROR = "processing_error"
"""The reason of a failure that is not the file's."""


@dataclass(frozen=True)
class Job:
    """One execution of the workflow, with its input and the last state that is known.

    Attributes:
        execution: name, status and times.
        input: the job message.
        state: what the functions added; empty while it runs.
    """

    execution: Execution
    input: dict[str, Any]
    state: dict[str, Any] = field(default_factory=dict)

    @property
    def job_id(self) -> str:
        """The job's id; an execution started by hand may have none but its name."""
        return str(self.input.get("job_id") or self.execution.name.removeprefix(NAME_PREFIX))

    @property
    def source_key(self) -> str:
        """The uploaded object's key."""
        return str(self.input.get("source_key", ""))

    @property
    def outcome(self) -> str:
        """`processed`, `failed`, or `pending` while it runs."""
        if self.execution.stopped is None:
            return PENDING
        return PROCESSED if self.execution.status == "SUCCEEDED" else FAILED

    @property
    def output_key(self) -> str | None:
        """Where the result stands in the processed bucket."""
        return self.state.get("output_key") if self.outcome == PROCESSED else None

    @property
    def failed_key(self) -> str | None:
        """Where the file stands in the raw bucket, when it was moved."""
        return self.state.get("failed_key") if self.outcome == FAILED else None

    @property
    def reason(self) -> str | None:
        """The stable reason code of a failure."""
        if self.outcome != FAILED:
            return None
        code = self.state.get("failure_reason") or self._rejection.get("reason")
        return str(code or PROCESSING_ERROR)

    @property
    def message(self) -> str | None:
        """The sentence people read about a failure."""
        if self.outcome != FAILED:
            return None
        message = self.state.get("failure_message") or self._rejection.get("message")
        return str(message) if message else None

    @property
    def rows(self) -> int | None:
        """Data rows in the file, where somebody has counted them."""
        return self._count("total_rows") or self._count("row_count")

    @property
    def rejected_rows(self) -> int:
        """Rows of a processed file that did not count."""
        return self._count("rejected_rows") or 0

    @property
    def revenue(self) -> Decimal | None:
        """Total revenue of a processed file, in baht."""
        if self.outcome != PROCESSED:
            return None
        told = self.state.get("total_revenue_text", self.state.get("total_revenue"))
        try:
            return Decimal(str(told))
        except InvalidOperation:
            return None

    def revenue_as_json(self) -> dict[str, Any]:
        """The revenue for scripts: a number, and the exact amount as text."""
        revenue = self.revenue
        return {
            "revenue": None if revenue is None else float(revenue),
            "total_revenue_text": None if revenue is None else f"{revenue:.2f}",
        }

    # Any state can be met here: a student's own functions write it.

    @property
    def _rejection(self) -> dict[str, Any]:
        rejection = self.state.get("rejection")
        return rejection if isinstance(rejection, dict) else {}

    def _count(self, name: str) -> int | None:
        value = self.state.get(name)
        return value if isinstance(value, int) else None


def job_told_by(outcome: Outcome) -> Job:
    """The job that an outcome in the buckets tells of, where no execution shows it."""
    body = outcome.body
    if outcome.kind == PROCESSED:
        figures = body.get("summary")
        state = {**(figures if isinstance(figures, dict) else body), "output_key": outcome.key}
    else:
        state = {
            "failed_key": outcome.key,
            "failure_reason": body.get("reason"),
            "failure_message": body.get("message"),
        }
    status = "SUCCEEDED" if outcome.kind == PROCESSED else "FAILED"
    execution = Execution("", outcome.job_id, status, outcome.written, outcome.written)
    message = {"job_id": outcome.job_id, "source_key": outcome.source_key}
    return Job(execution, message, state)


class JobReader:
    """Reads jobs, each finished one only once."""

    def __init__(self, cloud: Cloud) -> None:
        self._stepfunctions = cloud.client("stepfunctions")
        self._state_machine = cloud.state_machine_arn
        self._inputs: dict[str, dict[str, Any]] = {}
        self._finished: dict[str, Job] = {}

    def executions(self) -> list[Execution]:
        """Every execution, newest first."""
        return read_executions(self._stepfunctions, self._state_machine)

    def read(self, executions: Sequence[Execution]) -> list[Job]:
        """The jobs of these executions, in the same order."""
        with ThreadPoolExecutor(READERS) as readers:
            return list(readers.map(self._job, executions))

    def find(self, wanted: str) -> Job:
        """The job with this id; a part of it is enough when it fits only one.

        Raises:
            LabError: none fits, or several.
        """
        executions = self.executions()
        name = wanted.removeprefix(NAME_PREFIX)
        exact = [each for each in executions if each.name.removeprefix(NAME_PREFIX) == name]
        fitting = exact or [each for each in executions if name and name in each.name]
        if not fitting:
            raise LabError(f"There is no job {wanted!r}. See the jobs: {command('runs')}")
        if len(fitting) > 1:
            raise LabError(
                f"{wanted!r} fits {len(fitting)} jobs; give more of the id: {command('runs')}"
            )
        return self._job(fitting[0])

    def history(self, job: Job) -> list[dict[str, Any]]:
        """The events of a job's execution, oldest first."""
        return read_history(self._stepfunctions, job.execution.arn)

    def _job(self, execution: Execution) -> Job:
        if execution.arn in self._finished:
            return self._finished[execution.arn]
        if execution.stopped is None:
            return Job(execution, self._input(execution.arn))
        job = self._finished_job(execution)
        self._finished[execution.arn] = job
        return job

    def _input(self, arn: str) -> dict[str, Any]:
        if arn not in self._inputs:
            description = self._stepfunctions.describe_execution(executionArn=arn)
            self._inputs[arn] = json_object(description.get("input"))
        return self._inputs[arn]

    def _finished_job(self, execution: Execution) -> Job:
        if execution.status == "SUCCEEDED":
            description = self._stepfunctions.describe_execution(executionArn=execution.arn)
            return Job(
                execution,
                json_object(description.get("input")),
                json_object(description.get("output")),
            )
        events = read_history(self._stepfunctions, execution.arn)
        return Job(execution, self._input(execution.arn), last_state(events))


def json_object(text: str | None) -> dict[str, Any]:
    """JSON text as an object; anything else, such as a hand-made input, is an empty one."""
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def last_state(events: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What a failed execution knew last: the input of the state it entered last.

    A failed execution has no output (Step Functions API, DescribeExecution).
    """
    for event in reversed(events):
        entered = event.get("stateEnteredEventDetails")
        if entered:
            return json_object(entered.get("input"))
    return {}


@dataclass
class Step:
    """One state on a job's way.

    Attributes:
        name: the state's name.
        entered: when it was entered.
        left: when it was left; None when the execution ended in it, or is still there.
        attempts: how often its task was started; 0 for a state without a task.
        error: the last error in it, or an empty string.
        trace: where in the function it was raised, line by line; empty where no function told.
        function: the function that its task invokes, or an empty string.
    """

    name: str
    entered: datetime
    left: datetime | None = None
    attempts: int = 0
    error: str = ""
    trace: tuple[str, ...] = ()
    function: str = ""


FAILURES = (
    "taskFailedEventDetails",
    "taskTimedOutEventDetails",
    "lambdaFunctionFailedEventDetails",
    "lambdaFunctionTimedOutEventDetails",
    "lambdaFunctionScheduleFailedEventDetails",
    "lambdaFunctionStartFailedEventDetails",
    "executionFailedEventDetails",
    "executionTimedOutEventDetails",
    "executionAbortedEventDetails",
)


def path(events: Sequence[dict[str, Any]]) -> list[Step]:
    """The states a job went through, from the history of its execution."""
    steps: list[Step] = []
    for event in events:
        kind = event["type"]
        if kind.endswith("StateEntered"):
            steps.append(Step(event["stateEnteredEventDetails"]["name"], event["timestamp"]))
        elif steps:
            _note(steps[-1], event)
    return steps


def _note(step: Step, event: dict[str, Any]) -> None:
    kind = event["type"]
    if kind.endswith("StateExited"):
        step.left = event["timestamp"]
    elif kind in ("TaskScheduled", "LambdaFunctionScheduled"):
        step.attempts += 1
        step.function = _function_in(event)
    for name in FAILURES:
        details = event.get(name)
        if details:
            step.error, step.trace = _told(details.get("error"), details.get("cause"))


def _function_in(event: dict[str, Any]) -> str:
    """The function that a task invokes, by its ARN or by the service's own integration."""
    task = event.get("taskScheduledEventDetails", {})
    invoked = event.get("lambdaFunctionScheduledEventDetails", {}).get("resource")
    named = str(invoked or json_object(task.get("parameters")).get("FunctionName", ""))
    return named.rpartition(":function:")[2].partition(":")[0]


def _told(error: str | None, cause: str | None) -> tuple[str, tuple[str, ...]]:
    """An error as one line, and the stack trace that a function gave with it.

    The cause of a function's error is JSON text with `errorType`, `errorMessage` and `stackTrace`
    (Lambda developer guide, "Understanding errors"); any other cause is a sentence.
    """
    reported = json_object(cause)
    if "errorMessage" not in reported:
        return ": ".join(filter(None, (error, cause))), ()
    head = f"{reported.get('errorType') or error}: {reported['errorMessage']}"
    entries = reported.get("stackTrace")
    lines = [str(entry) for entry in entries] if isinstance(entries, list) else []
    return head, tuple("\n".join(lines).splitlines())
