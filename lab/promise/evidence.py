"""What a lab shows of its jobs afterwards: results, failed files, executions, mails and logs.

Everything is read by the AWS API, except the mails: AWS has no API for somebody's inbox, so they
come from LocalStack's mail page, or are those that the topic copies to its notifications queue.
"""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from lab.pages import get_page
from lab.promise.queue_look import look_into
from lab.promise.state import json_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lab.running import RunningLab

_READERS = 8
_LARGEST_PAGE = 1000
"""Of ListExecutions and GetExecutionHistory; 100 unless asked for. Source: API reference."""

_HEAD_BYTES = 4 * 1024 * 1024
_DAY_SECONDS = 86_400
_MINUTE_SECONDS = 60
_MAIL_PAGE_SECONDS = 30
"""How long the page of all mails may take."""

_JOB_ID = re.compile(r"/ Job:\s*(\S+)")
_SPACE, _COLON, _COMMA = (re.compile(rf"\s*{sign}\s*") for sign in ("", ":", ","))


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one job ended, as the buckets show it.

    Attributes:
        kind: `processed` or `failed`.
        job_id: The job that wrote it.
        source_key: The uploaded object's decoded key.
        key: Of the result in the processed bucket, or of the failed file in the raw bucket.
        written: When it was written, to the second.
        body: The `.error.json`, or the result; of a long result all that stands before `data`.
    """

    kind: Literal["processed", "failed"]
    job_id: str
    source_key: str
    key: str
    written: datetime
    body: Mapping[str, Any]

    @property
    def reason(self) -> str | None:
        """The stable reason code of a failure, None for a result."""
        return self.body.get("reason")


@dataclass(frozen=True, slots=True)
class Mail:
    """One message in the inbox; `sent` is UTC, to the second."""

    recipients: tuple[str, ...]
    subject: str
    text: str
    sent: datetime

    @property
    def job_id(self) -> str | None:
        """The job the mail tells of, None when it tells of none (an alarm, a confirmation)."""
        found = _JOB_ID.search(self.text)
        return found[1] if found else None


@dataclass(frozen=True, slots=True)
class Execution:
    """One execution of the state machine."""

    arn: str
    name: str
    status: str
    started: datetime
    stopped: datetime | None


@dataclass(frozen=True, slots=True)
class _Object:
    """One version of an object, as a listing shows it."""

    bucket: str
    key: str
    etag: str
    written: datetime


class OutcomeReader:
    """Reads the outcomes in both buckets, each object once.

    Results and failed files are written once and never changed, so what was read stays read: 500
    files cost 500 reads however often the buckets are looked at. A result may go again: where the
    answer of transform-data is lost for good, move-to-failed removes what it had written.
    """

    def __init__(self, lab: RunningLab) -> None:
        self._s3 = lab.client("s3")
        self._raw_bucket = lab.settings.raw_bucket
        self._processed_bucket = lab.settings.processed_bucket
        self._read: dict[_Object, Outcome | None] = {}

    def outcomes(self, since: datetime | None = None) -> list[Outcome]:
        """Return the outcomes there are now.

        Args:
            since: Reads nothing that was written before; by default everything.
        """
        # Failures first: a job's result is gone before its failure is there, so none shows both.
        found = [
            *self._objects(self._raw_bucket, "failed/", ".error.json"),
            *self._objects(self._processed_bucket, "processed/", ".json"),
        ]
        if since is not None:
            found = [each for each in found if each.written >= since]
        unread = [each for each in found if each not in self._read]
        with ThreadPoolExecutor(_READERS) as readers:
            list(readers.map(self._look, unread))
        looked_at = (self._read.get(each) for each in found)
        return [outcome for outcome in looked_at if outcome is not None]

    def _objects(self, bucket: str, prefix: str, suffix: str) -> Iterator[_Object]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        for page in pages:
            for entry in page.get("Contents", ()):
                if entry["Key"].endswith(suffix):
                    yield _Object(bucket, entry["Key"], entry["ETag"], entry["LastModified"])

    def _look(self, stored: _Object) -> None:
        """Read one object and note its outcome, or that it is none; nothing of one that went."""
        try:
            self._read[stored] = _outcome_in(self._body(stored), stored)
        except self._s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] == "InvalidRange":  # an empty object
                self._read[stored] = None
            elif error.response["Error"]["Code"] != "NoSuchKey":  # gone since it was listed
                raise
        except (ValueError, RecursionError):  # anybody may put a file of his own there
            self._read[stored] = None

    def _body(self, stored: _Object) -> Any:
        """Read an outcome; of a long result its beginning, until all its figures are in it.

        The figures name each product, and of products there may be as many as rows.

        Raises:
            ValueError: It is no JSON.
        """
        length = _HEAD_BYTES
        while True:
            answer = self._s3.get_object(
                Bucket=stored.bucket, Key=stored.key, Range=f"bytes=0-{length - 1}"
            )
            text = answer["Body"].read().decode("utf-8", "ignore")
            # Money exactly as written: a float would hide what is wrong far behind the point.
            if answer["ContentLength"] < length:
                return json.loads(text, parse_float=Decimal)
            try:
                return members_before(text, "data")
            except ValueError:
                length *= 4


def _outcome_in(body: Any, stored: _Object) -> Outcome | None:
    """Return the outcome that an object tells of; None when it tells of none."""
    processed = stored.key.startswith("processed/")
    try:
        job_id = str(body["job_id"])
        source_key = str(body["source_file" if processed else "source_key"])
    except (TypeError, KeyError):
        return None
    if processed:
        return Outcome("processed", job_id, source_key, stored.key, stored.written, body)
    failed_key = stored.key.removesuffix(".error.json")
    return Outcome("failed", job_id, source_key, failed_key, stored.written, body)


def members_before(text: str, name: str) -> dict[str, Any]:
    """Return the members of a JSON object that stand before the one of this name; fractions exact.

    A result of a million rows is hundreds of megabytes; its figures stand before its rows.

    Args:
        text: The beginning of the object's text, at least up to that member.
        name: The member at which to stop.

    Raises:
        ValueError: The text ends, or is no JSON, before that member.
    """
    decoder = json.JSONDecoder(parse_float=Decimal)
    members: dict[str, Any] = {}
    position = text.index("{") + 1
    while True:
        member, position = decoder.raw_decode(text, _after(_SPACE, text, position))
        if member == name:
            return members
        position = _after(_COLON, text, position)
        members[member], position = decoder.raw_decode(text, position)
        position = _after(_COMMA, text, position)


def _after(what: re.Pattern[str], text: str, position: int) -> int:
    found = what.match(text, position)
    if found is None:
        raise ValueError(f"no JSON object at character {position}")
    return found.end()


def read_mails(lab: RunningLab) -> list[Mail]:
    """Return every mail that the account has sent, oldest first.

    They come from LocalStack's inbox; where there is none, from the notifications queue, which
    keeps a copy of each for some days.
    """
    if not lab.record.has_pages:
        return _mails_in_queue(lab)
    page = get_page(lab.endpoint, "/_aws/ses", timeout_seconds=_MAIL_PAGE_SECONDS)
    return [
        Mail(
            recipients=tuple(message.get("Destination", {}).get("ToAddresses", ())),
            subject=message.get("Subject") or "",
            text=(message.get("Body") or {}).get("text_part") or "",
            sent=datetime.fromisoformat(message["Timestamp"]).replace(tzinfo=UTC),
        )
        for message in page["messages"]
        if message.get("Account", lab.account) == lab.account
    ]


def recipient_of_mails(lab: RunningLab) -> str:
    """Return whom `read_mails` shows as the recipient of the pipeline's own mails."""
    settings = lab.settings
    return settings.email if lab.record.has_pages else settings.notifications_queue.name


