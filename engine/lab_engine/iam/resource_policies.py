"""Read the policies of resources: buckets, queues, topics, functions and others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from localstack.constants import AWS_REGION_US_EAST_1, DEFAULT_AWS_ACCOUNT_ID
from localstack.services.events.models import events_stores
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.services.s3.models import s3_stores
from localstack.services.sns.models import sns_stores
from localstack.services.sqs.models import sqs_stores
from moto.logs.models import logs_backends

from lab_engine.iam import acls, policy
from lab_engine.iam.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable

_ARN_SEGMENTS: Final = 6
_LATEST: Final = "$LATEST"
_NAME: Final = "resource policy"


def of(arn: str) -> Policy | None:
    """Return the policy of the resource; None if it has none or does not exist."""
    segments = arn.split(":", _ARN_SEGMENTS - 1)
    if len(segments) < _ARN_SEGMENTS:
        return None
    service, region, account, resource = segments[2:]
    read = _READERS.get(service)
    documents = read(account, region, resource) if read else []
    if not documents:
        return None
    if len(documents) == 1:
        return policy.parse(_NAME, documents[0])
    parsed = (policy.parse(_NAME, document) for document in documents)
    return Policy(_NAME, tuple(each for one in parsed for each in one.statements))


def bucket_exists(bucket: str) -> bool:
    """Tell whether a bucket of any account has the name; S3 tells that to everybody."""
    return bucket in s3_stores[DEFAULT_AWS_ACCOUNT_ID][AWS_REGION_US_EAST_1].global_bucket_map


def owner(arn: str) -> str:
    """Return the account that owns the resource; empty if the ARN does not tell."""
    segments = arn.split(":", _ARN_SEGMENTS - 1)
    if len(segments) < _ARN_SEGMENTS:
        return ""
    service, account, resource = segments[2], segments[4], segments[5]
    if service == "s3":
        buckets = s3_stores[DEFAULT_AWS_ACCOUNT_ID][AWS_REGION_US_EAST_1].global_bucket_map
        return str(buckets.get(resource.partition("/")[0], ""))
    return account if account.isdecimal() else ""  # AWS's own policies belong to "aws"


def _of_bucket(_account: str, _region: str, resource: str) -> list[str]:
    """Return the bucket's policy, and what the ACLs of the bucket or object open."""
    name, _, key = resource.partition("/")
    account = owner(f"arn:aws:s3:::{name}")
    bucket = s3_stores[account][AWS_REGION_US_EAST_1].buckets.get(name) if account else None
    if bucket is None:
        return []
    return [document for document in (bucket.policy, acls.policy_of(bucket, key)) if document]


def _of_queue(account: str, region: str, name: str) -> list[str]:
    store = _store(sqs_stores, account, region)
    queue = store.queues.get(name) if store else None
    document = queue.attributes.get("Policy") if queue else None
    return [document] if document else []


def _of_topic(account: str, region: str, name: str) -> list[str]:
    store = _store(sns_stores, account, region)
    topic = store.topics.get(f"arn:aws:sns:{region}:{account}:{name}") if store else None
    document = topic["attributes"].get("Policy") if topic else None
    return [document] if document else []


def _of_lambda(account: str, region: str, resource: str) -> list[str]:
    """Return the policy of a function's version or alias, or of a layer's version."""
    kind, _, name = resource.partition(":")
    store = _store(lambda_stores, account, region)
    name, _, qualifier = name.partition(":")
    if store is None:
        return []
    if kind == "layer":
        return _of_layer_version(store.layers.get(name), qualifier)
    function = store.functions.get(name) if kind == "function" else None
    permission = function.permissions.get(qualifier or _LATEST) if function else None
    if permission is None:
        return []
    held = permission.policy
    return [json.dumps({"Version": held.Version, "Id": held.Id, "Statement": held.Statement})]


def _of_layer_version(layer: Any, number: str) -> list[str]:
    version = layer.layer_versions.get(number) if layer else None
    if version is None or version.policy is None:
        return []
    statements = [
        {
            "Effect": "Allow",
            "Action": each.action,
            "Principal": "*" if each.principal == "*" else {"AWS": each.principal},
            "Resource": version.layer_version_arn,
        }
        for each in version.policy.statements.values()
        if each.organization_id is None  # the lab has no organizations
    ]
    return [json.dumps({"Version": version.policy.version, "Statement": statements})]


def _of_event_bus(account: str, region: str, resource: str) -> list[str]:
    store = _store(events_stores, account, region)
    bus = store.event_buses.get(resource.removeprefix("event-bus/")) if store else None
    if bus is None or not bus.policy:
        return []
    # LocalStack keeps a missing condition as None.
    statements = [
        {name: value for name, value in statement.items() if value is not None}
        for statement in bus.policy["Statement"]
    ]
    return [json.dumps({**bus.policy, "Statement": statements})]


def _of_log_group(account: str, region: str, _resource: str) -> list[str]:
    """Return the policies of the account; each names its log groups."""
    if account not in logs_backends or region not in logs_backends[account]:
        return []
    policies = logs_backends[account][region].resource_policies.values()
    return [each.policy_document for each in policies]


def _store(stores: Any, account: str, region: str) -> Any:
    """Return a service's store; None if the account or region is not valid."""
    try:
        return stores[account][region]
    except ValueError:
        return None


_READERS: Final[dict[str, Callable[[str, str, str], list[str]]]] = {
    "s3": _of_bucket,
    "sqs": _of_queue,
    "sns": _of_topic,
    "lambda": _of_lambda,
    "events": _of_event_bus,
    "logs": _of_log_group,
}
