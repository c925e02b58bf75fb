"""The story of a file, part by part of the pipeline, up to where it ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING

from course.evidence import Invocation, log_group, tells_rejection
from course.sales_results import results
from lab.errors import LabError
from lab.language import in_our_language, say
from lab.promise.evidence import read_history
from lab.promise.jobs import FAILED, PENDING, PROCESSED, PROCESSING_ERROR, path
from lab.story.clues import clue_in, failure_in, refusal_clue, trigger_misses
from lab.story.story import Clue, Moment, Sign, Story
from lab.story.traces import GONE, Traces
from provision.target import unless_missing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lab.promise.dead_letters import DeadLetter
    from lab.promise.jobs import Job, StateVisit
    from lab.running import RunningLab

CLOCK_SLACK = timedelta(seconds=2)
"""S3 tells whole seconds, and the function's clock is another."""

_BEGINNING = datetime.min.replace(tzinfo=UTC)


def tell(lab: RunningLab, wanted: str | None) -> Story:
    """Return what became of a file, and why.

    Args:
        lab: The account; its pipeline may be half built.
        wanted: The file's name or key, its job id, or a part of one; None for the newest.

    Raises:
        LabError: Nothing is known of such a file, or several fit.
    """
    traces = Traces(lab)
    key = _key_of(traces, wanted)
    return _Teller(traces, key).story()


# Which file -----------------------------------------------------------------------------------


def _key_of(traces: Traces, wanted: str | None) -> str:
    known = _known_keys(traces)
    if wanted is None:
        if not known:
            raise LabError(say("Nothing was uploaded here yet."))
        return max(known, key=lambda key: known[key])
    for job in traces.jobs:
        if job.source_key and wanted in (job.job_id, job.execution.name):
            return job.source_key
    name = PurePath(wanted).name
    exact = [key for key in known if key == wanted or key.endswith(f"/{wanted}")]
    alike = exact or [key for key in known if PurePath(key).name == name]
    fitting = alike or [key for key in known if wanted in key]
    fitting = fitting or [job.source_key for job in traces.jobs if wanted in job.job_id]
    if not fitting:
        where = traces.bucket or traces.lab.settings.raw_bucket
        raise LabError(
            say(
                "Nothing is known of {wanted!r}: it is not in {bucket}.",
                wanted=wanted,
                bucket=where,
            )
        )
    if len(set(fitting)) > 1 and not exact:
        names = ", ".join(sorted(set(fitting)))
        raise LabError(say("{wanted!r} fits several files: {names}", wanted=wanted, names=names))
    return max(fitting, key=lambda key: known.get(key, _BEGINNING))


def _known_keys(traces: Traces) -> dict[str, datetime]:
    """Return the uploaded files of which anything is known, and when each was last heard of."""
    failed = traces.lab.settings.failed_prefix
    known = {each.key: each.written for each in traces.objects if not each.key.startswith(failed)}
    heard = [(job.source_key, job.execution.started) for job in traces.jobs]
    heard += [(outcome.source_key, outcome.written) for outcome in traces.outcomes]
    for key, moment in heard:
        if key:
            known[key] = max(moment, known.get(key, moment))
    return known


# What became of it ----------------------------------------------------------------------------


