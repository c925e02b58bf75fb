"""A job: its identity, its message, and the keys that belong to it."""

import hashlib
import json
import os.path
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

from pipeline.errors import MalformedJobError
from pipeline.state import JobMessage

MAX_KEY_BYTES = 1024
"""Source: S3 user guide, "Object key names"."""
MAX_JOB_ID_CHARACTERS = 70
"""With `execution-` before it a job id is within Step Functions' 80 characters."""
_MAX_EXTENSION_BYTES = 20
_OWN_JOB_ID = re.compile(r"job-[0-9]{8}T[0-9]{6}-([0-9a-f]{16})")
_JOB_ID = re.compile(rf"[0-9A-Za-z_-]{{1,{MAX_JOB_ID_CHARACTERS}}}")


@dataclass(frozen=True)
class Upload:
    """One object in an event of S3.

    Attributes:
        bucket: its bucket.
        key: its key, decoded.
        etag: without quotation marks.
        size: in bytes.
        sequencer: S3's order of events for one key.
        event_time: ISO 8601, as S3 wrote it.
    """

    bucket: str
    key: str
    etag: str
    size: int
    sequencer: str
    event_time: str

    @property
    def is_folder_marker(self) -> bool:
        """Whether it is a "folder" of the console: an empty object whose key ends with a slash."""
        return self.key.endswith("/") and not self.size

    @property
    def job_id(self) -> str:
        """The job's id: the same event gives the same id, so it makes no second job."""
        identity = json.dumps([self.bucket, self.key, self.etag, self.sequencer])
        digest = hashlib.sha256(identity.encode()).hexdigest()
        return f"job-{parse_time(self.event_time):%Y%m%dT%H%M%S}-{digest[:16]}"


def uploads_in(event: dict[str, Any]) -> list[Upload]:
    """Return the uploads in an S3 event, without folder markers and test events.

    Raises:
        MalformedJobError: The event is not an S3 event.
    """
    if event.get("Event") == "s3:TestEvent":
        return []
    try:
        uploads = [
            _upload(record)
            for record in event["Records"]
            if record["eventName"].removeprefix("s3:").startswith("ObjectCreated:")
        ]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise MalformedJobError("this is not an S3 event") from error
    return [upload for upload in uploads if not upload.is_folder_marker]


def _upload(record: dict[str, Any]) -> Upload:
    s3_object = record["s3"]["object"]
    parse_time(record["eventTime"])
    return Upload(
        bucket=record["s3"]["bucket"]["name"],
        # S3 encodes keys as in a form: a space is "+". unquote_plus also decodes "%20".
        key=unquote_plus(s3_object["key"]),
        etag=s3_object.get("eTag", "").strip('"'),
        size=int(s3_object.get("size", 0)),
        sequencer=s3_object.get("sequencer", ""),
        event_time=record["eventTime"],
    )


def job_message(upload: Upload, destination_bucket: str, submitted_at: datetime) -> JobMessage:
    """Return the job message for an upload: the SQS body and the execution input."""
    return {
        "job_id": upload.job_id,
        "source_bucket": upload.bucket,
        "source_key": upload.key,
        "destination_bucket": destination_bucket,
        "submitted_at": submitted_at.isoformat(timespec="milliseconds"),
        "event_time": upload.event_time,
        "etag": upload.etag,
        "file_size_bytes": upload.size,
    }


def parse_time(text: str) -> datetime:
    """Return an aware UTC time; one without an offset is taken as UTC.

    Raises:
        MalformedJobError: The text is not an ISO 8601 time.
    """
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise MalformedJobError("a time of the job is not ISO 8601") from error


@dataclass(frozen=True)
class Job:
    """The part of a message or state that every function needs.

    Attributes:
        job_id: also part of the execution's name and, as a hash, of the keys.
        source_bucket: the bucket of the upload.
        source_key: its decoded key.
        destination_bucket: the bucket of the result.
        dated_at: the UTC time in the keys: the event's, or the submission's.
        etag: the version of the upload; None means the current one.
    """

    job_id: str
    source_bucket: str
    source_key: str
    destination_bucket: str
    dated_at: datetime
    etag: str | None

    @classmethod
    def from_state(cls, state: object) -> "Job":
        """Return the job in an SQS body or a state's input.

        Raises:
            MalformedJobError: A field is missing, or its value is not valid.
        """
        if not isinstance(state, dict):
            raise MalformedJobError("the job is not a JSON object")
        for name in ("job_id", "source_bucket", "source_key", "destination_bucket"):
            if not (isinstance(state.get(name), str) and state[name]):
                raise MalformedJobError(f"the job lacks {name}")
        if not _JOB_ID.fullmatch(state["job_id"]):
            raise MalformedJobError(f"job_id must match [0-9A-Za-z_-]{{1,{MAX_JOB_ID_CHARACTERS}}}")
        return cls(
            job_id=state["job_id"],
            source_bucket=state["source_bucket"],
            source_key=state["source_key"],
            destination_bucket=state["destination_bucket"],
            dated_at=parse_time(state.get("event_time") or state.get("submitted_at") or ""),
            etag=state.get("etag") or None,
        )

    @property
    def execution_name(self) -> str:
        """The name of the job's execution: Step Functions refuses a second one of the same name."""
        return f"execution-{self.job_id}"

    @property
    def hash8(self) -> str:
        """Eight hex characters that distinguish equal file names."""
        own = _OWN_JOB_ID.fullmatch(self.job_id)
        digest = own.group(1) if own else hashlib.sha256(self.job_id.encode()).hexdigest()
        return digest[:8]

    @property
    def result_key(self) -> str:
        """The key of the result in the destination bucket."""
        stem, _ = _split_name(self.source_key)
        return self._dated_key("processed", stem, "_result.json", reserve=0)

    @property
    def failed_key(self) -> str:
        """The key of a failed file in the source bucket."""
        stem, extension = _split_name(self.source_key)
        return self._dated_key("failed", stem, extension, reserve=len(".error.json"))

    @property
    def error_key(self) -> str:
        """The key of the failure's reason in the source bucket."""
        return self.failed_key + ".error.json"

    def _dated_key(self, folder: str, stem: str, ending: str, reserve: int) -> str:
        head = f"{folder}/{self.dated_at:%Y/%m/%d}/"
        tail = f"-{self.hash8}{ending}"
        room = MAX_KEY_BYTES - reserve - len(head.encode()) - len(tail.encode())
        return head + _shortened(stem, room) + tail


def file_name(key: str) -> str:
    """Return the last path segment of a key; that of `uploads/data.csv/` is `data.csv`."""
    return key.rstrip("/").rsplit("/", 1)[-1]


def is_csv_name(key: str) -> bool:
    """Tell whether the name of a file is that of a CSV file."""
    return file_name(key).lower().endswith(".csv")


def _split_name(key: str) -> tuple[str, str]:
    name = file_name(key)
    stem, extension = os.path.splitext(name)  # noqa: PTH122 - a key is not a path: no "." or ".." rules
    if len(extension.encode()) > _MAX_EXTENSION_BYTES:
        return name, ""
    return stem, extension


def _shortened(text: str, limit: int) -> str:
    """Cut text to `limit` UTF-8 bytes without splitting a character."""
    return text.encode()[:limit].decode(errors="ignore")
