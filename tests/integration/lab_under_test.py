"""The lab as the integration tests handle it: AWS clients, and verbs of the workshop."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from localstack_client.session import Session

from lab.evidence import (
    Execution,
    Mail,
    Outcome,
    OutcomeReader,
    read_history,
    read_log_lines,
    read_mails,
)
from tests.integration.waiting import PATIENCE, HopelessError, wait_until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provision.settings import Queue, Settings

_CLOCK_SLACK = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Upload:
    """One object a test has put under `uploads/`."""

    key: str
    etag: str
    body: bytes
    uploaded_at: datetime


class LabUnderTest:
    """A running lab, local or in a container, known by its endpoint and its settings."""

    def __init__(self, endpoint: str, settings: Settings) -> None:
        self.endpoint = endpoint
        self.settings = settings
        self._session = Session(
            aws_access_key_id="test",
            aws_secret_access_key="test",
            region_name=settings.region,
            localstack_host=endpoint.removeprefix("http://"),
        )
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """Return the boto3 client of an AWS service, made once."""
        if service not in self._clients:
            config = Config(max_pool_connections=32, retries={"max_attempts": 2})
            self._clients[service] = self._session.client(service, config=config)
        return self._clients[service]

    # What a student does ---------------------------------------------------------------------

    def upload(self, name: str, body: bytes | str, *, folder: str = "") -> Upload:
        """Put a file under `uploads/`, its name made unique by a token in front."""
        return self.put(f"uploads/{folder}{secrets.token_hex(4)}-{name}", body)

    def put(self, key: str, body: bytes | str) -> Upload:
        """Put a file at exactly this key."""
        content = body.encode() if isinstance(body, str) else body
        uploaded_at = datetime.now(UTC)
        answer = self.client("s3").put_object(
            Bucket=self.settings.raw_bucket, Key=key, Body=content
        )
        return Upload(key, answer["ETag"].strip('"'), content, uploaded_at)

    # What the pipeline did about it ----------------------------------------------------------

    @cached_property
    def _outcomes(self) -> OutcomeReader:
        return OutcomeReader(
            self.client("s3"), self.settings.raw_bucket, self.settings.processed_bucket
        )

    def outcomes(self, key: str) -> list[Outcome]:
        """Return every outcome there is now for the uploaded key."""
        return [each for each in self._outcomes.outcomes() if each.source_key == key]

    def outcome_of(self, upload: Upload, *, within: float = PATIENCE) -> Outcome:
        """Wait for an upload's outcome and return it.

        Raises:
            GaveUpError: When there is none in time, or more than one.
        """
        return self.outcomes_of([upload], within=within)[0]

    def outcomes_of(self, uploads: Sequence[Upload], *, within: float = PATIENCE) -> list[Outcome]:
        """Wait until each of these uploads (of different keys) has its outcome, in their order."""
        keys = [upload.key for upload in uploads]

        def look() -> list[Outcome] | None:
            found: dict[str, Outcome] = {}
            for outcome in self._outcomes.outcomes():
                if outcome.source_key in found and outcome.source_key in keys:
                    first = found[outcome.source_key]
                    raise HopelessError(f"two outcomes: {first.key} and {outcome.key}")
                found[outcome.source_key] = outcome
            return [found[key] for key in keys] if all(key in found for key in keys) else None

        return wait_until(
            f"the outcome of {', '.join(keys[:3])}{' ...' if len(keys) > 3 else ''}",
            look,
            within=within,
            seen=lambda: self.what_happened(uploads),
        )

    def execution_of(self, job_id: str, *, within: float = PATIENCE) -> dict[str, Any]:
        """Wait until the job's execution has ended and return its description."""
        arn = self.execution_arn(f"execution-{job_id}")
        stepfunctions = self.client("stepfunctions")

        def look() -> dict[str, Any] | None:
            try:
                description: dict[str, Any] = stepfunctions.describe_execution(executionArn=arn)
            except stepfunctions.exceptions.ExecutionDoesNotExist:
                return None
            return None if description["status"] == "RUNNING" else description

        return wait_until(f"the end of {arn}", look, within=within)

    def execution_arn(self, name: str) -> str:
        """Return the ARN of an execution of the pipeline's state machine."""
        machine = self.state_machine_arn.replace(":stateMachine:", ":execution:")
        return f"{machine}:{name}"

    @cached_property
    def state_machine_arn(self) -> str:
        """The ARN of ProcessCSVWorkflow."""
        machines: list[dict[str, str]] = self.client("stepfunctions").list_state_machines()[
            "stateMachines"
        ]
        return next(
            machine["stateMachineArn"]
            for machine in machines
            if machine["name"] == self.settings.state_machine_name
        )

    def history_of(self, job_id: str) -> list[dict[str, Any]]:
        """Return the events of the job's execution, oldest first."""
        arn = self.execution_arn(f"execution-{job_id}")
        return read_history(self.client("stepfunctions"), arn)

    def mails_of(self, job_id: str) -> list[Mail]:
        """Return the mails in the inbox that tell of this job now."""
        return [mail for mail in read_mails(self.endpoint) if mail.job_id == job_id]

    def mail_of(self, job_id: str, *, within: float = PATIENCE) -> Mail:
        """Wait for the first mail that tells of this job."""
        return wait_until(f"the mail about {job_id}", lambda: self.mails_of(job_id), within=within)[
            0
        ]

    def log_events(
        self, function: str, event: str, since: datetime, **fields: object
    ) -> list[dict[str, Any]]:
        """Return a function's structured log lines of one event, with these field values."""
        found = []
        for line in read_log_lines(self.client("logs"), [function], since - _CLOCK_SLACK):
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if not isinstance(entry, dict) or entry.get("event") != event:
                continue
            if all(entry.get(name) == value for name, value in fields.items()):
                found.append(entry)
        return found

    def log_event(
        self, function: str, event: str, since: datetime, **fields: object
    ) -> dict[str, Any]:
        """Wait for the first structured log line of one event, with these field values."""
        return wait_until(
            f"{function} to log {event} with {fields}",
            lambda: self.log_events(function, event, since, **fields),
            seen=lambda: "\n".join(
                read_log_lines(self.client("logs"), [function], since - _CLOCK_SLACK)[-20:]
            ),
        )[0]

    def messages_in(self, queue: Queue) -> int:
        """Return how many messages a queue holds: visible, in flight and delayed."""
        sqs = self.client("sqs")
        names = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ]
        url = sqs.get_queue_url(QueueName=queue.name)["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(attributes[name]) for name in names)

    def what_happened(self, uploads: Sequence[Upload]) -> str:
        """Return the queues' depths and the functions' last log lines since the first upload."""
        since = min(upload.uploaded_at for upload in uploads) - _CLOCK_SLACK
        lines = [
            f"{queue.name}: {self.messages_in(queue)} messages"
            for queue in (self.settings.main_queue, self.settings.dlq)
        ]
        logs = self.client("logs")
        for function in self.settings.functions.values():
            try:
                logged = read_log_lines(logs, [function.name], since)
            except logs.exceptions.ResourceNotFoundException:
                logged = []
            lines.append(f"--- {function.name}: the last of {len(logged)} lines")
            lines.extend(line.rstrip() for line in logged[-6:])
        return "\n".join(lines)

    def executions_with_status(self, status: str) -> list[Execution]:
        """Return the executions of the state machine in this status."""
        pages = (
            self.client("stepfunctions")
            .get_paginator("list_executions")
            .paginate(stateMachineArn=self.state_machine_arn, statusFilter=status)
        )
        return [
            Execution(
                entry["executionArn"],
                entry["name"],
                entry["status"],
                entry["startDate"],
                entry.get("stopDate"),
            )
            for page in pages
            for entry in page["executions"]
        ]
