"""The promise, checked: each upload reached exactly one outcome, and one mail says so.

Given uploads, or for a live lab all it can see, this says what is not as promised. The lab is
read by the AWS API only (and its mail page); figures are counted again by `recount`.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from lab.language import say
from lab.promise.dead_letters import is_about_an_upload, peek, peek_into
from lab.promise.evidence import (
    OutcomeReader,
    mails_are_kept_since,
    read_executions,
    read_history,
    read_log_lines,
    read_mails,
    read_metric_totals,
    recipient_of_mails,
)
from lab.promise.file_counts import FileCounts, file_miscounts, read_file_counts, run_miscount
from lab.promise.jobs import created_at, execution_name, job_id_in
from lab.promise.lifecycle import Lifecycle
from lab.promise.recount import Recount, Sold, recount
from lab.promise.searched import SearchedText
from lab.promise.state import last_state, read_state
from provision.settings import CSV_VALIDATOR
from provision.waiting import Polling

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from decimal import Decimal

    from lab.promise.evidence import Execution, Mail, Outcome
    from lab.running import RunningLab
    from pipeline.state import WorkflowState

_READERS = 8
_PAUSE_SECONDS = 1.0
_ENDS = {
    "ExecutionsSucceeded": "SUCCEEDED",
    "ExecutionsFailed": "FAILED",
    "ExecutionsTimedOut": "TIMED_OUT",
    "ExecutionsAborted": "ABORTED",
}
"""Which metric counts which end of an execution."""

_NOT_TO_BE_READ = ("NoSuchKey", "PreconditionFailed", "412", "InvalidObjectState")
"""S3's answers for a copy that is gone, replaced, or archived since."""

_NAMES_SHOWN = 3

_SHORTEST_NAME = 6
"""A customer's name shorter than this occurs in any text by chance."""

_NAMES_LOOKED_FOR = 1000
"""Of a long file, so that looking stays a matter of seconds."""


