"""Send a message that is no job, and wait until it stands in the dead letter queue."""

from typing import Any, Final

from course.probes.queues import job_in
from course.sandbox import Sandbox
from course.solving import queue_url
from course.week2.step1_dlq.solve import DLQ
from course.week2.step2_main_queue.solve import MAIN_QUEUE, RECEIVES
from course.week2.step2_main_queue.solve import solve as make_main_queue
from provision.changes import Changes
from provision.waiting import poll

BODY: Final = "this is no job"
_SLACK_SECONDS: Final = 30


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards that message, and nothing else, stands in the dead letter queue."""
    make_main_queue(sandbox, changes)
    changes.settle(
        f"messages in {DLQ}",
        wanted=1,
        actual=waiting(sandbox) or None,
        apply=lambda: _tidy(sandbox) if waiting(sandbox) > 1 else _send_and_wait(sandbox),
    )


def waiting(sandbox: Sandbox) -> int:
    """How many messages stand in the dead letter queue."""
    found = sandbox.client("sqs").get_queue_attributes(
        QueueUrl=queue_url(sandbox, DLQ), AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(found["Attributes"]["ApproximateNumberOfMessages"])


def _send_and_wait(sandbox: Sandbox) -> None:
    sandbox.client("sqs").send_message(QueueUrl=queue_url(sandbox, MAIN_QUEUE), MessageBody=BODY)
    patience = (
        RECEIVES * (sandbox.times.visibility_seconds + sandbox.times.window_seconds)
        + _SLACK_SECONDS
    )
    poll(lambda: waiting(sandbox), within=patience)


def _tidy(sandbox: Sandbox) -> None:
    """Send jobs back to the main queue, and leave what is none."""
    sqs, dlq = sandbox.client("sqs"), queue_url(sandbox, DLQ)
    got: list[dict[str, Any]] = sqs.receive_message(
        QueueUrl=dlq, MaxNumberOfMessages=10, VisibilityTimeout=5
    ).get("Messages", [])
    kept = False
    for each in got:
        if job_in(each["Body"]):
            sqs.send_message(QueueUrl=queue_url(sandbox, MAIN_QUEUE), MessageBody=each["Body"])
        elif not kept:
            kept = True
            sqs.change_message_visibility(
                QueueUrl=dlq, ReceiptHandle=each["ReceiptHandle"], VisibilityTimeout=0
            )
            continue
        sqs.delete_message(QueueUrl=dlq, ReceiptHandle=each["ReceiptHandle"])
