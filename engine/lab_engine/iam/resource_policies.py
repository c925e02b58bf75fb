"""Reads the policies that stand on resources: buckets, queues, topics and functions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from localstack.constants import AWS_REGION_US_EAST_1, DEFAULT_AWS_ACCOUNT_ID
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.services.s3.models import s3_stores
from localstack.services.sns.models import sns_stores
from localstack.services.sqs.models import sqs_stores

from lab_engine.iam import policy

if TYPE_CHECKING:
    from lab_engine.iam.policy import Policy

_ARN_SEGMENTS: Final = 6
_LATEST: Final = "$LATEST"


def of(arn: str) -> Policy | None:
    """The policy of the resource; None when it has none or does not exist."""
    document = _document(arn)
    return policy.parse("resource policy", document) if document else None


def bucket_exists(bucket: str) -> bool:
    """Whether anybody owns a bucket of the name: S3 says so even to strangers."""
    return bucket in s3_stores[DEFAULT_AWS_ACCOUNT_ID][AWS_REGION_US_EAST_1].global_bucket_map


def owner(arn: str) -> str:
    """The account that owns the resource; empty when the ARN does not tell."""
    segments = arn.split(":", _ARN_SEGMENTS - 1)
    if len(segments) < _ARN_SEGMENTS:
        return ""
    service, account, resource = segments[2], segments[4], segments[5]
    if service == "s3":
        buckets = s3_stores[DEFAULT_AWS_ACCOUNT_ID][AWS_REGION_US_EAST_1].global_bucket_map
        return str(buckets.get(resource.partition("/")[0], ""))
    return account if account.isdecimal() else ""  # AWS's own policies belong to "aws"


def _document(arn: str) -> str | None:
    segments = arn.split(":", _ARN_SEGMENTS - 1)
    if len(segments) < _ARN_SEGMENTS:
        return None
    _, _, service, region, account, resource = segments
    if service == "s3":
        return _of_bucket(resource.partition("/")[0])
    if service == "sqs":
        queue = sqs_stores[account][region].queues.get(resource)
        return queue.attributes.get("Policy") if queue else None
    if service == "sns":
        topic = sns_stores[account][region].topics.get(arn)
        return topic["attributes"].get("Policy") if topic else None
    if service == "lambda":
        return _of_function(account, region, resource)
    return None


def _of_bucket(name: str) -> str | None:
    account = owner(f"arn:aws:s3:::{name}")
    bucket = s3_stores[account][AWS_REGION_US_EAST_1].buckets.get(name) if account else None
    return bucket.policy if bucket else None


def _of_function(account: str, region: str, resource: str) -> str | None:
    """Each version and alias has a policy of its own; it names the qualified ARN."""
    kind, _, name = resource.partition(":")
    if kind != "function":
        return None
    name, _, qualifier = name.partition(":")
    function = lambda_stores[account][region].functions.get(name)
    permission = function.permissions.get(qualifier or _LATEST) if function else None
    if permission is None:
        return None
    held = permission.policy
    return json.dumps({"Version": held.Version, "Id": held.Id, "Statement": held.Statement})
