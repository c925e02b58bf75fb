"""Let S3 invoke csv-validator, then tell S3 to do so for each new object under uploads/."""

import json
from typing import Any

from course.sandbox import Sandbox
from provision.changes import Changes
from provision.propagation import once_granted
from provision.target import unless_missing

FUNCTION = "csv-validator"
SID = "raw-bucket-invokes"


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards each upload calls the function. S3 tries it at once: the permission is first."""
    _ensure_permission(sandbox, changes)
    _ensure_notification(sandbox, changes)


def _ensure_permission(sandbox: Sandbox, changes: Changes) -> None:
    client = sandbox.client("lambda")
    wanted = {
        "Sid": SID,
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": sandbox.arn("lambda", f"function:{FUNCTION}"),
        "Condition": {
            "StringEquals": {"AWS:SourceAccount": sandbox.account},
            "ArnLike": {"AWS:SourceArn": f"arn:aws:s3:::{sandbox.raw_bucket}"},
        },
    }
    policy = unless_missing(
        lambda: json.loads(client.get_policy(FunctionName=FUNCTION)["Policy"]),
        "ResourceNotFoundException",
    )
    there: list[dict[str, Any]] = policy["Statement"] if policy else []

    def apply() -> None:
        for each in there:  # what lets others in goes
            client.remove_permission(FunctionName=FUNCTION, StatementId=each["Sid"])
        client.add_permission(
            FunctionName=FUNCTION,
            StatementId=SID,
            Action="lambda:InvokeFunction",
            Principal="s3.amazonaws.com",
            SourceArn=f"arn:aws:s3:::{sandbox.raw_bucket}",
            SourceAccount=sandbox.account,
        )

    changes.settle(
        f"permission of S3 on {FUNCTION}", wanted=[wanted], actual=there or None, apply=apply
    )


def _ensure_notification(sandbox: Sandbox, changes: Changes) -> None:
    s3 = sandbox.client("s3")
    wanted = trigger(sandbox)
    found = s3.get_bucket_notification_configuration(Bucket=sandbox.raw_bucket)
    there = [comparable(each) for each in found.get("LambdaFunctionConfigurations", ())]
    changes.settle(
        f"notification of {sandbox.raw_bucket}",
        wanted=[wanted],
        actual=there or None,
        apply=lambda: once_granted(
            lambda: s3.put_bucket_notification_configuration(
                Bucket=sandbox.raw_bucket,
                NotificationConfiguration={"LambdaFunctionConfigurations": [wanted]},
            )
        ),
    )


def trigger(sandbox: Sandbox) -> dict[str, Any]:
    """Return the notification that calls the function for each new object under uploads/."""
    return {
        "Id": "uploads",
        "LambdaFunctionArn": sandbox.arn("lambda", f"function:{FUNCTION}"),
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "uploads/"}]}},
    }


def comparable(notification: dict[str, Any]) -> dict[str, Any]:
    """Return the same with the names of its rules as they were given: S3 answers with `Prefix`."""
    rules = notification.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    lowered = [{**rule, "Name": rule["Name"].lower()} for rule in rules]
    return {**notification, "Filter": {"Key": {"FilterRules": lowered}}}
