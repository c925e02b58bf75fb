"""SQS: queues and how they treat their messages."""

import json
from collections.abc import Callable
from typing import Any, Final

from course.case import Case
from course.finding import NOTHING, Finding, failed, missing, passed
from course.language import Text
from course.probes import probes
from course.probes.functions import configuration
from course.solving import NO_QUEUE
from provision.target import unless_missing

A_DAY_SECONDS = 24 * 60 * 60
_HIDDEN_SECONDS: Final = 30


def queue_attributes(case: Case, queue: str, *, region: str | None = None) -> dict[str, str] | None:
    """A queue's attributes and its URL (as `QueueUrl`), None when there is no such queue."""
    sqs = case.client("sqs", region=region)
    url = unless_missing(lambda: sqs.get_queue_url(QueueName=queue)["QueueUrl"], *NO_QUEUE)
    if url is None:
        return None
    found = unless_missing(
        lambda: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"],
        *NO_QUEUE,
    )
    return None if found is None else {**found, "QueueUrl": url}


def redrive_of(attributes: dict[str, str]) -> tuple[str, int]:
    """To which queue a queue hands messages on (its name), and after how many receives."""
    policy: dict[str, Any] = json.loads(attributes.get("RedrivePolicy") or "{}")
    target = str(policy.get("deadLetterTargetArn", "")).rpartition(":")[2]
    return target, int(policy.get("maxReceiveCount", 0))


def take_messages(
    case: Case, url: str, is_ours: Callable[[str], bool], held: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Take from a queue the messages whose body is ours; those of others are held meanwhile.

    Args:
        case: The check.
        url: Of the queue.
        is_ours: Tells it by a message's body.
        held: Takes up the messages of others, for `put_back`.
    """
    sqs = case.client("sqs")
    got = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=10,
        WaitTimeSeconds=0,
        VisibilityTimeout=_HIDDEN_SECONDS,
        MessageAttributeNames=["All"],
    )
    messages = got.get("Messages", [])
    ours = [each for each in messages if is_ours(each["Body"])]
    held += [each for each in messages if each not in ours]
    for message in ours:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return ours


def put_back(case: Case, url: str, held: list[dict[str, Any]]) -> None:
    """Send the messages of others once more: a receive counts, and three lead to the DLQ."""
    sqs = case.client("sqs")
    for message in held:
        sqs.send_message(
            QueueUrl=url,
            MessageBody=message["Body"],
            MessageAttributes=message.get("MessageAttributes", {}),
        )
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def shown_with(queue: str) -> str:
    """The command that shows a queue's attributes."""
    url = f"$(scripts/lab aws sqs get-queue-url --queue-name {queue} --output text)"
    return f"aws sqs get-queue-attributes --attribute-names All --queue-url {url}"


@probes
def queue_exists(case: Case, *, queue: str) -> Finding:
    """There is a queue of this name, in the course's region."""
    if queue_attributes(case, queue):
        return passed()
    return failed(Text.same(f"{queue} ({case.sandbox.region})"), NOTHING, "aws sqs list-queues")


@probes
def queue_keeps_messages(case: Case, *, queue: str, days: int) -> Finding:
    """A queue keeps a message for so many days, or longer."""
    found = queue_attributes(case, queue)
    if found is None:
        return missing(queue)
    kept = int(found["MessageRetentionPeriod"])
    if kept >= days * A_DAY_SECONDS:
        return passed()
    return failed(
        Text.same(f"MessageRetentionPeriod {days * A_DAY_SECONDS} s"),
        Text.same(f"MessageRetentionPeriod {kept} s"),
        shown_with(queue),
    )


@probes
def queue_polls_long(case: Case, *, queue: str, seconds: int) -> Finding:
    """An empty queue lets its reader wait for so long, or longer."""
    found = queue_attributes(case, queue)
    if found is None:
        return missing(queue)
    waits = int(found.get("ReceiveMessageWaitTimeSeconds", 0))
    if waits >= seconds:
        return passed()
    return failed(
        Text(
            th=f"ReceiveMessageWaitTimeSeconds {seconds} ขึ้นไป",
            en=f"ReceiveMessageWaitTimeSeconds {seconds} or more",
        ),
        Text.same(f"ReceiveMessageWaitTimeSeconds {waits}"),
        shown_with(queue),
    )


@probes
def queue_redrives(case: Case, *, queue: str, to: str, receives: int) -> Finding:
    """A message that was received so often and never deleted goes to another queue."""
    found = queue_attributes(case, queue)
    if found is None:
        return missing(queue)
    if redrive_of(found) == (to, receives):
        return passed()
    return failed(
        Text.same(f"RedrivePolicy: {to}, maxReceiveCount {receives}"),
        Text.same(f"RedrivePolicy: {found.get('RedrivePolicy', '-')}"),
        shown_with(queue),
    )


@probes
def queue_hides_long_enough(case: Case, *, queue: str, function: str) -> Finding:
    """A message stays hidden for at least as long as the function that works on it may run."""
    found, settings = queue_attributes(case, queue), configuration(case, function)
    if found is None or settings is None:
        return missing(queue if found is None else function)
    hidden, runs = int(found["VisibilityTimeout"]), int(settings["Timeout"])
    case.seen["times"] = (hidden, runs)
    if hidden >= runs:
        return passed(Text.same(f"{hidden} s >= {runs} s"))
    return failed(
        Text(
            th=f"VisibilityTimeout ของ {queue} อย่างน้อย {runs} วินาที (AWS แนะนำ 6 เท่า)",
            en=f"VisibilityTimeout of {queue} at least {runs} s (AWS advises six times that)",
        ),
        Text.same(f"{hidden} s"),
        shown_with(queue),
    )


@probes
def dead_letter_waits(case: Case, *, queue: str) -> Finding:
    """A message that is no job stands in the dead letter queue."""
    found = queue_attributes(case, queue)
    if found is None:
        return missing(queue)
    bodies = peek(case, found["QueueUrl"])
    if any(job_in(body) is None for body in bodies):
        return passed()
    return failed(
        Text(th=f"message ที่ไม่ใช่งานใน {queue}", en=f"a message that is no job, in {queue}"),
        Text(th=f"{len(bodies)} message", en=f"{len(bodies)} messages") if bodies else NOTHING,
        shown_with(queue),
    )


@probes
def dead_letters_are_no_jobs(case: Case, *, queue: str) -> Finding:
    """No job that could be done stands in the dead letter queue."""
    found = queue_attributes(case, queue)
    if found is None:
        return missing(queue)
    jobs = [job for body in peek(case, found["QueueUrl"]) if (job := job_in(body))]
    case.seen["good_jobs"] = [str(job["source_key"]) for job in jobs]
    if not jobs:
        return passed()
    return failed(
        Text(th=f"{queue} ไม่มีงานของไฟล์ดี", en=f"no job of a good file in {queue}"),
        Text.same(", ".join(case.seen["good_jobs"])),
        shown_with(queue),
    )


def peek(case: Case, url: str) -> list[str]:
    """The bodies of the messages that stand in a queue, at most ten.

    They are shown again at once. For a queue that hands nothing on: each look is a receive.
    """
    got = case.client("sqs").receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0, VisibilityTimeout=0
    )
    return [each["Body"] for each in got.get("Messages", ())]


def job_in(body: str) -> dict[str, Any] | None:
    """The job that a message tells, None when it is no job."""
    try:
        job = json.loads(body)
    except ValueError:
        return None
    return job if isinstance(job, dict) and job.get("source_key") else None