@dataclass(frozen=True, slots=True)
class UploadedObject:
    """One version of one object that was put under `uploads/`.

    Attributes:
        key: Its key, decoded.
        etag: Without quotation marks.
        body: Its bytes; None when it is to be read from the lab.
        times: How often it was put there, each time a job of its own; None when nobody counted.
    """

    key: str
    etag: str
    body: bytes | None = None
    times: int | None = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as promised.

    Attributes:
        rule: Which part of the promise, as one word.
        subject: The upload's key, or the resource.
        text: What was found, as one sentence.
    """

    rule: str
    subject: str
    text: str

    def __str__(self) -> str:
        """Return one line for a report."""
        return f"{self.rule}: {self.subject}: {self.text}"


@dataclass
class Report:
    """What was checked, and what was found.

    Attributes:
        uploads: How many uploads there were.
        processed: How many results.
        failed: How many failures, those that have expired since among them.
        expired: How many failures the lifecycle has removed.
        stopped: How many jobs were stopped by hand; a function that was running then may
            have written its outcome all the same.
        mails: How many mails about them.
        findings: What is not as promised.
        notes: What was done by hand, about which nothing is promised; one sentence each.
    """

    uploads: int = 0
    processed: int = 0
    failed: int = 0
    expired: int = 0
    stopped: int = 0
    mails: int = 0
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        """Whether the promise is kept."""
        return not self.findings


@dataclass(frozen=True)
class _Job:
    """One execution and what the lab shows of it."""

    execution: Execution
    job_id: str
    state: WorkflowState
    outcomes: list[Outcome]
    mails: list[Mail]

    @property
    def came_from_s3(self) -> bool:
        """Whether an event of S3 led to it; nothing is promised about one started by hand."""
        named = self.execution.name == execution_name(self.job_id)
        return named and {"source_key", "etag", "event_time"} <= self.state.keys()


def verify_at_rest(lab: RunningLab, patience_seconds: float) -> Report:
    """Check everything a live lab shows, giving what is under way time to end.

    Args:
        lab: The lab.
        patience_seconds: After that what is still under way counts as a finding.
    """
    reader = OutcomeReader(lab)
    for _ in Polling(within=patience_seconds, every=_PAUSE_SECONDS):
        report = verify(lab, reader=reader)
        if report.kept:
            break
    return report


def verify(  # noqa: PLR0913 - all but the lab have defaults
    lab: RunningLab,
    uploads: Iterable[UploadedObject] | None = None,
    *,
    since: datetime | None = None,
    counted_before: FileCounts | None = None,
    mails_may_repeat: bool | Mapping[str, int] = False,
    reader: OutcomeReader | None = None,
) -> Report:
    """Check the promise.

    Args:
        lab: The lab, at rest: what is still under way counts as a finding.
        uploads: What was put under `uploads/`; by default everything the lab shows of it.
        since: Looks at nothing before this; by default at all.
        counted_before: What the metrics had counted before the first of the given uploads, when
            nobody puts or repeats others meanwhile. Without it what they count is compared for all
            uploads only, and then not the runs: people invoke functions by hand as well.
        mails_may_repeat: A notifier was killed between publishing and answering: then at least one
            mail is promised, no longer exactly one. True for any job, or how often by job id.
        reader: Of the lab's outcomes; who checks again and again gives the same one.
    """
    listed = read_executions(lab.client("stepfunctions"), lab.arns.state_machine)
    created = created_at(lab.client("stepfunctions"), lab.arns.state_machine)
    executions = [each for each in listed if each.started >= created]
    earlier = [each for each in listed if each.started < created]
    outcomes = (reader or OutcomeReader(lab)).outcomes()
    mails = read_mails(lab)
    everything = _jobs(lab, executions, outcomes, mails, since)
    jobs = [job for job in everything if job.came_from_s3]
    by_hand = [job for job in everything if not job.came_from_s3]
    standing = _standing(lab)
    given = list(uploads) if uploads is not None else _visible_uploads(jobs, standing)
    of_upload = defaultdict(list)
    for job in jobs:
        of_upload[job.state.get("source_key"), job.state.get("etag")].append(job)
    check = _Check(
        lab,
        Report(),
        standing,
        SearchedText("\n".join(_log_lines(lab, since))),
        mails_may_repeat,
        repeated=Counter(job.job_id for job in by_hand),
        lifecycle=Lifecycle(lab),
        mails=mails,
        # Metrics outlive the pipeline: they are compared with all executions that are listed, or
        # with those of this pipeline, where AWS lists no others.
        counted_since=None if earlier or lab.record.has_pages or counted_before else created,
    )
    for upload in given:
        check.upload(upload, of_upload[upload.key, upload.etag])
    check.execution_metrics(listed)
    if uploads is None:
        check.queues()
        check.note_manual_changes(by_hand)
    if uploads is None or counted_before is not None:
        of_given = [job for upload in given for job in of_upload[upload.key, upload.etag]]
        if counted_before is None:
            of_given += _jobs(lab, earlier, (), (), since)
        check.file_metrics(of_given, counted_before)
    return check.report


# Reading ------------------------------------------------------------------------------------


def _jobs(
    lab: RunningLab,
    executions: Iterable[Execution],
    outcomes: Iterable[Outcome],
    mails: Iterable[Mail],
    since: datetime | None,
) -> list[_Job]:
    stepfunctions, recipient = lab.client("stepfunctions"), recipient_of_mails(lab)
    outcomes_of = defaultdict(list)
    for outcome in outcomes:
        outcomes_of[outcome.job_id].append(outcome)
    mails_of = defaultdict(list)
    for mail in mails:
        if recipient in mail.recipients:  # others have subscribed by themselves
            mails_of[mail.job_id].append(mail)

    def job(execution: Execution) -> _Job:
        described = stepfunctions.describe_execution(executionArn=execution.arn)
        state = read_state(described["input"])
        job_id = str(state.get("job_id", job_id_in(execution.name)))
        return _Job(execution, job_id, state, outcomes_of[job_id], mails_of[job_id])

    recent = [each for each in executions if since is None or each.started >= since]
    with ThreadPoolExecutor(_READERS) as readers:
        return list(readers.map(job, recent))


def _standing(lab: RunningLab) -> dict[str, str]:
    """Return the objects under `uploads/`: ETag by key."""
    pages = (
        lab.client("s3")
        .get_paginator("list_objects_v2")
        .paginate(Bucket=lab.settings.raw_bucket, Prefix=lab.settings.uploads_prefix)
    )
    return {
        entry["Key"]: entry["ETag"].strip('"')
        for page in pages
        for entry in page.get("Contents", ())
        if entry["Size"] or not entry["Key"].endswith("/")  # else a folder marker
    }


def _visible_uploads(jobs: list[_Job], standing: dict[str, str]) -> list[UploadedObject]:
    started = {(job.state["source_key"], job.state["etag"]) for job in jobs}
    return [
        UploadedObject(key, etag, times=None)
        for key, etag in sorted(started | set(standing.items()))
    ]


def _log_lines(lab: RunningLab, since: datetime | None) -> list[str]:
    logs = lab.client("logs")
    return read_log_lines(logs, list(lab.settings.functions), since)


def bytes_of(lab: RunningLab, upload: UploadedObject, outcome: Outcome) -> bytes | None:
    """Return the upload's bytes, None when no copy of this version is left, or it is archived."""
    if upload.body is not None:
        return upload.body
    s3 = lab.client("s3")
    key = upload.key if outcome.kind == "processed" else outcome.key
    try:
        answer = s3.get_object(Bucket=lab.settings.raw_bucket, Key=key, IfMatch=upload.etag)
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in _NOT_TO_BE_READ:
            return None
        raise
    body: bytes = answer["Body"].read()
    return body


