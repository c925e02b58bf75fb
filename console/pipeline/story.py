"""What became of one upload: its log lines, its execution, its result or reason, its mail."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote_plus

from console.history import read_story
from console.pipeline.reading import or_nothing
from console.pipeline.uploads import CLOCK_SLACK, as_object
from console.telling import Sign, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from console.cloud import Answer, Cloud
    from console.history import Event, Story
    from console.pipeline.uploads import Execution, Upload

LOOKED_AT: Final = timedelta(minutes=15)
"""How long after an upload its functions' logs are searched for it."""

MOST_LINES: Final = 2000
"""As many lines of each function are searched."""

MAILS_PAGE: Final = "/_aws/ses"
_PLATFORM: Final = re.compile(r"(START|END|REPORT|INIT_START|EXTENSION|XRAY)\b")
_START: Final = re.compile(r"START RequestId: (\S+)")
_END: Final = datetime.max.replace(tzinfo=UTC)
_FAILURE: Final = re.compile(r"\[ERROR\]|Traceback|Task timed out|Runtime\.\w+")


@dataclass(frozen=True)
class Line:
    """A line that a function logged.

    Args:
        at: When.
        function: Its name.
        text: What, without the line's end.
    """

    at: datetime
    function: str
    text: str


@dataclass
class Evidence:
    """What AWS shows of an upload.

    Args:
        upload: Which, with the execution about it.
        stored: What S3 says of the object; nothing when it is no longer there.
        lines: Of all functions, in their order.
        events: The execution's history.
        definition: Of the machine that it ran.
        mails: Those about the job, where the endpoint shows mails.
    """

    upload: Upload
    stored: Answer = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    definition: str = ""
    mails: list[Answer] = field(default_factory=list)

    @property
    def story(self) -> Story:
        """What each state of the execution went through."""
        return read_story(self.events)

    @property
    def job_id(self) -> str:
        """The job it became; nothing when no function has made one."""
        execution = self.upload.execution
        return (execution.job_id if execution else "") or job_id_in(self.lines)

    def outcome(self) -> Answer:
        """Return what the states know together: the fields of all outputs, the last one's win."""
        known: Answer = {}
        for visit in self.story.visits:
            known |= as_object(visit.output)
        return known


def job_id_in(lines: Iterable[Line]) -> str:
    """Return the job id that the functions logged last; nothing when they logged none."""
    found = ""
    for line in lines:
        found = str(_fields_of(line.text).get("job_id") or found)
    return found


def _fields_of(text: str) -> Answer:
    """Return the fields of a line that is JSON, also behind what Lambda writes before it."""
    return as_object(text[text.find("{") :]) if "{" in text else {}


async def read_evidence(cloud: Cloud, upload: Upload, functions: list[str]) -> Evidence:
    """Return what AWS shows of an upload.

    Args:
        cloud: The account.
        upload: Which.
        functions: The names of those whose logs may tell of it.

    Raises:
        ConsoleError: The cloud does not answer.
    """
    since = upload.at - CLOCK_SLACK
    stored, (definition, events), logs = await asyncio.gather(
        or_nothing(cloud.use("s3", lambda s3: _head(s3, upload)), {}),
        _history(cloud, upload.execution),
        asyncio.gather(
            *(_invocations(cloud, function, since, since + LOOKED_AT) for function in functions)
        ),
    )
    evidence = Evidence(upload, stored, events=events, definition=definition)
    invocations = [each for log in logs for each in log]
    evidence.lines = lines_about(invocations, [upload.key, encoded(upload.key)])
    if job_id := evidence.job_id:
        wanted = [job_id, upload.key, encoded(upload.key)]
        evidence.lines = lines_about(invocations, wanted)
        evidence.mails = await _mails(cloud, job_id)
    return evidence


def encoded(key: str) -> str:
    """Return a key as S3 writes it into an event (S3 user guide, "Event message structure")."""
    return quote_plus(key, safe="/")


def _head(s3: Any, upload: Upload) -> Answer:
    found: Answer = s3.head_object(Bucket=upload.bucket, Key=upload.key)
    return {name: found[name] for name in ("ContentLength", "LastModified", "ETag")}


async def _history(cloud: Cloud, execution: Execution | None) -> tuple[str, list[Event]]:
    if execution is None:
        return "", []

    def ask(states: Any) -> tuple[str, list[Event]]:
        described = states.describe_state_machine_for_execution(executionArn=execution.arn)
        pages = states.get_paginator("get_execution_history").paginate(executionArn=execution.arn)
        return described["definition"], [each for answer in pages for each in answer["events"]]

    return await or_nothing(cloud.use("stepfunctions", ask), ("", []))


