"""The pipeline's names and numbers, all in one place.

Everything here is independent of the account; `arns.py` makes the ARNs. A profile changes only
numbers, never names or structure.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from provision.errors import ProvisionError

if TYPE_CHECKING:
    from collections.abc import Mapping

CSV_VALIDATOR: Final = "csv-validator"
CSV_PROCESSOR: Final = "csv-processor"
PARSE_CSV: Final = "parse-csv"
VALIDATE_SCHEMA: Final = "validate-schema"
TRANSFORM_DATA: Final = "transform-data"
MOVE_TO_FAILED: Final = "move-to-failed"
SEND_NOTIFICATION: Final = "send-notification"

TASK_FUNCTIONS: Final = (
    PARSE_CSV,
    VALIDATE_SCHEMA,
    TRANSFORM_DATA,
    MOVE_TO_FAILED,
    SEND_NOTIFICATION,
)
"""The functions that the state machine invokes; the other two run before it."""

DEFAULT_STUDENT: Final = "student"
DEFAULT_SUFFIX: Final = "0001"
DEFAULT_EMAIL: Final = "student@example.com"
DEFAULT_REGION: Final = "ap-southeast-1"

_DAY_SECONDS: Final = 24 * 60 * 60
_LONGEST_BUCKET_NAME: Final = 63
_NAME_PART = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""Letters, digits and hyphens; no dots, which AWS allows but which break TLS host names."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+")


class SettingsError(ProvisionError):
    """A setting is not valid; the message is one sentence that says which and why."""


@dataclass(frozen=True)
class Profile:
    """The numbers that differ between the workshop's pace and that of tests.

    Attributes:
        name: What `LAB_PROFILE` says to choose it.
        batch_window_seconds: How long the event source gathers messages.
        processor_timeout_seconds: Timeout of csv-processor.
        main_queue_visibility_seconds: Visibility timeout of the main queue. AWS requires at least
            the function's timeout and recommends six times that plus the batch window (Lambda
            developer guide, "Using Lambda with Amazon SQS").
        errors_period_seconds: Period of the alarms on errors and failed executions.
        dlq_period_seconds: Period of the alarm on the dead letter queue.
    """

    name: str
    batch_window_seconds: int
    processor_timeout_seconds: int
    main_queue_visibility_seconds: int
    errors_period_seconds: int
    dlq_period_seconds: int


WORKSHOP: Final = Profile("workshop", 10, 10, 70, 300, 60)
QUICK: Final = Profile("quick", 0, 10, 12, 10, 10)
PROFILES: Final = {profile.name: profile for profile in (WORKSHOP, QUICK)}


@dataclass(frozen=True)
class Function:
    """A Lambda function's name and size."""

    name: str
    timeout_seconds: int
    memory_mb: int

    @property
    def package(self) -> str:
        """The folder under `lambdas/` that holds its code."""
        return self.name.replace("-", "_")

    @property
    def handler(self) -> str:
        """The entry point, as Lambda is told it."""
        return f"{self.package}.handler.lambda_handler"

    @property
    def role_name(self) -> str:
        """The role that only this function assumes."""
        return f"pipeline-{self.name}-role"

    @property
    def log_group(self) -> str:
        """The log group that Lambda writes to."""
        return f"/aws/lambda/{self.name}"


@dataclass(frozen=True)
class Queue:
    """An SQS queue's name and attributes."""

    name: str
    visibility_seconds: int
    retention_seconds: int
    receive_wait_seconds: int = 0
    largest_message_bytes: int = 256 * 1024


@dataclass(frozen=True)
class Alarm:
    """A CloudWatch alarm's name, period and the value that it must exceed."""

    name: str
    period_seconds: int
    threshold: int