# Checking -----------------------------------------------------------------------------------


@dataclass
class _Check:
    """One pass over a lab, with what all uploads need."""

    lab: RunningLab
    report: Report
    standing: dict[str, str]
    logs: SearchedText
    mails_may_repeat: bool | Mapping[str, int]
    repeated: Counter[str]
    """How often each job was run again by hand."""

    lifecycle: Lifecycle
    mails: list[Mail]
    counted_since: datetime | None
    """From when on the metrics are to be counted; None counts all of them."""

    stopped: list[str] = field(default_factory=list)
    """Jobs that were stopped by hand."""

    forgotten: int = 0
    """How many jobs are older than the mails that are kept."""

    def found(self, rule: str, subject: str, text: str) -> None:
        self.report.findings.append(Finding(rule, subject, text))

    def upload(self, upload: UploadedObject, jobs: list[_Job]) -> None:
        """Check one upload: one job, one outcome, one mail, right figures, nothing leaked."""
        # Where nobody counted, the same bytes put again at the same key show as another job.
        puts = max(1, len(jobs)) if upload.times is None else upload.times
        self.report.uploads += puts
        if len(jobs) != puts:
            names = ", ".join(job.job_id for job in jobs) or say("none")
            text = say("{count} jobs were started for it: {names}", count=len(jobs), names=names)
            self.found("outcome", upload.key, text)
        for job in jobs:
            self.job(upload, job)
        outcomes = [outcome for job in jobs for outcome in job.outcomes]
        for outcome in outcomes:
            if outcome.body.get("failed_key") and self.standing.get(upload.key) == upload.etag:
                text = say("it stands there still, and at {key}", key=outcome.key)
                self.found("left behind", upload.key, text)
        copies = (bytes_of(self.lab, upload, outcome) for outcome in outcomes)
        body = next((copy for copy in copies if copy is not None), None)
        if body is None:
            return
        counted = _recounted(body)
        for outcome in outcomes:
            if outcome.kind == "processed":
                for text in _wrong_figures(outcome, counted):
                    self.found("figures", upload.key, text)
        if counted is not None:
            self.mailed_figures(upload, jobs, counted)
            self.privacy(upload, jobs, counted)

    def job(self, upload: UploadedObject, job: _Job) -> None:
        """Check one job that was started for an upload."""
        if job.execution.stopped is None:
            text = say("{execution} has not ended", execution=job.execution.name)
            self.found("in flight", upload.key, text)
            return
        if job.execution.status == "ABORTED":  # only StopExecution does that
            self.report.stopped += 1
            self.stopped.append(job.job_id)
            return
        kinds = [outcome.kind for outcome in job.outcomes]
        if not kinds and self.has_expired(job):
            kinds = ["failed"]
            self.report.expired += 1
        self.report.processed += kinds.count("processed")
        self.report.failed += kinds.count("failed")
        self.report.mails += len(job.mails)
        status = job.execution.status
        if len(kinds) != 1:
            text = say(
                "{job} ({status}) has {count} outcomes: {keys}",
                job=job.job_id,
                status=status,
                count=len(kinds),
                keys=", ".join(outcome.key for outcome in job.outcomes) or say("none"),
            )
            self.found("outcome", upload.key, text)
        elif (kinds[0] == "processed") != (status == "SUCCEEDED"):
            text = say(
                "{job} is {outcome}, yet {status}", job=job.job_id, outcome=kinds[0], status=status
            )
            self.found("outcome", upload.key, text)
        elif job.outcomes and job.outcomes[0].source_key != upload.key:
            text = say("{key} names another file", key=job.outcomes[0].key)
            self.found("outcome", upload.key, text)
        kept_since = mails_are_kept_since(self.lab)
        if kept_since is not None and job.execution.stopped < kept_since:
            self.forgotten += 1
            return
        promised = 1 + self.repeated[job.job_id]
        if not job.mails or len(job.mails) > promised + self._further_mails(job.job_id):
            text = say("{job} was mailed {count} times", job=job.job_id, count=len(job.mails))
            self.found("mail", upload.key, text)

    def _further_mails(self, job_id: str) -> float:
        """Return how often a job may be mailed again."""
        if isinstance(self.mails_may_repeat, bool):
            return math.inf if self.mails_may_repeat else 0
        return self.mails_may_repeat.get(job_id, 0)

    def has_expired(self, job: _Job) -> bool:
        """Return whether a job wrote its failure, and the lifecycle has removed it since."""
        events = read_history(self.lab.client("stepfunctions"), job.execution.arn)
        key = last_state(events).get("error_key")
        return bool(key) and self.lifecycle.has_expired(str(key), job.execution.started)

    def mailed_figures(self, upload: UploadedObject, jobs: list[_Job], counted: Recount) -> None:
        """Check that the mail about a result says how many rows there were and what they earned."""
        figures = (f"Rows: {counted.rows:,} ", f"Revenue: {counted.revenue:,.2f} ")
        for job in jobs:
            if any(outcome.kind == "failed" for outcome in job.outcomes):
                continue
            for mail in job.mails:
                said = " ".join(mail.text.split())
                for figure in figures:
                    if figure not in said:
                        text = say(
                            "the mail about {job} does not say {figure}",
                            job=job.job_id,
                            figure=figure.strip(),
                        )
                        self.found("figures", upload.key, text)

    def privacy(self, upload: UploadedObject, jobs: list[_Job], counted: Recount) -> None:
        """Check that no customer of the file is named in a log or an execution's history."""
        names = sorted(name for name in counted.customers if len(name) >= _SHORTEST_NAME)
        places = {say("the logs"): self.logs}
        for job in jobs:
            history = read_history(self.lab.client("stepfunctions"), job.execution.arn)
            text = json.dumps(history, default=str, ensure_ascii=False)
            place = say("the history of {execution}", execution=job.execution.name)
            places[place] = SearchedText(text)
        for place, searched in places.items():
            if any(searched.has(name) for name in names[:_NAMES_LOOKED_FOR]):
                # The name itself stays out of the finding.
                told = say("a customer's name stands in {place}", place=place)
                self.found("privacy", upload.key, told)

    def execution_metrics(self, executions: Iterable[Execution]) -> None:
        """Check that each execution was counted once at its start and once at its end."""
        statuses = Counter(execution.status for execution in executions)
        there_are = {metric: statuses[status] for metric, status in _ENDS.items()}
        there_are["ExecutionsStarted"] = statuses.total()
        dimensions = {"StateMachineArn": self.lab.arns.state_machine}
        self.metrics("AWS/States", dimensions, there_are)

    def file_metrics(self, jobs: list[_Job], before: FileCounts | None) -> None:
        """Check that csv-validator read each upload and counted it once, as valid or rejected."""
        counted = read_file_counts(self.lab, self.counted_since).since(before or FileCounts())
        # What csv-validator found is in the job; one it never managed has neither.
        valid = sum("row_count" in job.state for job in jobs)
        rejected = sum("rejection" in job.state for job in jobs)
        unread = sum("unread" in job.state for job in jobs)
        for metric, text in file_miscounts(counted, valid=valid, rejected=rejected):
            self.found("metrics", metric, text)
        if before is not None:
            attempts = 1 + self.lab.settings.async_retries
            if sentence := run_miscount(counted, valid + rejected + unread, attempts=attempts):
                self.found("metrics", CSV_VALIDATOR, sentence)

    def metrics(
        self, namespace: str, dimensions: dict[str, str], there_are: dict[str, int]
    ) -> None:
        """Check that these metrics count what there is."""
        cloudwatch = self.lab.client("cloudwatch")
        counted = read_metric_totals(
            cloudwatch, namespace, list(there_are), dimensions, self.counted_since
        )
        for metric, number in there_are.items():
            if counted[metric] != number:
                text = say(
                    "it counts {counted:.0f}, of {number}", counted=counted[metric], number=number
                )
                self.found("metrics", metric, text)

    def queues(self) -> None:
        """Check that no upload waits in a queue, and none was given up."""
        for queue in (self.lab.settings.main_queue, self.lab.settings.dlq):
            url = self.lab.queue_url(queue.name)
            depth = _depth(self.lab, url)
            if not depth:
                continue
            others = self._about_no_upload(queue.name, url)
            if depth > others:
                text = say("it holds {count} message(s)", count=depth - others)
                self.found("in flight", queue.name, text)
            if others:
                self.note(
                    say(
                        "{queue} holds {count} message(s) about no upload",
                        queue=queue.name,
                        count=others,
                    )
                )

    def _about_no_upload(self, queue: str, url: str) -> int:
        """Return how many messages of a queue are about no upload, as far as they may be seen."""
        if self.lab.record.has_pages:
            messages = peek_into(self.lab.endpoint, url)
        elif queue == self.lab.settings.dlq.name:
            messages = peek(self.lab)
        else:
            return 0  # to look into the main queue by SQS's API is to keep jobs from csv-processor
        return sum(not is_about_an_upload(message.body) for message in messages)

    def note_manual_changes(self, by_hand: list[_Job]) -> None:
        """Note executions that were started or stopped by hand, and subscribers that were added."""
        if by_hand:
            names = _some(job.execution.name for job in by_hand)
            self.note(
                say(
                    "started by hand, {count} execution(s): {names}",
                    count=len(by_hand),
                    names=names,
                )
            )
        if self.stopped:
            self.note(
                say(
                    "stopped by hand, {count} job(s): {names}",
                    count=len(self.stopped),
                    names=_some(self.stopped),
                )
            )
        others = {
            recipient
            for mail in self.mails
            if mail.job_id
            for recipient in mail.recipients
            if recipient != recipient_of_mails(self.lab)
        }
        if others:
            self.note(say("others are told as well: {names}", names=_some(sorted(others))))
        if self.forgotten:
            told = say(
                "older than the mails in {queue}: {count} job(s)",
                queue=recipient_of_mails(self.lab),
                count=self.forgotten,
            )
            self.note(told)
        if self.report.expired:
            self.note(
                say(
                    "expired by the lifecycle of failed/: {count} failure(s)",
                    count=self.report.expired,
                )
            )

    def note(self, text: str) -> None:
        self.report.notes.append(text)


