"""Files on their way through the pipeline: put under `uploads/`, then watched to their outcome."""

import shlex
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lab.advice import command
from lab.chosen import is_lab_here
from lab.errors import LabError, UsageError
from lab.language import say
from lab.promise.evidence import Execution, OutcomeReader
from lab.promise.jobs import PENDING, Job, JobReader, execution_name, job_of
from lab.running import RunningLab
from provision.waiting import Polling

WRITERS = 8
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, GROWTH = 0.15, 1.0, 1.2
BUCKETS_AFTER_SECONDS = 3.0
"""Listing both buckets costs more than listing executions, and is rarely needed."""

CLOCK_SLACK = timedelta(seconds=2)
"""S3's event is a moment older than its answer, whose Date header has whole seconds."""


@dataclass
class Upload:
    """One file that was put, and what became of it.

    Attributes:
        file: As the user named it.
        key: Where it was put in the raw bucket.
        etag: Of the object, as its job names it.
        begun: When the put began, by this machine's clock.
        answered: When S3 answered, by its own clock.
        job: Its job, as soon as it has one.
    """

    file: Path
    key: str
    etag: str
    begun: datetime
    answered: datetime
    job: Job | None = None

    @property
    def outcome(self) -> str:
        """`processed`, `failed` or `pending`."""
        return self.job.outcome if self.job else PENDING

    @property
    def seconds(self) -> float | None:
        """From the beginning of the put to the end of the job."""
        if self.job is None or self.job.execution.stopped is None:
            return None
        return max(0.0, (self.job.execution.stopped - self.begun).total_seconds())

    def is_of(self, job: Job) -> bool:
        """Return whether a job for the same key is of this put, not of one before.

        The pipeline's jobs name the content and the time of the event. Others, of a pipeline that
        a student has built, are known by their start.
        """
        if job.input.get("etag", self.etag) != self.etag:
            return False
        announced = job.input.get("event_time")
        begun = datetime.fromisoformat(announced) if announced else job.execution.started
        return begun >= self.answered - CLOCK_SLACK

    def as_json(self) -> dict[str, Any]:
        """Return the fields that scripts read."""
        job = self.job
        revenue = job.revenue_as_json() if job else {"revenue": None, "total_revenue_text": None}
        return {
            "file": str(self.file),
            "key": self.key,
            "job_id": job.job_id if job else None,
            "outcome": self.outcome,
            "output_key": job.output_key if job else None,
            "failed_key": job.failed_key if job else None,
            "reason": job.reason if job else None,
            "rows": job.rows if job else None,
            **revenue,
            "seconds": round(self.seconds, 2) if self.seconds is not None else None,
        }


def check_files(files: Sequence[Path]) -> None:
    """Refuse files that cannot be read, before anything is put.

    Raises:
        UsageError: One is missing, no regular file, or not readable.
    """
    for file in files:
        if file.is_dir():
            everything = command(f"upload {shlex.quote(str(file))}/*")
            raise UsageError(
                say("{file} is a folder. Name its files: {upload}", file=file, upload=everything)
            )
        if not file.exists():
            raise UsageError(
                say("There is no file {file}. A sample: samples/sample_sales.csv", file=file)
            )
        if not file.is_file():  # to open a pipe is to wait for whoever writes to it
            raise UsageError(
                say(
                    "{file} is {kind}, no file. Save what it gives to a file.",
                    file=file,
                    kind=_kind(file),
                )
            )
        try:
            file.open("rb").close()
        except OSError as error:
            told = say("{file} can't be read: {reason}.", file=file, reason=error.strerror)
            raise UsageError(told) from error


def _kind(file: Path) -> str:
    if file.is_fifo():
        return say("a pipe")
    return say("a socket") if file.is_socket() else say("a device")


def plan_keys(files: Sequence[Path], prefix: str, wanted: str | None = None) -> list[str]:
    """Return a key of its own for every file.

    Files of the same name get their folder's name before it: the second would silently replace
    the first otherwise.

    Args:
        files: What is to be put.
        prefix: Where, `uploads/`.
        wanted: The key for a single file, with or without the prefix.

    Raises:
        UsageError: Two files cannot be told apart, or a key cannot be in S3.
    """
    if wanted is not None:
        if len(files) != 1:
            raise UsageError(say("--as names one key, so give one file with it."))
        keys = [prefix + _key_name(wanted, prefix)]
    else:
        names = Counter(file.name for file in files)
        keys = [
            prefix + (file.name if names[file.name] == 1 else f"{_folder(file)}/{file.name}")
            for file in files
        ]
    twice = [key for key, count in Counter(keys).items() if count > 1]
    if twice:
        raise UsageError(
            say("Two files would both become {key}. Upload one of them with --as.", key=twice[0])
        )
    for key in keys:
        _check_encoding(key)
    return keys


def _check_encoding(key: str) -> None:
    """Refuse a key that is not text: on Linux, a file's name can be any bytes."""
    try:
        key.encode()
    except UnicodeEncodeError:
        raise UsageError(
            say(
                "{key} cannot be a key in S3: it is no UTF-8. Rename the file, or use --as.",
                key=key,
            )
        ) from None


def _key_name(wanted: str, prefix: str) -> str:
    name = wanted.removeprefix(prefix)
    if not name or name.endswith("/"):
        raise UsageError(
            say("--as {wanted!r} names a folder; give the file's name too.", wanted=wanted)
        )
    return name


