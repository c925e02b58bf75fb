"""The files that were put where an upload starts something, and the execution about each."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from console.pipeline.reading import or_nothing

if TYPE_CHECKING:
    from console.cloud import Answer, Cloud
    from console.pipeline.parts import Pipeline

RECENT: Final = 20
"""As many uploads are listed."""

MOST_OBJECTS: Final = 5000
MANY_OBJECTS: Final = 1000
MANY_SECONDS: Final = 5.0
"""How often a folder of many objects is listed; one of fewer is each time."""

CLOCK_SLACK: Final = timedelta(seconds=2)
"""S3 tells whole seconds, and the clock of Step Functions is another."""

_BEGINNING: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Execution:
    """An execution about a file.

    Args:
        arn: Its own.
        status: As Step Functions names it.
        started: When.
        stopped: When it ended; None while it runs.
        input: What it was started with, as far as it is an object.
    """

    arn: str
    status: str
    started: datetime
    stopped: datetime | None
    input: Answer = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a field of the input, as the job message names it."""
        return str(self.input.get(name, ""))

    @property
    def job_id(self) -> str:
        """The job it is about, where its input says so."""
        return self.text("job_id")


@dataclass(frozen=True)
class Upload:
    """One file that was put.

    Args:
        bucket: Where.
        key: Its key then; a file that failed may have been moved since.
        at: When it was put, or else when its execution began.
        size_bytes: None when it is no longer there.
        execution: The last one about it; None when none has begun.
    """

    bucket: str
    key: str
    at: datetime
    size_bytes: int | None = None
    execution: Execution | None = None


@dataclass(frozen=True)
class Stored:
    """How many objects are below a prefix, and the newest of them.

    Args:
        count: Without the folder's own marker.
        more: Whether there are still more than were counted.
        newest: The newest first.
    """

    count: int
    more: bool
    newest: list[Answer]


@dataclass
class Uploads:
    """What was put into a pipeline, looked at again and again.

    Args:
        cloud: The account.
    """

    cloud: Cloud
    stored: dict[tuple[str, str], Stored] = field(default_factory=dict)
    """By bucket and prefix, as it was found last."""

    _inputs: dict[str, Answer] = field(default_factory=dict)
    _listed_at: dict[tuple[str, str], float] = field(default_factory=dict)

    async def read(self, pipeline: Pipeline) -> list[Upload]:
        """Return the last uploads, the newest first.

        Args:
            pipeline: Says where an upload starts something, and which machines there are.

        Raises:
            ConsoleError: The cloud does not answer.
        """
        places = pipeline.uploads()
        executions, found = await asyncio.gather(
            self._executions([part.arn for part in pipeline.of_kind("machine")]),
            asyncio.gather(*(self._list(*place) for place in places)),
        )
        self.stored = dict(zip(places, found, strict=True))
        objects = [
            Upload(bucket, each["Key"], each["LastModified"], each["Size"])
            for (bucket, _), stored in self.stored.items()
            for each in stored.newest
        ]
        return match(objects, executions)[:RECENT]

    async def _list(self, bucket: str, prefix: str) -> Stored:
        last = self.stored.get((bucket, prefix))
        age = time.monotonic() - self._listed_at.get((bucket, prefix), 0.0)
        if last and last.count >= MANY_OBJECTS and age < MANY_SECONDS:
            return last
        self._listed_at[bucket, prefix] = time.monotonic()
        return await or_nothing(
            self.cloud.use("s3", lambda s3: _stored(s3, bucket, prefix)), Stored(0, False, [])
        )

    async def _executions(self, machines: list[str]) -> list[Execution]:
        found = await or_nothing(
            self.cloud.use("stepfunctions", lambda states: self._read(states, machines)), []
        )
        return sorted(found, key=lambda each: each.started, reverse=True)

    def _read(self, states: Any, machines: list[str]) -> list[Execution]:
        found = []
        for machine in machines:
            answer = states.list_executions(stateMachineArn=machine, maxResults=RECENT)
            for each in answer["executions"]:
                arn = each["executionArn"]
                if arn not in self._inputs:  # an input never changes
                    described = states.describe_execution(executionArn=arn)
                    self._inputs[arn] = as_object(described.get("input", ""))
                found.append(
                    Execution(
                        arn,
                        each["status"],
                        each["startDate"],
                        each.get("stopDate"),
                        self._inputs[arn],
                    )
                )
        return found


def _stored(s3: Any, bucket: str, prefix: str) -> Stored:
    objects: list[Answer] = []
    more = False
    for answer in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        objects += [each for each in answer.get("Contents", ()) if not _is_marker(each)]
        more = bool(answer.get("IsTruncated"))
        if len(objects) >= MOST_OBJECTS:
            break
    newest = sorted(objects, key=lambda each: each["LastModified"], reverse=True)
    return Stored(len(objects), more, newest[:RECENT])


def _is_marker(found: Answer) -> bool:
    return bool(found["Key"].endswith("/")) and not found["Size"]


def match(objects: list[Upload], executions: list[Execution]) -> list[Upload]:
    """Return the uploads with the execution about each, the newest first.

    Args:
        objects: What is still where it was put.
        executions: The newest first; they also tell of files that were moved.
    """
    by_file: dict[tuple[str, str], list[Execution]] = {}
    for each in executions:
        by_file.setdefault((each.text("source_bucket"), each.text("source_key")), []).append(each)
    found = []
    for upload in objects:
        about = by_file.pop((upload.bucket, upload.key), [])
        # The file may have been put again since, under the same name.
        newer = [each for each in about if each.started >= upload.at - CLOCK_SLACK]
        found.append(Upload(upload.bucket, upload.key, upload.at, upload.size_bytes, first(newer)))
    for (bucket, key), about in by_file.items():
        if bucket and key:
            found.append(Upload(bucket, key, put_at(about[0]), None, about[0]))
    return sorted(found, key=lambda each: each.at, reverse=True)


def first(executions: list[Execution]) -> Execution | None:
    """Return the newest of some executions, None of none."""
    return executions[0] if executions else None


def put_at(execution: Execution) -> datetime:
    """Return when the file of an execution was put, by what its job says."""
    for name in ("event_time", "submitted_at"):
        try:
            said = datetime.fromisoformat(execution.text(name))
        except ValueError:
            continue
        return said if said.tzinfo else said.replace(tzinfo=UTC)
    return execution.started


def as_object(text: str) -> Answer:
    """Return the object that a text is as JSON; an empty one for anything else."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
