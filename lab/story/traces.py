"""What an account shows of a file: objects, triggers, logs, messages, executions, mails."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from course.evidence import invocations
from course.grants import read_role
from lab.permissions import read_identities
from lab.promise.dead_letters import peek_into
from lab.promise.evidence import OutcomeReader, read_mails
from lab.promise.jobs import JobReader
from lab.running import MISSING_CODES
from provision.settings import CSV_PROCESSOR, CSV_VALIDATOR
from provision.target import unless_missing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from course.evidence import Invocation
    from course.grants import Role
    from lab.permissions import Permission
    from lab.promise.dead_letters import DeadLetter
    from lab.promise.evidence import Mail, Outcome
    from lab.promise.jobs import Job
    from lab.running import RunningLab

GONE = (*MISSING_CODES, "NoSuchEntity", "ExecutionDoesNotExist", "NoSuchKey", "404")
LATEST = 200
"""Of how many executions, newest first, the jobs are read."""


@dataclass(frozen=True)
class Stored:
    """One object in the raw bucket."""

    key: str
    size: int
    written: datetime


class Traces:
    """Reads what there is of a half-built pipeline too: what is missing is empty, or None.

    Each thing is read once. The refusals, the mails and the look into queues come from LocalStack's
    own pages; where there are none, at another endpoint, the story does without.

    Args:
        lab: The account.
    """

    def __init__(self, lab: RunningLab) -> None:
        self.lab = lab
        self.invocations = cache(self._invocations)
        self.role_of = cache(self._role_of)
        self.messages = cache(self._messages)

    @cached_property
    def bucket(self) -> str | None:
        """The bucket for files as they come; None where there is none yet."""
        names = [each["Name"] for each in self.lab.client("s3").list_buckets()["Buckets"]]
        usual = self.lab.settings.raw_bucket
        alike = [name for name in names if name.startswith("pipeline-raw-")]
        return usual if usual in names else next(iter(alike), None)

    @cached_property
    def objects(self) -> list[Stored]:
        """Every object in that bucket but folder markers, oldest first."""
        if self.bucket is None:
            return []
        pages = self.lab.client("s3").get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        found = [
            Stored(entry["Key"], entry["Size"], entry["LastModified"])
            for page in pages
            for entry in page.get("Contents", ())
            if entry["Size"] or not entry["Key"].endswith("/")
        ]
        return sorted(found, key=lambda each: each.written)

    @cached_property
    def triggers(self) -> list[dict[str, Any]]:
        """What S3 invokes for objects of that bucket."""
        s3 = self.lab.client("s3")
        found = s3.get_bucket_notification_configuration(Bucket=self.bucket)
        triggers: list[dict[str, Any]] = found.get("LambdaFunctionConfigurations", [])
        return triggers

    @cached_property
    def jobs(self) -> list[Job]:
        """The latest jobs of the workflow, newest first; none where there is no workflow."""
        reader = JobReader(self.lab)
        executions = unless_missing(reader.executions, *GONE) or []
        return reader.read(executions[:LATEST])

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """What the buckets show of jobs that have ended."""
        return unless_missing(OutcomeReader(self.lab).outcomes, *GONE) or []

    @cached_property
    def reader(self) -> dict[str, Any] | None:
        """What reads the main queue: its event source mapping; None where there is none."""
        queue = self.lab.arns.queue(self.lab.settings.main_queue.name)
        client = self.lab.client("lambda")
        found = client.list_event_source_mappings(EventSourceArn=queue)["EventSourceMappings"]
        return found[0] if found else None

    @property
    def processor(self) -> str:
        """The function that reads the main queue, by its usual name where nothing does yet."""
        return self.reader["FunctionArn"].rpartition(":")[2] if self.reader else CSV_PROCESSOR

    @property
    def validator(self) -> str:
        """The function that the trigger invokes, by its usual name where there is no trigger."""
        named = [each["LambdaFunctionArn"].rpartition(":")[2] for each in self.triggers]
        return CSV_VALIDATOR if CSV_VALIDATOR in named else next(iter(named), CSV_VALIDATOR)

    @cached_property
    def queues(self) -> dict[str, str]:
        """The URLs of the main queue and the dead letter queue, as far as they are there."""
        settings = self.lab.settings
        found = {
            name: unless_missing(lambda: self.lab.queue_url(name), *GONE)  # noqa: B023
            for name in (settings.main_queue.name, settings.dlq.name)
        }
        return {name: url for name, url in found.items() if url}

    @cached_property
    def mails(self) -> list[Mail]:
        """Every mail that the account has sent, oldest first."""
        return _from_page(lambda: read_mails(self.lab), [])

    @cached_property
    def refusals(self) -> dict[str, list[Permission]]:
        """What IAM refused, by the name of who asked."""

        def read() -> dict[str, list[Permission]]:
            _, identities = read_identities(self.lab.endpoint, self.lab.account)
            return {each.name: each.denied for each in identities}

        return _from_page(read, {})

    def function(self, name: str) -> dict[str, Any] | None:
        """Return a function's configuration; None where there is no such function."""
        client = self.lab.client("lambda")
        return unless_missing(lambda: client.get_function_configuration(FunctionName=name), *GONE)

    def subscriptions(self) -> list[dict[str, Any]] | None:
        """Return who is told by the topic; None where there is no topic."""
        pages = self.lab.client("sns").get_paginator("list_subscriptions_by_topic")
        arn = self.lab.arns.topic
        return unless_missing(
            lambda: [s for page in pages.paginate(TopicArn=arn) for s in page["Subscriptions"]],
            *GONE,
        )

    def _invocations(self, function: str) -> Sequence[Invocation]:
        return invocations(self.lab.client("logs"), function)

    def _role_of(self, function: str) -> Role | None:
        found = self.function(function)
        if found is None:
            return None
        name = found["Role"].rpartition("/")[2]
        return unless_missing(lambda: read_role(self.lab.client("iam"), name), *GONE)

    def _messages(self, queue: str) -> Sequence[DeadLetter]:
        url = self.queues.get(queue)
        return _from_page(lambda: peek_into(self.lab.endpoint, url), []) if url else []


def _from_page[T](read: Callable[[], T], without: T) -> T:
    """Read one of LocalStack's own pages; another endpoint has none."""
    import requests

    try:
        return read()
    except requests.RequestException:
        return without