def mails_are_kept_since(lab: RunningLab) -> datetime | None:
    """Return since when `read_mails` knows all mails; None where it knows them all."""
    if lab.record.has_pages:
        return None
    days = timedelta(seconds=lab.settings.notifications_queue.retention_seconds)
    return datetime.now(UTC) - days


def _mails_in_queue(lab: RunningLab) -> list[Mail]:
    """Return the copies of mails, each once: a queue may give a message more than once."""
    queue = recipient_of_mails(lab)
    found: dict[str, Mail] = {}
    for message in look_into(lab.client("sqs"), lab.queue_url(queue)):
        told = json_object(message["Body"])
        if {"MessageId", "Message", "Timestamp"} <= told.keys():
            sent = datetime.fromisoformat(told["Timestamp"]).replace(microsecond=0)
            subject = str(told.get("Subject") or "")
            found[told["MessageId"]] = Mail((queue,), subject, str(told["Message"]), sent)
    return sorted(found.values(), key=lambda mail: mail.sent)


def read_executions(stepfunctions: Any, state_machine_arn: str) -> list[Execution]:
    """Return every execution of the state machine, newest first."""
    pages = stepfunctions.get_paginator("list_executions").paginate(
        stateMachineArn=state_machine_arn, PaginationConfig={"PageSize": _LARGEST_PAGE}
    )
    return [
        Execution(
            arn=entry["executionArn"],
            name=entry["name"],
            status=entry["status"],
            started=entry["startDate"],
            stopped=entry.get("stopDate"),
        )
        for page in pages
        for entry in page["executions"]
    ]


def read_history(stepfunctions: Any, execution_arn: str) -> list[dict[str, Any]]:
    """Return the events of one execution, oldest first."""
    pages = stepfunctions.get_paginator("get_execution_history").paginate(
        executionArn=execution_arn, PaginationConfig={"PageSize": _LARGEST_PAGE}
    )
    return [event for page in pages for event in page["events"]]


def read_metric_totals(
    cloudwatch: Any,
    namespace: str,
    names: Sequence[str],
    dimensions: Mapping[str, str],
    since: datetime | None = None,
) -> dict[str, float]:
    """Return the sum over two weeks of each of these metrics, zero where there is none.

    Args:
        cloudwatch: The client.
        namespace: Of the metrics.
        names: Of the metrics.
        dimensions: Of all of them.
        since: Count nothing before this minute.
    """
    end = datetime.now(UTC) + timedelta(days=1)  # the lab's clock may be ahead of this one
    start = end - timedelta(days=15)
    if since is not None:
        start = max(start, since.replace(second=0, microsecond=0))
    metric = {
        "Namespace": namespace,
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
    }
    queries = [
        {
            "Id": f"m{number}",
            "MetricStat": {
                "Metric": {**metric, "MetricName": name},
                "Period": _DAY_SECONDS if since is None else _MINUTE_SECONDS,
                "Stat": "Sum",
            },
        }
        for number, name in enumerate(names)
    ]
    answer = cloudwatch.get_metric_data(MetricDataQueries=queries, StartTime=start, EndTime=end)
    sums = {result["Id"]: sum(result["Values"]) for result in answer["MetricDataResults"]}
    return {name: sums.get(f"m{number}", 0) for number, name in enumerate(names)}


def read_log_lines(logs: Any, functions: Sequence[str], since: datetime | None) -> list[str]:
    """Return what the named functions logged since then or ever, in order within each."""
    start = int(since.timestamp() * 1000) if since else 0
    lines: list[str] = []
    for function in functions:
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=f"/aws/lambda/{function}", startTime=start
        )
        lines.extend(event["message"] for page in pages for event in page["events"])
    return lines