def _folder(file: Path) -> str:
    return file.absolute().parent.name or "root"


def put_files(
    lab: RunningLab, files: Sequence[Path], keys: Sequence[str], done: Callable[[Path], None]
) -> list[Upload]:
    """Put the files, several at a time.

    One request a file, however large: its ETag is then in the answer, before the pipeline can have
    moved the object away.

    Args:
        lab: The lab.
        files: What to put.
        keys: Where, in the same order.
        done: Called with each file that was put.
    """
    s3, bucket = lab.client("s3"), lab.settings.raw_bucket

    def put(file: Path, key: str) -> Upload:
        begun = datetime.now(UTC)
        with file.open("rb") as body:
            answer = s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="text/csv")
        done(file)
        return Upload(file, key, answer["ETag"].strip('"'), begun, _server_time(answer))

    with ThreadPoolExecutor(WRITERS) as writers:
        return list(writers.map(put, files, keys))


def _server_time(answer: dict[str, Any]) -> datetime:
    from email.utils import parsedate_to_datetime

    return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])


class Watch:
    """Follows uploads to their outcomes; made before they are put, to know older jobs from theirs.

    An outcome shows first in the workflow's executions. A pipeline that a student has built may
    have another workflow or none: there it is found in the buckets, by the uploaded key.
    """

    def __init__(self, lab: RunningLab) -> None:
        self._lab = lab
        self._reader = JobReader(lab)
        self._outcomes = OutcomeReader(lab)
        self._older = {execution.arn for execution in self._executions()}

    def wait(
        self,
        uploads: Sequence[Upload],
        limit_seconds: float,
        looked: Callable[[Sequence[Upload]], None],
    ) -> None:
        """Wait until every upload has its outcome, or the time is over.

        Args:
            uploads: What to follow; their jobs are filled in.
            limit_seconds: How long.
            looked: Called after each look with those that have none yet.
        """
        next_look_into_buckets = BUCKETS_AFTER_SECONDS
        waiting = list(uploads)
        polling = Polling(
            within=limit_seconds,
            every=FIRST_PAUSE_SECONDS,
            growth=GROWTH,
            longest=LONGEST_PAUSE_SECONDS,
        )
        for passed in polling:
            executions = self._executions()
            self._match(waiting, self._jobs(executions))
            if passed >= next_look_into_buckets:
                jobless = [each for each in waiting if each.job is None]
                self._match(jobless, self._jobs_without_execution(jobless, executions))
                next_look_into_buckets = passed + BUCKETS_AFTER_SECONDS
            before = len(waiting)
            waiting = [each for each in waiting if each.outcome == PENDING]
            looked(waiting)
            if not waiting:
                return
            if len(waiting) < before:
                polling.start_over()

    def _executions(self) -> list[Execution]:
        try:
            return self._reader.executions()
        except self._lab.client("stepfunctions").exceptions.StateMachineDoesNotExist:
            return []

    def _jobs(self, executions: Sequence[Execution]) -> list[Job]:
        return self._reader.read([each for each in executions if each.arn not in self._older])

    def _jobs_without_execution(
        self, uploads: Sequence[Upload], executions: Sequence[Execution]
    ) -> list[Job]:
        if not uploads:
            return []
        since = min(upload.answered for upload in uploads) - CLOCK_SLACK
        try:
            outcomes = self._outcomes.outcomes(since)
        except self._lab.client("s3").exceptions.NoSuchBucket:
            return []
        names = {execution.name for execution in executions}
        return [job_of(each) for each in outcomes if execution_name(each.job_id) not in names]

    @staticmethod
    def _match(uploads: Sequence[Upload], jobs: Sequence[Job]) -> None:
        by_key: defaultdict[str, list[Job]] = defaultdict(list)
        for job in jobs:
            by_key[job.source_key].append(job)
        for upload in uploads:
            upload.job = next((job for job in by_key[upload.key] if upload.is_of(job)), None)


def refuse_pending(uploads: Sequence[Upload], limit_seconds: float) -> None:
    """Say what to look at when some uploads have no outcome yet.

    Raises:
        LabError: There are such.
    """
    pending = sum(upload.outcome == PENDING for upload in uploads)
    if pending:
        raise LabError(
            say(
                "{pending} of {count} files had no outcome after {seconds:.0f} s. "
                "Look at: {explain}, {status}, {dlq}",
                pending=pending,
                count=len(uploads),
                seconds=limit_seconds,
                explain=command("explain" if is_lab_here() else "runs"),
                status=command("status"),
                dlq=command("dlq"),
            )
        )


def refuse_others(uploads: Sequence[Upload], expected: str) -> None:
    """Say which uploads have another outcome than the expected one.

    Raises:
        LabError: There are such.
    """
    others = [upload for upload in uploads if upload.outcome != expected]
    if others:
        first = others[0]
        reason = f" ({first.job.reason})" if first.job and first.job.reason else ""
        more = say(", and {count} more", count=len(others) - 1) if len(others) > 1 else ""
        raise LabError(
            say(
                "Expected {expected}, but {file} is {outcome}{reason}{more}. See: {run}",
                expected=expected,
                file=first.file.name,
                outcome=first.outcome,
                reason=reason,
                more=more,
                run=command(f"run {first.job.job_id}" if first.job else "runs"),
            )
        )
