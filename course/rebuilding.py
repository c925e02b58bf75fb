"""Builds in an empty account what definitions say; nothing in them is run outside its Lambda."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from course.definitions import (
    ALARM_SETTINGS,
    EVENT_SOURCE_SETTINGS,
    FUNCTION_SETTINGS,
    QUEUE_ATTRIBUTES,
    SUBSCRIPTION_ATTRIBUTES,
    TOPIC_ATTRIBUTES,
    Bucket,
    Dashboard,
    Definitions,
    Document,
    EventSource,
    Function,
    LogGroup,
    Policy,
    Queue,
    Role,
    StateMachine,
    Subscription,
    Topic,
    as_bytes,
)
from course.sandbox import Sandbox
from course.solving import ACTIVE
from provision.propagation import once_granted

Build = Callable[[Sandbox, Any], object]

_POINTS_AT_A_QUEUE: Final = ("RedrivePolicy", "RedriveAllowPolicy")
_EARLIEST_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)
_POLL: Final = {"Delay": 0.2, "MaxAttempts": 300}


def rebuild(
    sandbox: Sandbox, definitions: Definitions, tell: Callable[[str], None] = lambda _: None
) -> list[str]:
    """Build what definitions say, in the order in which one thing needs another.

    Args:
        sandbox: An empty account.
        definitions: What to build. They may be anybody's: what AWS refuses is left out.
        tell: Told of each resource before it is built.

    Returns:
        What could not be built, each with AWS's reason.
    """
    refused: list[str] = []
    for what, part, build in _parts(definitions):
        tell(what)
        try:
            build(sandbox, part)
        except (ClientError, BotoCoreError, ValueError, TypeError, KeyError) as error:
            refused.append(f"{what}: {' '.join(str(error).split())[:300]}")
    return refused


def _parts(definitions: Definitions) -> Iterator[tuple[str, Any, Build]]:
    """Every part with its name for people and what builds it, in the order to build them in."""
    kinds: tuple[tuple[str, Sequence[Any], Build], ...] = (
        ("policy", definitions.policies, _policy),
        ("role", definitions.roles, _role),
        ("bucket", definitions.buckets, _bucket),
        ("queue", definitions.queues, _queue),
        ("redrive of", definitions.queues, _redrive),
        ("topic", definitions.topics, _topic),
        ("subscription of", definitions.subscriptions, _subscription),
        ("log group", definitions.log_groups, _log_group),
        ("function", definitions.functions, _function),
        ("state machine", definitions.state_machines, _state_machine),
        ("event source of", definitions.event_sources, _event_source),
        ("notification of", definitions.buckets, _notification),
        ("alarm", definitions.alarms, _alarm),
        ("dashboard", definitions.dashboards, _dashboard),
    )
    for kind, parts, build in kinds:
        for part in parts:
            yield f"{kind} {_name(part)}", part, build


def _name(part: Any) -> str:
    if isinstance(part, dict):
        return str(part.get("AlarmName"))
    for attribute in ("name", "function", "topic_arn"):
        if hasattr(part, attribute):
            return str(getattr(part, attribute))
    return ""


def _policy(sandbox: Sandbox, policy: Policy) -> None:
    sandbox.client("iam").create_policy(
        PolicyName=policy.name, PolicyDocument=json.dumps(policy.document)
    )


def _role(sandbox: Sandbox, role: Role) -> None:
    iam = sandbox.client("iam")
    iam.create_role(RoleName=role.name, AssumeRolePolicyDocument=json.dumps(role.trust))
    for arn in role.attached:
        iam.attach_role_policy(RoleName=role.name, PolicyArn=arn)
    for name, document in role.inline.items():
        iam.put_role_policy(
            RoleName=role.name, PolicyName=name, PolicyDocument=json.dumps(document)
        )


def _bucket(sandbox: Sandbox, bucket: Bucket) -> None:
    s3 = sandbox.client("s3")
    where = {"LocationConstraint": sandbox.region}
    s3.create_bucket(Bucket=bucket.name, CreateBucketConfiguration=where)
    for key in bucket.folders:
        s3.put_object(Bucket=bucket.name, Key=key)
    if bucket.public_access_block:
        s3.put_public_access_block(
            Bucket=bucket.name, PublicAccessBlockConfiguration=bucket.public_access_block
        )
    if bucket.lifecycle:
        s3.put_bucket_lifecycle_configuration(
            Bucket=bucket.name, LifecycleConfiguration={"Rules": bucket.lifecycle}
        )


def _notification(sandbox: Sandbox, bucket: Bucket) -> None:
    if not bucket.notification:
        return
    once_granted(
        lambda: sandbox.client("s3").put_bucket_notification_configuration(
            Bucket=bucket.name, NotificationConfiguration=bucket.notification
        )
    )


def _queue(sandbox: Sandbox, queue: Queue) -> None:
    attributes = _as_strings(queue.attributes, QUEUE_ATTRIBUTES)
    first = {name: attributes[name] for name in attributes if name not in _POINTS_AT_A_QUEUE}
    sandbox.client("sqs").create_queue(QueueName=queue.name, Attributes=first)


def _redrive(sandbox: Sandbox, queue: Queue) -> None:
    """Set what names another queue, once all are there."""
    attributes = _as_strings(queue.attributes, _POINTS_AT_A_QUEUE)
    if attributes:
        sqs = sandbox.client("sqs")
        url = sqs.get_queue_url(QueueName=queue.name)["QueueUrl"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)


def _topic(sandbox: Sandbox, topic: Topic) -> None:
    sandbox.client("sns").create_topic(
        Name=topic.name, Attributes=_as_strings(topic.attributes, TOPIC_ATTRIBUTES)
    )


def _subscription(sandbox: Sandbox, subscription: Subscription) -> None:
    sandbox.client("sns").subscribe(
        TopicArn=subscription.topic_arn,
        Protocol=subscription.protocol,
        Endpoint=subscription.endpoint,
        Attributes=_as_strings(subscription.attributes, SUBSCRIPTION_ATTRIBUTES),
    )


def _log_group(sandbox: Sandbox, group: LogGroup) -> None:
    logs = sandbox.client("logs")
    logs.create_log_group(logGroupName=group.name)
    if group.retention_days:
        logs.put_retention_policy(logGroupName=group.name, retentionInDays=group.retention_days)
    for each in group.metric_filters:
        logs.put_metric_filter(logGroupName=group.name, **each)


def _function(sandbox: Sandbox, function: Function) -> None:
    client = sandbox.client("lambda")
    settings = _chosen(function.settings, FUNCTION_SETTINGS)
    code = {"ZipFile": _zip(function)}
    once_granted(lambda: client.create_function(FunctionName=function.name, Code=code, **settings))
    client.get_waiter(ACTIVE).wait(FunctionName=function.name, WaiterConfig=_POLL)
    if function.concurrency is not None:
        client.put_function_concurrency(
            FunctionName=function.name, ReservedConcurrentExecutions=function.concurrency
        )
    for statement in function.permissions:
        client.add_permission(FunctionName=function.name, **_permission(statement))


def _zip(function: Function) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in function.code.items():
            archive.writestr(zipfile.ZipInfo(name, _EARLIEST_ZIP_TIME), as_bytes(content))
    return buffer.getvalue()


def _permission(statement: Document) -> Document:
    """Return a statement of a function's policy as `AddPermission` takes it."""
    principal = statement["Principal"]
    given: Document = {
        "StatementId": statement["Sid"],
        "Action": statement["Action"],
        "Principal": (
            principal
            if isinstance(principal, str)
            else principal.get("Service") or principal["AWS"]
        ),
    }
    for condition in statement.get("Condition", {}).values():
        for key, value in condition.items():
            name = {"aws:sourcearn": "SourceArn", "aws:sourceaccount": "SourceAccount"}.get(
                key.lower()
            )
            if name:
                given[name] = value
    return given


