"""Who may do what: every policy document of the pipeline.

Nothing is granted on `*`. Where a decision needs more words than fit here, see
docs/decisions/list-bucket.md and docs/decisions/no-execution-logs.md.
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
    resource"). Which role a function gets is guarded by `iam:PassRole`.
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
    """What a state machine's role may do: invoke its task functions."""
    functions = [arns.function(name) for name in task_functions]
    return document(allow("InvokeTasks", ["lambda:InvokeFunction"], *functions))


def function_policy(function: Function, arns: Arns) -> Document:
    """What a function's role may do: write its own log, and its own work."""
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
            # Lambda itself sends there in this role's name, when all attempts have failed.
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
            # A result that is given up halfway is aborted, so that its parts cost nothing.
            allow("WriteResults", ["s3:PutObject", "s3:AbortMultipartUpload"], results),
        ],
        MOVE_TO_FAILED: [
            allow("ReadUploadsAndCopies", ["s3:GetObject"], uploads, failed),
            know_missing,
            allow("WriteCopies", ["s3:PutObject"], failed),
            allow("RemoveMovedUploads", ["s3:DeleteObject"], uploads),
            # What transform-data wrote before it was lost, whole or in parts: a job has one
            # outcome.
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
    """Who may use the topic: its owner, and the account's alarms of the pipeline."""
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
    """Who may send to the notifications queue: our topic alone."""
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
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(sid: str, actions: list[str], *resources: str) -> Statement:
    """A statement that allows actions on resources."""
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": list(resources)}


def _trust(service: str) -> Statement:
    return {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