def _some(names: Iterable[str]) -> str:
    """Name the first few of them."""
    listed = list(names)
    shown = ", ".join(listed[:_NAMES_SHOWN])
    if len(listed) <= _NAMES_SHOWN:
        return shown
    return say("{names} and {count} more", names=shown, count=len(listed) - _NAMES_SHOWN)


def _recounted(body: bytes) -> Recount | None:
    try:
        return recount(body)
    except ValueError:
        return None


def _wrong_figures(outcome: Outcome, counted: Recount | None) -> Iterable[str]:
    """Yield where a result differs from the recount; money is compared to the satang."""
    if counted is None:
        yield say("{key} is the result of what is no sales file", key=outcome.key)
        return
    try:
        yield from _figures_unlike(outcome, counted)
    except (KeyError, TypeError, AttributeError):
        yield say("{key} has not the shape of a result", key=outcome.key)


def _figures_unlike(outcome: Outcome, counted: Recount) -> Iterable[str]:
    summary = outcome.body["summary"]
    expected: dict[str, int | Decimal] = {
        "total_rows": counted.rows,
        "valid_rows": counted.valid,
        "rejected_rows": len(counted.refused),
        "total_revenue": counted.revenue,
        "average_order_value": counted.mean,
    }
    for name, figure in expected.items():
        if summary[name] != figure:
            yield say(
                "{name} is {told}, counted again it is {figure}",
                name=name,
                told=summary[name],
                figure=figure,
            )
    listed = [entry["row"] for entry in outcome.body["rejected"]]
    if listed != counted.refused[: len(listed)]:
        yield say(
            "rows {told} were refused, counted again rows {counted}",
            told=listed[:5],
            counted=counted.refused[:5],
        )
    breakdown = summary["product_breakdown"]
    for product, figures in breakdown.items():
        again = asdict(counted.products.get(product, Sold()))
        if figures != again:
            yield say(
                "{product!r} has {told}, counted again {counted}",
                product=product,
                told=_told(figures),
                counted=_told(again),
            )
    others = summary.get("other_products", {"orders": 0})["orders"]
    unlisted = sum(
        sold.orders for product, sold in counted.products.items() if product not in breakdown
    )
    if others != unlisted:
        yield say(
            "{told} orders are of products beyond those listed, counted again {counted}",
            told=others,
            counted=unlisted,
        )
    if "data" in outcome.body:  # of a long result only what stands before its rows was read
        data = outcome.body["data"]
        told = (len(data), sum(row["revenue"] for row in data))
        if told != (counted.valid, counted.revenue):
            yield say("its {rows} rows of data add up to {sum}", rows=told[0], sum=told[1])


def _told(figures: dict[str, Any]) -> str:
    return ", ".join(f"{name} {figure}" for name, figure in figures.items())


def _depth(lab: RunningLab, url: str) -> int:
    sqs = lab.client("sqs")
    names = [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    ]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(attributes[name]) for name in names)