async def _invocations(
    cloud: Cloud, function: str, since: datetime, until: datetime
) -> list[list[Line]]:
    def ask(logs: Any) -> list[list[Line]]:
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=f"/aws/lambda/{function}",
            startTime=_milliseconds(since),
            endTime=_milliseconds(until),
            PaginationConfig={"MaxItems": MOST_LINES},
        )
        events = [each for answer in pages for each in answer["events"]]
        return list(split(events, function))

    return await or_nothing(cloud.use("logs", ask), [])


async def lines_during(
    cloud: Cloud, function: str, since: datetime, until: datetime | None, job_id: str
) -> list[Line]:
    """Return what a function logged while a state called it.

    Args:
        cloud: The account.
        function: Its name.
        since: When the state was entered.
        until: When it was left; None while it runs.
        job_id: Whose lines, of those that name a job; all of them where it is empty.

    Raises:
        ConsoleError: The cloud does not answer.
    """
    end = (until or datetime.now(UTC)) + CLOCK_SLACK
    invocations = await _invocations(cloud, function, since, end)
    if job_id:
        return lines_about(invocations, [job_id])
    return sorted((line for lines in invocations for line in lines), key=lambda line: line.at)


def job_id_of(given: str) -> str:
    """Return the job that a state's input is about; nothing where it names none."""
    found = as_object(given)
    inner = found.get("job")
    return str(found.get("job_id") or (inner.get("job_id", "") if isinstance(inner, dict) else ""))


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def split(events: Iterable[Answer], function: str) -> Iterator[list[Line]]:
    """Yield the lines of each invocation, without those of Lambda itself.

    Args:
        events: As FilterLogEvents gives them.
        function: Whose they are.
    """
    streams: dict[str, list[Line]] = {}
    for each in events:
        text, stream = each["message"].rstrip(), each["logStreamName"]
        if _START.match(text):
            yield streams.pop(stream, [])
        elif not _PLATFORM.match(text):
            at = datetime.fromtimestamp(each["timestamp"] / 1000, UTC)
            streams.setdefault(stream, []).append(Line(at, function, text))
    yield from streams.values()


def lines_about(invocations: Iterable[list[Line]], wanted: list[str]) -> list[Line]:
    """Return the lines that name one of some words, and all of an invocation that failed on it.

    Args:
        invocations: The lines of each.
        wanted: For example a key and a job id.
    """
    found = []
    for lines in invocations:
        about = [line for line in lines if any(word in line.text for word in wanted)]
        failed = any(_FAILURE.search(line.text) for line in lines)
        found += lines if about and failed else about
    return sorted(found, key=lambda line: line.at)


async def _mails(cloud: Cloud, job_id: str) -> list[Answer]:
    answer = await cloud.endpoint.page(MAILS_PAGE)
    messages = answer.get("messages", ()) if isinstance(answer, dict) else ()
    return [
        each
        for each in messages
        if each.get("Account", cloud.account) == cloud.account
        and job_id in str((each.get("Body") or {}).get("text_part"))
    ]


def plain_story(evidence: Evidence, say: Callable[[str, str], str]) -> list[Told]:
    """Return what AWS itself says happened, in the order in which it did.

    Args:
        evidence: What was read.
        say: Gives the one of two texts that is in the visitor's language.
    """
    upload, execution = evidence.upload, evidence.upload.execution
    told = [Told("S3", say("was put", "ถูกอัปโหลด"), upload.at)]
    for function in dict.fromkeys(line.function for line in evidence.lines):
        lines = [line for line in evidence.lines if line.function == function]
        failed = next((line.text for line in lines if _FAILURE.search(line.text)), "")
        text = say(f"logged {len(lines)} lines", f"เขียน log {len(lines)} บรรทัด")
        told.append(Told(function, text, lines[0].at, "bad" if failed else "good", failed))
    if not evidence.lines:
        text = say("no function has logged it", "ยังไม่มี function ใดเขียน log ถึง")
        why = say(
            "Is there a trigger on its bucket, and does its prefix fit?",
            "bucket มี trigger หรือยัง และ prefix ตรงกับ key หรือไม่",
        )
        told.append(Told("Lambda", text, None, "plain", why))
    for visit in evidence.story.visits:
        sign: Sign = "bad" if visit.error else "good" if visit.left else "plain"
        told.append(Told(visit.state, visit.status, visit.entered, sign, visit.error))
    if execution is None:
        told.append(Told("Step Functions", say("no execution about it", "ยังไม่มี execution")))
    for mail in evidence.mails:
        told.append(Told("SNS", str(mail.get("Subject", "")), None, "good"))
    return sorted(told, key=lambda each: each.at or _END)