class _Teller:
    """Follows one file from part to part; each method yields the moments of a part."""

    def __init__(self, traces: Traces, key: str) -> None:
        self._traces = traces
        self._lab = traces.lab
        self._settings = traces.lab.settings
        self._key = key
        self._stored = next((each for each in traces.objects if each.key == key), None)
        written = self._stored.written if self._stored else _BEGINNING
        self._since = max(_BEGINNING, written - CLOCK_SLACK) if self._stored else _BEGINNING
        self._job = next(
            (
                job
                for job in traces.jobs
                if job.source_key == key and job.execution.started >= self._since
            ),
            None,
        )
        self._tries: list[str] = []

    def story(self) -> Story:
        """Tell it all."""
        parts = (
            self._upload(),
            self._trigger(),
            self._calls(self._traces.validator),
            self._queues(),
            self._calls(self._traces.processor),
            self._workflow(),
            self._outcome(),
            self._mails(),
        )
        moments = [moment for part in parts for moment in part]
        return Story(self._key, moments, list(dict.fromkeys([*self._tries, *self._usual_tries()])))

    # From S3 to the first function

    def _upload(self) -> Iterator[Moment]:
        if self._stored:
            size = self._stored.size
            yield Moment("S3", say("was put, {size:,} bytes", size=size), self._stored.written)
        elif self._job and (told := self._job.input.get("event_time")):
            yield Moment("S3", say("was put"), datetime.fromisoformat(str(told)))
        prefix = self._settings.uploads_prefix
        if not self._key.startswith(prefix):
            bucket = self._traces.bucket
            yield Moment(
                "S3",
                say("started nothing"),
                sign=Sign.BAD,
                clue=Clue(
                    say("Only what is put under {prefix} starts the pipeline.", prefix=prefix),
                    f"aws s3 mv 's3://{bucket}/{self._key}' "
                    f"'s3://{bucket}/{prefix}{PurePath(self._key).name}'",
                ),
            )

    def _trigger(self) -> Iterator[Moment]:
        """Tell why S3 told no function, where none has heard of the file."""
        started_nothing = not self._key.startswith(self._settings.uploads_prefix)
        if started_nothing or self._job or self._calls_of(self._traces.validator):
            return
        told = say("told no function of it")
        yield Moment("S3", told, sign=Sign.BAD, clue=self._why_untold())
        self._tries.append("status")

    def _why_untold(self) -> Clue:
        function = self._traces.validator
        triggers = self._traces.triggers
        if not triggers:
            return Clue(say("The bucket {bucket} has no trigger.", bucket=self._traces.bucket))
        misses = [trigger_misses(each, self._key) for each in triggers]
        if all(misses):
            why = say(
                "The trigger for {function} does not go off for it: {why}.",
                function=function,
                why="; ".join(filter(None, misses)),
            )
            return Clue(
                why,
                say(
                    "Only a prefix, {prefix}, and no suffix: let the function decide.",
                    prefix=self._settings.uploads_prefix,
                ),
            )
        if self._traces.function(function) is None:
            return Clue(say("There is no function {function}.", function=function))
        role = self._traces.role_of(function)
        group = (
            f"arn:aws:logs:{self._lab.region}:{self._lab.account}:log-group:{log_group(function)}"
        )
        if role and not role.allows("logs:PutLogEvents", f"{group}:*"):
            return refusal_clue("logs:PutLogEvents", f"{group}:*", role)
        if not self._s3_may_invoke(function):
            return Clue(
                say("No permission lets S3 invoke {function}.", function=function),
                f"aws lambda add-permission --function-name {function} --statement-id s3 "
                "--action lambda:InvokeFunction --principal s3.amazonaws.com "
                f"--source-arn arn:aws:s3:::{self._traces.bucket} "
                f"--source-account {self._lab.account}",
            )
        return Clue(
            say(
                "{function} has not heard of it: the file is older than the trigger, or the event "
                "is still on its way. Upload it again.",
                function=function,
            )
        )

    def _s3_may_invoke(self, function: str) -> bool:
        client = self._lab.client("lambda")
        found = unless_missing(lambda: client.get_policy(FunctionName=function), *GONE)
        return found is not None and "s3.amazonaws.com" in found["Policy"]

    # Functions

    def _calls_of(self, function: str) -> list[Invocation]:
        since = self._since.timestamp() * 1000 if self._stored else 0
        words = [self._key, *([self._job.job_id] if self._job else ())]
        return [
            call
            for call in self._traces.invocations(function)
            if call.began >= since and any(call.mentions(word) for word in words)
        ]

    def _calls(self, function: str) -> Iterator[Moment]:
        """Tell of each time that a function was called for the file."""
        for call in self._calls_of(function):
            at = datetime.fromtimestamp(call.began / 1000, UTC)
            failure = failure_in(call.lines)
            clue = self._clue(function, call.lines, failed=failure is not None)
            if failure or clue:
                text = say("failed: {error}", error=failure) if failure else say("met an error")
                yield Moment(function, text, at, Sign.BAD, clue)
                self._tries.append(f"logs {function}")
            elif tells_rejection(call.lines) and not self._job:
                yield Moment(function, say("did not take the file"), at, Sign.BAD)
                self._tries.append(f"logs {function}")
            else:
                yield Moment(function, say("did its work"), at, Sign.GOOD)

    def _clue(self, function: str, lines: Sequence[str], *, failed: bool) -> Clue | None:
        role = self._traces.role_of(function)
        refused = self._traces.refusals.get(role.name, []) if role else []
        found = clue_in(
            lines,
            function=function,
            key=self._key,
            role=role,
            denied=[each.resource for each in refused],
        )
        if found or not failed or role is None:
            return found
        still = (each for each in refused if not role.allows(each.action, each.resource))
        return next((refusal_clue(each.action, each.resource, role) for each in still), None)

    # Queues

    def _queues(self) -> Iterator[Moment]:
        main, dlq = self._settings.main_queue.name, self._settings.dlq.name
        for letter in self._letters(main):
            sent = datetime.fromtimestamp(letter.sent_at_ms / 1000, UTC)
            text = say("holds its message, received {count} times", count=letter.receives)
            clue = self._why_unread(main)
            yield Moment(main, text, sent, Sign.BAD if clue else Sign.PLAIN, clue)
        for letter in self._letters(dlq):
            text = say("holds it, given up after {count} receives", count=letter.receives)
            yield Moment(dlq, text, sign=Sign.BAD)
            self._tries.append("dlq")
        if not self._job and not self._letters(main) and not self._letters(dlq):
            yield from self._unsent(main)

    def _letters(self, queue: str) -> list[DeadLetter]:
        return [
            each
            for each in self._traces.messages(queue)
            if Invocation("", [each.body]).mentions(self._key)
        ]

    def _why_unread(self, queue: str) -> Clue | None:
        reader = self._traces.reader
        if reader is None:
            return Clue(say("Nobody reads {queue}: it has no event source mapping.", queue=queue))
        if reader["State"] in ("Disabled", "Disabling"):
            return Clue(
                say("Nobody reads {queue}: its event source mapping is off.", queue=queue),
                f"aws lambda update-event-source-mapping --uuid {reader['UUID']} --enabled",
            )
        return None

    def _unsent(self, queue: str) -> Iterator[Moment]:
        """Tell where no message is found, though the first function has done its work."""
        validator = self._traces.validator
        calls = self._calls_of(validator)
        quiet = calls and failure_in(calls[-1].lines) is None
        if not quiet or self._calls_of(self._traces.processor) or tells_rejection(calls[-1].lines):
            return
        if queue not in self._traces.queues:
            text = say("is not there yet: so far the pipeline ends here")
            yield Moment(queue, text)
            return
        role = self._traces.role_of(validator)
        arn = self._lab.arns.queue(queue)
        may_send = role is None or role.allows("sqs:SendMessage", arn)
        clue = (
            Clue(
                say(
                    "{function} has sent nothing: send-message is what is missing in its code, or "
                    "its error was swallowed.",
                    function=validator,
                )
            )
            if may_send
            else refusal_clue("sqs:SendMessage", arn, role)
        )
        yield Moment(queue, say("has no message about it"), sign=Sign.BAD, clue=clue)
        self._tries.append(f"logs {validator}")

    # Workflow and outcome

    def _workflow(self) -> Iterator[Moment]:
        job = self._job
        if job is None or not job.execution.arn:
            return
        events = read_history(self._lab.client("stepfunctions"), job.execution.arn)
        for visit in path(events):
            yield self._visit(job, visit)

    def _visit(self, job: Job, visit: StateVisit) -> Moment:
        seconds = (visit.left - visit.entered).total_seconds() if visit.left else 0.0
        text = say("{seconds:.2f} s", seconds=seconds) if visit.left else ""
        if visit.attempts > 1:
            text = ", ".join(filter(None, (text, say("{count} attempts", count=visit.attempts))))
        if not visit.error or job.reason not in (PROCESSING_ERROR, None):
            return Moment(visit.name, text, visit.entered, Sign.GOOD if visit.left else Sign.PLAIN)
        clue = self._clue(visit.function, [visit.error, *visit.trace], failed=True)
        if visit.function:
            self._tries.append(f"logs {visit.function}")
        return Moment(visit.name, visit.error, visit.entered, Sign.BAD, clue)

    def _outcome(self) -> Iterator[Moment]:
        job = self._job
        if job is None:
            yield from self._results_without_job()
        elif job.outcome == PENDING:
            yield Moment(say("job"), say("it is still running"))
        elif job.outcome == PROCESSED:
            told = say(
                "holds the result: {key}",
                key=f"s3://{self._settings.processed_bucket}/{job.output_key}",
            )
            if job.rows is not None and job.revenue is not None:
                told = say(
                    "{told}, {rows:,} rows, {revenue:,.2f} THB",
                    told=told,
                    rows=job.rows,
                    revenue=job.revenue,
                )
            yield Moment("S3", told, job.execution.stopped, Sign.GOOD)
        elif job.outcome == FAILED:
            where = job.failed_key or say("not moved")
            text = say("{reason}: the file is at {key}", reason=job.reason, key=where)
            why = Clue(in_our_language(job.message)) if job.message else None
            yield Moment("S3", text, job.execution.stopped, Sign.BAD, why)

    def _results_without_job(self) -> Iterator[Moment]:
        """Tell of results that no execution is known of, as week 2 of the course writes them."""
        stem = PurePath(self._key).stem
        bucket = self._settings.processed_bucket
        s3 = self._lab.client("s3")
        for each in unless_missing(lambda: list(results(s3, bucket, stem)), *GONE) or ():
            text = say("holds the result: {key}", key=f"s3://{bucket}/{each.key}")
            yield Moment("S3", text, sign=Sign.GOOD)

    def _mails(self) -> Iterator[Moment]:
        job = self._job
        if job is None:
            return
        for mail in self._traces.mails:
            if job.job_id in mail.text:
                yield Moment(
                    "SNS", say("mailed: {subject}", subject=mail.subject), mail.sent, Sign.GOOD
                )
                return
        if job.outcome == PENDING:
            return
        told = self._traces.subscriptions()
        if told is None:
            yield Moment("SNS", say("there is no topic yet, so nobody is told"))
        elif not any(each["SubscriptionArn"].startswith("arn:") for each in told):
            clue = Clue(say("Nobody has confirmed a subscription: the link is in the inbox."))
            yield Moment("SNS", say("told nobody"), sign=Sign.BAD, clue=clue)

    def _usual_tries(self) -> Iterator[str]:
        if self._job and self._job.execution.arn:
            yield f"run {self._job.job_id}"
            if self._job.outcome == PROCESSED:
                yield f"result {self._job.job_id}"
        yield "inbox"
