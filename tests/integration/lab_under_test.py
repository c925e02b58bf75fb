"""The running lab as the integration tests handle it: with the verbs of the workshop."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlsplit, urlunsplit

import psutil
import pytest
import requests

from lab.chosen import FIRST_ACCOUNT
from lab.launch.ports import listener_on
from lab.launch.readiness import read_readiness
from lab.promise.evidence import (
    Mail,
    Outcome,
    OutcomeReader,
    read_executions,
    read_history,
    read_log_lines,
    read_mails,
)
from lab.promise.file_counts import FileCounts, read_file_counts
from lab.promise.jobs import execution_name
from lab.promise.state import json_object
from lab.promise.verify import Report, UploadedObject, verify
from lab.running import LabRecord, RunningLab
from tests.integration.queues import TestedQueue
from tests.waiting import PATIENCE, HopelessError, wait_until

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LAB_ONLY = "lab only"
"""How the reason begins of a test that is skipped at other implementations of AWS."""

_CLOCK_SLACK = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Upload:
    """One object a test has put under `uploads/`."""

    key: str
    etag: str
    body: bytes
    uploaded_at: datetime


class LabUnderTest(RunningLab):
    """A running lab, local or in a container, with the verbs of the workshop.

    Args:
        record: How it was started.
        account: Whose resources it is about.
        ahead: How far its clock is ahead of this process's.
    """

    def __init__(
        self,
        record: LabRecord,
        account: str = FIRST_ACCOUNT,
        *,
        ahead: timedelta = timedelta(),
    ) -> None:
        super().__init__(record, account)
        self._ahead = ahead

    @classmethod
    def at(
        cls, endpoint: str, profile: str = "quick", variables: Mapping[str, str] | None = None
    ) -> LabUnderTest:
        """Return the lab at an address; what has no pages of LocalStack is an endpoint.

        Args:
            endpoint: The address.
            profile: Which numbers it has.
            variables: The LAB_* variables that it was started with.
        """
        address = urlsplit(endpoint)
        assert address.hostname, f"{endpoint} is not an address"
        record = LabRecord(
            address.port or 80,
            engine="local" if read_readiness(endpoint).answers else "endpoint",
            profile=profile,
            variables=dict(variables or {}),
            host=address.hostname,
        )
        return cls(record)

    def needs_a_lab(self, what: str) -> None:
        """Skip the test at another implementation of AWS, because it needs what only a lab has.

        Args:
            what: That it needs, in a few words.
        """
        if not self.record.has_pages:
            pytest.skip(f"{LAB_ONLY}: {what}")

    def now(self) -> datetime:
        """Return the time by the lab's clock, in UTC."""
        return datetime.now(UTC) + self._ahead

    def process(self) -> psutil.Process | None:
        """Return the process that listens at the lab's port; None when it is not ours to see."""
        listener = listener_on(self.record.port)
        return psutil.Process(listener.pid) if listener and listener.pid else None

    # What a student does ---------------------------------------------------------------------

    def upload(self, name: str, body: bytes | str, *, folder: str = "", **details: Any) -> Upload:
        """Put a file under `uploads/`, its name made unique by a token in front."""
        return self.put(f"uploads/{folder}{secrets.token_hex(4)}-{name}", body, **details)

    def put(self, key: str, body: bytes | str, **details: Any) -> Upload:
        """Put a file at exactly this key; `details` are further parameters of PutObject."""
        content = body.encode() if isinstance(body, str) else body
        uploaded_at = self.now()
        answer = self.client("s3").put_object(
            Bucket=self.settings.raw_bucket, Key=key, Body=content, **details
        )
        return Upload(key, answer["ETag"].strip('"'), content, uploaded_at)

    def post(self, key: str, body: bytes, fields: Mapping[str, str]) -> Upload:
        """Post a file by a form, as a web page's upload does, with these further fields."""
        uploaded_at = self.now()
        form = self.client("s3").generate_presigned_post(
            self.settings.raw_bucket,
            key,
            Fields=dict(fields),
            Conditions=[{name: value} for name, value in fields.items()],
        )
        answer = requests.post(
            form["url"], data=form["fields"], files={"file": ("file.csv", body)}, timeout=60
        )
        answer.raise_for_status()
        return Upload(key, answer.headers["ETag"].strip('"'), body, uploaded_at)

    # What the pipeline did about it ----------------------------------------------------------

    @cached_property
    def outcome_reader(self) -> OutcomeReader:
        """Reads the outcomes of its jobs, each once."""
        return OutcomeReader(self)

    def outcomes(self, key: str) -> list[Outcome]:
        """Return every outcome there is now for the uploaded key."""
        return [each for each in self.outcome_reader.outcomes() if each.source_key == key]

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
            for outcome in self.outcome_reader.outcomes():
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
        return self._ended(self.execution_arn(execution_name(job_id)), within=within)

    def _ended(self, arn: str, *, within: float) -> dict[str, Any]:
        stepfunctions = self.client("stepfunctions")

        def look() -> dict[str, Any] | None:
            try:
                description: dict[str, Any] = stepfunctions.describe_execution(executionArn=arn)
            except stepfunctions.exceptions.ExecutionDoesNotExist:
                return None
            return None if description["status"] == "RUNNING" else description

        return wait_until(f"the end of {arn}", look, within=within)

    def start_by_hand(self, job: dict[str, Any], *, name: str | None = None) -> dict[str, Any]:
        """Start an execution as the console does, wait for its end, return its description."""
        stepfunctions = self.client("stepfunctions")
        arn = stepfunctions.start_execution(
            stateMachineArn=self.arns.state_machine,
            name=name or f"by-hand-{secrets.token_hex(8)}",
            input=json.dumps(job),
        )["executionArn"]
        return self._ended(arn, within=PATIENCE)

    def run_by_hand(self, job: dict[str, Any], *, name: str | None = None) -> dict[str, Any]:
        """Start an execution as the console does and return the output of its success."""
        execution = self.start_by_hand(job, name=name)
        assert execution["status"] == "SUCCEEDED", execution
        output: dict[str, Any] = json.loads(execution["output"])
        return output

    def execution_arn(self, name: str) -> str:
        """Return the ARN of an execution of the pipeline's state machine."""
        machine = self.arns.state_machine.replace(":stateMachine:", ":execution:")
        return f"{machine}:{name}"

    def job_id_of(self, upload: Upload, *, within: float = PATIENCE) -> str:
        """Wait until an execution was started for the upload and return its job's id."""
        stepfunctions = self.client("stepfunctions")
        known: dict[str, dict[str, Any]] = {}

        def look() -> str | None:
            for execution in read_executions(stepfunctions, self.arns.state_machine):
                if execution.started < upload.uploaded_at - _CLOCK_SLACK:
                    return None
                if execution.arn not in known:
                    described = stepfunctions.describe_execution(executionArn=execution.arn)
                    known[execution.arn] = json.loads(described["input"])
                job = known[execution.arn]
                if (job["source_key"], job.get("etag")) == (upload.key, upload.etag):
                    return str(job["job_id"])
            return None

        return wait_until(
            f"an execution for {upload.key}",
            look,
            within=within,
            seen=lambda: self.what_happened([upload]),
        )

    def history_of(self, job_id: str) -> list[dict[str, Any]]:
        """Return the events of the job's execution, oldest first."""
        arn = self.execution_arn(execution_name(job_id))
        return read_history(self.client("stepfunctions"), arn)

    def history_text(self, execution_arn: str) -> str:
        """Return an execution's whole history as text, to look for something in it."""
        events = read_history(self.client("stepfunctions"), execution_arn)
        return json.dumps(events, default=str, ensure_ascii=False)

    def keys_under(self, prefix: str) -> list[str]:
        """Return the keys in the raw bucket that start so."""
        pages = (
            self.client("s3")
            .get_paginator("list_objects_v2")
            .paginate(Bucket=self.settings.raw_bucket, Prefix=prefix)
        )
        return [entry["Key"] for page in pages for entry in page.get("Contents", ())]

    def file_counts(self) -> FileCounts:
        """Return what the metrics have counted of files until now."""
        return read_file_counts(self)

    def mails_of(self, job_id: str) -> list[Mail]:
        """Return the mails in the inbox that tell of this job now."""
        return [mail for mail in read_mails(self) if mail.job_id == job_id]

    def mail_of(self, job_id: str, *, within: float = PATIENCE) -> Mail:
        """Wait for the first mail that tells of this job."""
        return wait_until(f"the mail about {job_id}", lambda: self.mails_of(job_id), within=within)[
            0
        ]

    def log_lines(self, function: str, since: datetime) -> list[str]:
        """Return what a function has logged since then; nothing when it never ran."""
        logs = self.client("logs")
        try:
            return read_log_lines(logs, [function], since - _CLOCK_SLACK)
        except logs.exceptions.ResourceNotFoundException:
            return []

    def log_events(
        self, function: str, event: str, since: datetime, **fields: object
    ) -> list[dict[str, Any]]:
        """Return a function's structured log lines of one event, with these field values."""
        found = []
        for line in self.log_lines(function, since):
            entry = json_object(line)
            if entry.get("event") != event:
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
            seen=lambda: "\n".join(self.log_lines(function, since)[-20:]),
        )[0]

    # Its parts --------------------------------------------------------------------------------

    @cached_property
    def main_queue(self) -> TestedQueue:
        """The queue between validator and processor."""
        return TestedQueue(self.client("sqs"), self.settings.main_queue)

    @cached_property
    def dlq(self) -> TestedQueue:
        """The dead letter queue."""
        return TestedQueue(self.client("sqs"), self.settings.dlq)

    @cached_property
    def notifications(self) -> TestedQueue:
        """The queue with a copy of each notification."""
        return TestedQueue(self.client("sqs"), self.settings.notifications_queue)

    def invoke(self, function: str, event: dict[str, Any]) -> dict[str, Any]:
        """Invoke a function, wait for its answer and return it; it must not fail."""
        answer = self.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
        payload = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, payload
        returned: dict[str, Any] = payload
        return returned

    def code_of(self, function: str) -> bytes:
        """Return the deployed zip of a function."""
        location = self.client("lambda").get_function(FunctionName=function)["Code"]["Location"]
        # LocalStack signs the address for a public name that need not resolve here.
        reachable = urlsplit(location)._replace(
            netloc=urlsplit(self.endpoint).netloc, scheme="http"
        )
        answer = requests.get(urlunsplit(reachable), timeout=30)
        answer.raise_for_status()
        return answer.content

    def s3_event(self, upload: Upload, *, sequencer: str) -> dict[str, Any]:
        """Return the event with which S3 announces an upload."""
        return {
            "Records": [
                {
                    "eventVersion": "2.1",
                    "eventSource": "aws:s3",
                    "awsRegion": self.settings.region,
                    "eventTime": upload.uploaded_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                    "eventName": "ObjectCreated:Put",
                    "s3": {
                        "s3SchemaVersion": "1.0",
                        "bucket": {
                            "name": self.settings.raw_bucket,
                            "arn": self.arns.bucket(self.settings.raw_bucket),
                        },
                        "object": {
                            "key": quote_plus(upload.key, safe="/"),
                            "size": len(upload.body),
                            "eTag": upload.etag,
                            "sequencer": sequencer,
                        },
                    },
                }
            ]
        }

    def assert_every_promise_is_kept(
        self,
        uploads: Sequence[Upload],
        *,
        within: float = PATIENCE,
        counted_before: FileCounts | None = None,
        mails_may_repeat: bool | Mapping[str, int] = False,
    ) -> None:
        """Fail unless each upload has one outcome, one mail, right figures and no leak.

        Args:
            uploads: What was put.
            within: Seconds to wait for it.
            counted_before: `file_counts` before the first of them, to compare what is counted.
            mails_may_repeat: A notifier was killed after it had published: any, or how often that
                of a job, by its id.
        """
        versions = Counter((upload.key, upload.etag, upload.body) for upload in uploads)
        objects = [UploadedObject(*version, times=times) for version, times in versions.items()]
        since = min(upload.uploaded_at for upload in uploads) - _CLOCK_SLACK

        def check() -> Report:
            return verify(
                self,
                objects,
                since=since,
                counted_before=counted_before,
                mails_may_repeat=mails_may_repeat,
                reader=self.outcome_reader,
            )

        def look() -> Report | None:
            report = check()
            return report if report.kept else None

        def findings() -> str:
            report = check()
            return "\n".join(str(finding) for finding in report.findings)

        # An outcome is visible before its mail and the end of its execution.
        report = wait_until("the promise to be kept", look, within=within, seen=findings)
        assert report.processed + report.failed == len(uploads)
        more_mails = report.mails - len(uploads)
        assert more_mails >= 0 if mails_may_repeat else more_mails == 0

    def what_happened(self, uploads: Sequence[Upload]) -> str:
        """Return the queues' depths and the functions' last log lines since the first upload."""
        since = min(upload.uploaded_at for upload in uploads)
        lines = [f"{queue.name}: {queue.depth()} messages" for queue in (self.main_queue, self.dlq)]
        for function in self.settings.functions:
            logged = self.log_lines(function, since)
            lines.append(f"--- {function}: the last of {len(logged)} lines")
            lines.extend(line.rstrip() for line in logged[-6:])
        return "\n".join(lines)