@dataclass(frozen=True)
class Settings:
    """The names and numbers of one lab.

    Attributes:
        student: Part of the bucket names.
        suffix: Last part of the bucket names, which must be unique in the world on AWS.
        email: Where the topic sends its mail.
        region: The region of everything.
        profile: The numbers that may differ.

    Raises:
        SettingsError: A value breaks a rule of AWS.
    """

    student: str = DEFAULT_STUDENT
    suffix: str = DEFAULT_SUFFIX
    email: str = DEFAULT_EMAIL
    region: str = DEFAULT_REGION
    profile: Profile = WORKSHOP

    uploads_prefix: str = "uploads/"
    failed_prefix: str = "failed/"
    processed_prefix: str = "processed/"
    failed_expire_days: int = 30
    incomplete_upload_days: int = 1

    state_machine_name: str = "ProcessCSVWorkflow"
    state_machine_role_name: str = "pipeline-stepfunctions-role"

    topic_name: str = "pipeline-notifications"
    topic_display_name: str = "CSV Pipeline"

    dashboard_name: str = "csv-pipeline-dashboard"
    metric_namespace: str = "CSVPipeline"
    log_retention_days: int = 14

    runtime: str = "python3.12"
    architecture: str = "x86_64"
    max_file_bytes: int = 64 * 1024 * 1024
    async_retries: int = 2
    batch_size: int = 5
    max_receives: int = 3

    def __post_init__(self) -> None:
        """Refuse values that AWS would refuse later and less clearly."""
        for variable, value in (("LAB_STUDENT", self.student), ("LAB_SUFFIX", self.suffix)):
            if not _NAME_PART.fullmatch(value):
                raise SettingsError(
                    "{variable} is {value!r}, but it becomes part of bucket names and may hold "
                    "only a-z, 0-9 and single hyphens between them.",
                    variable=variable,
                    value=value,
                )
        if len(self.processed_bucket) > _LONGEST_BUCKET_NAME:
            raise SettingsError(
                "LAB_STUDENT and LAB_SUFFIX make the bucket name {bucket!r} of {length} "
                "characters, but S3 allows {most}.",
                bucket=self.processed_bucket,
                length=len(self.processed_bucket),
                most=_LONGEST_BUCKET_NAME,
            )
        if not _EMAIL.fullmatch(self.email):
            raise SettingsError(
                "LAB_EMAIL is {email!r}, but it must be one address such as {usual}.",
                email=self.email,
                usual=DEFAULT_EMAIL,
            )
        if not _REGION.fullmatch(self.region):
            raise SettingsError(
                "AWS_DEFAULT_REGION is {region!r}, but it must be a region such as {usual}.",
                region=self.region,
                usual=DEFAULT_REGION,
            )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings from environment variables; an empty one counts as not set.

        Args:
            environment: The variables; the process's own when not given.

        Raises:
            SettingsError: A variable has a value that is not valid.
        """
        given = os.environ if environment is None else environment
        profile_name = given.get("LAB_PROFILE") or WORKSHOP.name
        if profile_name not in PROFILES:
            raise SettingsError(
                "LAB_PROFILE is {profile!r}, but it must be one of: {profiles}.",
                profile=profile_name,
                profiles=", ".join(PROFILES),
            )
        return cls(
            student=given.get("LAB_STUDENT") or DEFAULT_STUDENT,
            suffix=given.get("LAB_SUFFIX") or DEFAULT_SUFFIX,
            email=given.get("LAB_EMAIL") or DEFAULT_EMAIL,
            region=given.get("AWS_DEFAULT_REGION") or DEFAULT_REGION,
            profile=PROFILES[profile_name],
        )

    @property
    def lab_id(self) -> str:
        """What tells this lab from others in one account, as its bucket names do."""
        return f"{self.student}-{self.suffix}"

    @property
    def raw_bucket(self) -> str:
        """The bucket that takes uploads and keeps failed files."""
        return f"pipeline-raw-{self.lab_id}"

    @property
    def processed_bucket(self) -> str:
        """The bucket that takes results."""
        return f"pipeline-processed-{self.lab_id}"

    @property
    def main_queue(self) -> Queue:
        """The queue between the validator and the processor."""
        return Queue(
            "pipeline-main-queue",
            visibility_seconds=self.profile.main_queue_visibility_seconds,
            retention_seconds=4 * _DAY_SECONDS,
            receive_wait_seconds=20,
        )

    @property
    def dlq(self) -> Queue:
        """The queue of messages that were not processed after `max_receives` receives."""
        return Queue("pipeline-dlq", visibility_seconds=30, retention_seconds=14 * _DAY_SECONDS)

    @property
    def notifications_queue(self) -> Queue:
        """The queue that gets a copy of each notification, for integrations."""
        return Queue(
            "pipeline-notifications-queue",
            visibility_seconds=30,
            retention_seconds=4 * _DAY_SECONDS,
        )

    @property
    def functions(self) -> dict[str, Function]:
        """The seven functions by name; each task's timeout is below that of its state."""
        sized = (
            Function(CSV_VALIDATOR, timeout_seconds=30, memory_mb=256),
            Function(
                CSV_PROCESSOR, timeout_seconds=self.profile.processor_timeout_seconds, memory_mb=256
            ),
            Function(PARSE_CSV, timeout_seconds=55, memory_mb=256),
            Function(VALIDATE_SCHEMA, timeout_seconds=25, memory_mb=128),
            Function(TRANSFORM_DATA, timeout_seconds=110, memory_mb=512),
            Function(MOVE_TO_FAILED, timeout_seconds=25, memory_mb=128),
            Function(SEND_NOTIFICATION, timeout_seconds=25, memory_mb=128),
        )
        return {function.name: function for function in sized}

    @property
    def transform_errors_alarm(self) -> Alarm:
        """The alarm for more than two failures of transform-data in a period."""
        return Alarm("pipeline-transform-errors", self.profile.errors_period_seconds, threshold=2)

    @property
    def dlq_alarm(self) -> Alarm:
        """The alarm for messages in the dead letter queue."""
        return Alarm("pipeline-dlq-messages", self.profile.dlq_period_seconds, threshold=0)

    @property
    def execution_failures_alarm(self) -> Alarm:
        """The alarm for failed executions."""
        return Alarm("pipeline-execution-failures", self.profile.errors_period_seconds, threshold=0)

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """All alarms."""
        return (self.transform_errors_alarm, self.dlq_alarm, self.execution_failures_alarm)

    @property
    def log_groups(self) -> tuple[str, ...]:
        """The log group of every function."""
        return tuple(function.log_group for function in self.functions.values())
