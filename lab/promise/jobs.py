"""Jobs as Step Functions tells them: which there are, how each ended, which way each took."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from lab.advice import command
from lab.errors import LabError
from lab.language import say
from lab.promise.evidence import Execution, Outcome, read_executions, read_history
from lab.promise.state import (
    as_state,
    json_object,
    last_state,
    read_state,
    rejection_in,
    whole_number,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lab.running import RunningLab
    from pipeline.state import WorkflowState

READERS = 8
PENDING, PROCESSED, FAILED = "pending", "processed", "failed"
PROCESSING_ERROR = "processing_error"
"""The reason of a failure that is not the file's."""

STOPPED_BY_HAND = "stopped_by_hand"
"""The reason where somebody called StopExecution: no function could give one."""

_NAME_PREFIX = "execution-"


def execution_name(job_id: str) -> str:
    """Return the name of a job's execution, as csv-processor gives it."""
    return _NAME_PREFIX + job_id


def job_id_in(name: str) -> str:
    """Return the job id in an execution's name; of one started by hand the whole name."""
    return name.removeprefix(_NAME_PREFIX)


def created_at(stepfunctions: Any, state_machine_arn: str) -> datetime:
    """Return when a state machine was created.

    Executions that began before are of another one of that name, which was deleted; some are still
    listed.
    """
    described = stepfunctions.describe_state_machine(stateMachineArn=state_machine_arn)
    created: datetime = described["creationDate"]
    return created


@dataclass(frozen=True)
class Job:
    """One execution of the workflow, with its input and the last state that is known.

    Attributes:
        execution: Name, status and times.
        input: The job message.
        state: What the functions added; empty while it runs.
    """

    execution: Execution
    input: WorkflowState
    state: WorkflowState = field(default_factory=lambda: as_state({}))

    @property
    def job_id(self) -> str:
        """The job's id; an execution started by hand may have none but its name."""
        return str(self.input.get("job_id") or job_id_in(self.execution.name))

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
        code = self.state.get("failure_reason") or rejection_in(self.state).get("reason")
        unknown = STOPPED_BY_HAND if self.execution.status == "ABORTED" else PROCESSING_ERROR
        return str(code or unknown)

    @property
    def message(self) -> str | None:
        """The sentence people read about a failure."""
        if self.outcome != FAILED:
            return None
        message = self.state.get("failure_message") or rejection_in(self.state).get("message")
        return str(message) if message else None

    @property
    def rows(self) -> int | None:
        """Data rows in the file, where a function has counted them."""
        state = self.state
        return whole_number(state.get("total_rows")) or whole_number(state.get("row_count"))

    @property
    def rejected_rows(self) -> int:
        """Rows of a processed file that did not count."""
        return whole_number(self.state.get("rejected_rows")) or 0

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
        """Return the revenue for scripts: a number, and the exact amount as text."""
        revenue = self.revenue
        return {
            "revenue": None if revenue is None else float(revenue),
            "total_revenue_text": None if revenue is None else f"{revenue:.2f}",
        }


def job_of(outcome: Outcome) -> Job:
    """Return the job that an outcome in the buckets is of, where no execution shows it."""
    body = outcome.body
    if outcome.kind == PROCESSED:
        figures = body.get("summary")
        told = figures if isinstance(figures, dict) else body
        state = as_state({**told, "output_key": outcome.key})
    else:
        state = as_state(
            {
                "failed_key": outcome.key,
                "failure_reason": body.get("reason"),
                "failure_message": body.get("message"),
            }
        )
    status = "SUCCEEDED" if outcome.kind == PROCESSED else "FAILED"
    execution = Execution("", outcome.job_id, status, outcome.written, outcome.written)
    message = as_state({"job_id": outcome.job_id, "source_key": outcome.source_key})
    return Job(execution, message, state)


