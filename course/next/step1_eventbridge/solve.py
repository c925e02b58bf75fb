"""Let EventBridge tell a queue of executions that ended, of failed files, and of each minute."""

from typing import Any, Final

from course.event_rules import ensure_rule
from course.sandbox import Sandbox
from course.solving import ensure_queue
from course.week1.step4_trigger.solve import comparable, trigger
from provision.changes import Changes
from provision.propagation import once_granted

QUEUE: Final = "pipeline-events"
EXECUTIONS: Final = "pipeline-executions"
FAILED_FILES: Final = "pipeline-failed-files"
EVERY_MINUTE: Final = "pipeline-every-minute"
MACHINE: Final = "ProcessCSVWorkflow"
_AN_HOUR_SECONDS: Final = 3600


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards three rules send to one queue, which lets EventBridge in."""
    ensure_queue(sandbox, changes, QUEUE, attributes(sandbox))
    queue = sandbox.arn("sqs", QUEUE)
    ensure_rule(sandbox, changes, EXECUTIONS, queue, executions_pattern(sandbox))
    _ensure_bucket_tells(sandbox, changes)
    ensure_rule(sandbox, changes, FAILED_FILES, queue, objects_pattern(sandbox, "failed/"))
    ensure_rule(sandbox, changes, EVERY_MINUTE, queue, "rate(1 minute)")


def attributes(sandbox: Sandbox) -> dict[str, Any]:
    """Return the queue's attributes: who may send, and that nothing stays longer than an hour."""
    sending = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": sandbox.arn("sqs", QUEUE),
        "Condition": {"ArnLike": {"aws:SourceArn": sandbox.arn("events", "rule/pipeline-*")}},
    }
    return {
        "MessageRetentionPeriod": _AN_HOUR_SECONDS,
        "Policy": {"Version": "2012-10-17", "Statement": [sending]},
    }


def executions_pattern(
    sandbox: Sandbox, statuses: tuple[str, ...] = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")
) -> dict[str, Any]:
    """Return the pattern of the events about executions that have these statuses."""
    return {
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {
            "stateMachineArn": [sandbox.arn("states", f"stateMachine:{MACHINE}")],
            "status": list(statuses),
        },
    }


def objects_pattern(sandbox: Sandbox, prefix: str) -> dict[str, Any]:
    """Return the pattern of the events about new objects under a prefix; of all without one."""
    detail: dict[str, Any] = {"bucket": {"name": [sandbox.raw_bucket]}}
    if prefix:
        detail["object"] = {"key": [{"prefix": prefix}]}
    return {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": detail}


def _ensure_bucket_tells(sandbox: Sandbox, changes: Changes) -> None:
    s3 = sandbox.client("s3")
    found = s3.get_bucket_notification_configuration(Bucket=sandbox.raw_bucket)
    wanted = {"LambdaFunctionConfigurations": [trigger(sandbox)], "EventBridgeConfiguration": {}}
    actual = {
        "LambdaFunctionConfigurations": [
            comparable(each) for each in found.get("LambdaFunctionConfigurations", ())
        ],
        "EventBridgeConfiguration": found.get("EventBridgeConfiguration"),
    }
    changes.settle(
        f"notification of {sandbox.raw_bucket}",
        wanted=wanted,
        actual=actual,
        apply=lambda: once_granted(
            lambda: s3.put_bucket_notification_configuration(
                Bucket=sandbox.raw_bucket, NotificationConfiguration=wanted
            )
        ),
    )
