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
REST: Final = 50
"""How many times as long as it took to list a folder it is then left alone: S3 tells nobody what is
new, and to list thousands of objects costs."""

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
    _executions: list[Execution] = field(default_factory=list)
    _rests_until: dict[tuple[str, str], float] = field(default_factory=dict)

    def recent(self) -> list[Upload]:
        """Return the last uploads that were found, the newest first."""
        objects = [
            Upload(bucket, each["Key"], each["LastModified"], each["Size"])
            for (bucket, _), stored in self.stored.items()
            for each in stored.newest
        ]
        return match(objects, self._executions)[:RECENT]

    def hurry(self) -> None:
        """List every folder the next time: somebody has changed something."""
        self._rests_until.clear()

    async def list_objects(self, pipeline: Pipeline) -> None:
        """Look at what was put where an upload starts something.

        Args:
            pipeline: Says where that is.

        Raises:
            ConsoleError: The cloud does not answer.
        """
        places = pipeline.uploads()
        found = await asyncio.gather(*(self._list(*place) for place in places))
        self.stored = dict(zip(places, found, strict=True))

    async def _list(self, bucket: str, prefix: str) -> Stored:
        place = (bucket, prefix)
        last = self.stored.get(place)
        if last and time.monotonic() < self._rests_until.get(place, 0.0):
            return last

        def ask(s3: Any) -> Stored:
            began = time.thread_time()
            found = _stored(s3, bucket, prefix)
            self._rests_until[place] = time.monotonic() + REST * (time.thread_time() - began)
            return found

        return await or_nothing(self.cloud.use("s3", ask), Stored(0, False, []))

    async def list_executions(self, pipeline: Pipeline) -> None:
        """Look at the last executions of all machines.

        Args:
            pipeline: Says which machines there are.

        Raises:
            ConsoleError: The cloud does not answer.
        """
        machines = [part.arn for part in pipeline.of_kind("machine")]
        found = await or_nothing(
            self.cloud.use("stepfunctions", lambda states: self._read(states, machines)), []
        )
        self._executions = sorted(found, key=lambda each: each.started, reverse=True)

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