def _event_source(sandbox: Sandbox, source: EventSource) -> None:
    once_granted(
        lambda: sandbox.client("lambda").create_event_source_mapping(
            EventSourceArn=source.source_arn,
            FunctionName=source.function,
            Enabled=source.enabled,
            **_chosen(source.settings, EVENT_SOURCE_SETTINGS),
        )
    )


def _state_machine(sandbox: Sandbox, machine: StateMachine) -> None:
    once_granted(
        lambda: sandbox.client("stepfunctions").create_state_machine(
            name=machine.name,
            roleArn=machine.role_arn,
            type=machine.type,
            definition=json.dumps(machine.definition, ensure_ascii=False),
        )
    )


def _alarm(sandbox: Sandbox, alarm: Document) -> None:
    sandbox.client("cloudwatch").put_metric_alarm(**_chosen(alarm, ALARM_SETTINGS))


def _dashboard(sandbox: Sandbox, dashboard: Dashboard) -> None:
    sandbox.client("cloudwatch").put_dashboard(
        DashboardName=dashboard.name, DashboardBody=json.dumps(dashboard.body)
    )


def _chosen(found: Mapping[str, Any], names: tuple[str, ...]) -> Document:
    """Only what is known: anything else in somebody's file would become a parameter of a call."""
    return {name: found[name] for name in names if name in found}


def _as_strings(found: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in _chosen(found, names).items()
    }
