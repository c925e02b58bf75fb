"""The JSON that travels between the functions: job messages, workflow states, rejections.

docs/contracts.md describes each field. A state can be made by hand, so what a function needs of it
is checked where it is read (`Job.from_state`, `CsvFormat.from_state`, `failure_in`).
"""

from typing import Any, NotRequired, TypedDict


class RejectionValue(TypedDict):
    """Why a job failed or a file was refused.

    Attributes:
        reason: a `FileReason`.
        message: the sentence people read.
        details: recognised column names and numbers only.
    """

    reason: str
    message: str
    details: dict[str, Any]


class CaughtError(TypedDict):
    """What a Catch of the state machine puts into the state."""

    Error: str
    Cause: str


class JobMessage(TypedDict):
    """A job: the body of its SQS message, and the input of its execution."""

    job_id: str
    source_bucket: str
    source_key: str
    destination_bucket: str
    submitted_at: str
    event_time: str
    etag: str
    file_size_bytes: int
    row_count: NotRequired[int]
    rejection: NotRequired[RejectionValue]
    unread: NotRequired[str]


class Figures(TypedDict, total=False):
    """The fields of transform-data, for a file with a result."""

    transform_status: str
    output_key: str
    total_rows: int
    valid_rows: int
    rejected_rows: int
    omitted_rows: int
    total_revenue: float
    total_revenue_text: str


class Outcome(TypedDict, total=False):
    """The fields of move-to-failed: where the file is, and why its job failed."""

    move_status: str
    failed_key: str | None
    file_key: str | None
    failure_reason: str


class WorkflowState(Figures, Outcome, total=False):
    """The state of an execution: the job, and what each function has added so far.

    A function returns its input with its own fields added, so any field can be absent.
    """

    job_id: str
    source_bucket: str
    source_key: str
    destination_bucket: str
    submitted_at: str
    event_time: str
    etag: str
    file_size_bytes: int
    unread: str

    parse_status: str
    encoding: str
    delimiter: str
    columns: list[str]
    column_count: int
    row_count: int

    schema_valid: bool
    validation_status: str
    missing_columns: list[str]
    extra_column_count: int

    rejection: RejectionValue
    error: CaughtError
    move_error: CaughtError
    explain_error: CaughtError

    error_key: str
    failure_message: str

    notification_status: str
    notification_message_id: str
    notification_error: CaughtError


class NotificationRequest(TypedDict, total=False):
    """The input of send-notification: how the job ended (`success` or `failed`), and its state."""

    outcome: str
    job: WorkflowState
