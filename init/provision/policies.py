"""Who may do what: every policy document of the pipeline.

Nothing is granted on `*`. Two decisions are explained in docs/decisions/list-bucket.md and
docs/decisions/no-execution-logs.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provision.settings import (
    CSV_PROCESSOR,
    CSV_VALIDATOR,
    MOVE_TO_FAILED,
    PARSE_CSV,
    SEND_NOTIFICATION,
    TRANSFORM_DATA,
    VALIDATE_SCHEMA,
    Function,
)

if TYPE_CHECKING:
    from provision.arns import Arns

Document = dict[str, Any]
Statement = dict[str, Any]


def function_trust() -> Document:
    """Let Lambda assume a role.

    There is no confused-deputy condition: Lambda does not send `aws:SourceArn` when it assumes an
    execution role (Lambda developer guide, "Using source function ARN to control function access
    behavior": that key "applies only to policies where your Lambda function is the target
    resource"). `iam:PassRole` decides which role a function may get.
    """
    return document(_trust("lambda.amazonaws.com"))


def state_machine_trust(arns: Arns, name: str) -> Document:
    """Let Step Functions assume a role, but only for this state machine in our account."""
    condition = {
        "ArnEquals": {"aws:SourceArn": arns.state_machine_named(name)},
        "StringEquals": {"aws:SourceAccount": arns.account},
    }
    return document(_trust("states.amazonaws.com") | {"Condition": condition})


def state_machine_policy(arns: Arns, *task_functions: str) -> Document:
    """Return the policy of a state machine's role: invoke its task functions."""
    functions = [arns.function(name) for name in task_functions]
    return document(allow("InvokeTasks", ["lambda:InvokeFunction"], *functions))


def function_policy(function: Function, arns: Arns) -> Document:
    """Return the policy of a function's role: write its own log, and do its work."""
    return document(write_own_log(function, arns), *_work(function.name, arns))


def write_own_log(function: Function, arns: Arns) -> Statement:
    """Let a function write to its log group, which must exist."""
    return allow(
        "WriteOwnLog",
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        arns.log_streams(function.log_group),
    )


def _work(name: str, arns: Arns) -> list[Statement]:
    settings = arns.settings
    raw = settings.raw_bucket
    uploads = arns.objects(raw, settings.uploads_prefix)
    failed = arns.objects(raw, settings.failed_prefix)
    results = arns.objects(settings.processed_bucket, settings.processed_prefix)
    main_queue = arns.queue(settings.main_queue.name)

    read_uploads = allow("ReadUploads", ["s3:GetObject"], uploads)
    know_missing = allow("KnowMissingFromForbidden", ["s3:ListBucket"], arns.bucket(raw))
    work = {
        CSV_VALIDATOR: [
            read_uploads,
            know_missing,
            allow("QueueJobs", ["sqs:SendMessage"], main_queue),
            # Lambda uses this role to send an event there when all attempts have failed.
            allow("KeepFailedEvents", ["sqs:SendMessage"], arns.queue(settings.dlq.name)),
        ],
        CSV_PROCESSOR: [
            allow(
                "TakeJobs",
                ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
                main_queue,
            ),
            allow("StartExecutions", ["states:StartExecution"], arns.state_machine),
        ],
        PARSE_CSV: [read_uploads, know_missing],
        VALIDATE_SCHEMA: [],
        TRANSFORM_DATA: [
            read_uploads,
            know_missing,
            # An unfinished result is aborted, so that its parts cost nothing.
            allow("WriteResults", ["s3:PutObject", "s3:AbortMultipartUpload"], results),
        ],
        MOVE_TO_FAILED: [
            allow("ReadUploadsAndCopies", ["s3:GetObject"], uploads, failed),
            know_missing,
            allow("WriteCopies", ["s3:PutObject"], failed),
            allow("RemoveMovedUploads", ["s3:DeleteObject"], uploads),
            # Whatever transform-data wrote before it was lost: a job has one outcome.
            allow(
                "RemoveResultsOfFailedJobs", ["s3:DeleteObject", "s3:AbortMultipartUpload"], results
            ),
            allow(
                "FindUnfinishedResults",
                ["s3:ListBucketMultipartUploads"],
                arns.bucket(settings.processed_bucket),
            ),
        ],
        SEND_NOTIFICATION: [allow("Notify", ["sns:Publish"], arns.topic)],
    }
    return work[name]


def topic_policy(arns: Arns) -> Document:
    """Return the topic's policy: for its owner, and for the pipeline's alarms."""
    owner = allow(
        "OwnerManages",
        [
            "sns:GetTopicAttributes",
            "sns:SetTopicAttributes",
            "sns:AddPermission",
            "sns:RemovePermission",
            "sns:DeleteTopic",
            "sns:Subscribe",
            "sns:ListSubscriptionsByTopic",
            "sns:Publish",
        ],
        arns.topic,
    )
    alarms = allow("AlarmsNotify", ["sns:Publish"], arns.topic)
    return document(
        owner | {"Principal": {"AWS": arns.account_root}},
        alarms
        | {
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Condition": {
                "ArnLike": {"aws:SourceArn": arns.alarms("pipeline-*")},
                "StringEquals": {"aws:SourceAccount": arns.account},
            },
        },
    )


def notifications_queue_policy(arns: Arns) -> Document:
    """Return the notifications queue's policy: only our topic may send to it."""
    send = allow(
        "TopicSends", ["sqs:SendMessage"], arns.queue(arns.settings.notifications_queue.name)
    )
    return document(
        send
        | {
            "Principal": {"Service": "sns.amazonaws.com"},
            "Condition": {"ArnEquals": {"aws:SourceArn": arns.topic}},
        }
    )


def document(*statements: Statement) -> Document:
    """Return a policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(sid: str, actions: list[str], *resources: str) -> Statement:
    """Return a statement that allows actions on resources."""
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": list(resources)}


def _trust(service: str) -> Statement:
    return {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