class JobReader:
    """Reads jobs, each finished one only once."""

    def __init__(self, lab: RunningLab) -> None:
        self._stepfunctions = lab.client("stepfunctions")
        self._state_machine = lab.arns.state_machine
        self._inputs: dict[str, WorkflowState] = {}
        self._finished: dict[str, Job] = {}

    def executions(self) -> list[Execution]:
        """Return every execution, newest first."""
        return read_executions(self._stepfunctions, self._state_machine)

    def read(self, executions: Sequence[Execution]) -> list[Job]:
        """Return the jobs of these executions, in the same order."""
        with ThreadPoolExecutor(READERS) as readers:
            return list(readers.map(self._job, executions))

    def find(self, wanted: str) -> Job:
        """Return the job with this id; a part of it is enough when it fits only one.

        Raises:
            LabError: None fits, or several.
        """
        executions = self.executions()
        name = job_id_in(wanted)
        exact = [each for each in executions if job_id_in(each.name) == name]
        fitting = exact or [each for each in executions if name and name in each.name]
        if not fitting:
            raise LabError(
                say(
                    "There is no job {wanted!r}. See the jobs: {runs}",
                    wanted=wanted,
                    runs=command("runs"),
                )
            )
        if len(fitting) > 1:
            raise LabError(
                say(
                    "{wanted!r} fits {count} jobs; give more of the id: {runs}",
                    wanted=wanted,
                    count=len(fitting),
                    runs=command("runs"),
                )
            )
        return self._job(fitting[0])

    def history(self, job: Job) -> list[dict[str, Any]]:
        """Return the events of a job's execution, oldest first."""
        return read_history(self._stepfunctions, job.execution.arn)

    def _job(self, execution: Execution) -> Job:
        if execution.arn in self._finished:
            return self._finished[execution.arn]
        if execution.stopped is None:
            return Job(execution, self._input(execution.arn))
        job = self._finished_job(execution)
        self._finished[execution.arn] = job
        return job

    def _input(self, arn: str) -> WorkflowState:
        if arn not in self._inputs:
            description = self._stepfunctions.describe_execution(executionArn=arn)
            self._inputs[arn] = read_state(description.get("input"))
        return self._inputs[arn]

    def _finished_job(self, execution: Execution) -> Job:
        if execution.status == "SUCCEEDED":
            description = self._stepfunctions.describe_execution(executionArn=execution.arn)
            return Job(
                execution,
                read_state(description.get("input")),
                read_state(description.get("output")),
            )
        events = read_history(self._stepfunctions, execution.arn)
        return Job(execution, self._input(execution.arn), last_state(events))


@dataclass
class StateVisit:
    """One state on a job's way.

    Attributes:
        name: The state's name.
        entered: When it was entered.
        left: When it was left; None when the execution ended in it, or is still there.
        attempts: How often its task was started; 0 for a state without a task.
        error: The last error in it, or an empty string.
        trace: Where in the function it was raised, line by line; empty where no function says so.
        function: The function that its task invokes, or an empty string.
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


def path(events: Sequence[dict[str, Any]]) -> list[StateVisit]:
    """Return the states a job went through, from the history of its execution."""
    steps: list[StateVisit] = []
    for event in events:
        kind = event["type"]
        if kind.endswith("StateEntered"):
            steps.append(StateVisit(event["stateEnteredEventDetails"]["name"], event["timestamp"]))
        elif steps:
            _note(steps[-1], event)
    return steps


def _note(step: StateVisit, event: dict[str, Any]) -> None:
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
    """Return the function that a task invokes, by its ARN or by the service's own integration."""
    task = event.get("taskScheduledEventDetails", {})
    invoked = event.get("lambdaFunctionScheduledEventDetails", {}).get("resource")
    named = str(invoked or json_object(task.get("parameters")).get("FunctionName", ""))
    return named.rpartition(":function:")[2].partition(":")[0]


def _told(error: str | None, cause: str | None) -> tuple[str, tuple[str, ...]]:
    """Return an error as one line, and the stack trace that a function gave with it.

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
