"""What an account holds, as data: read through AWS APIs, in a form that a person can read too."""

import base64
import contextlib
import io
import json
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Annotated, Any, Final

from botocore.exceptions import ClientError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from course import words
from course.grants import policy_document
from course.language import ToldError
from course.listing import listed
from course.sandbox import Sandbox

LARGEST_CODE: Final = 2 * 1024 * 1024
"""Bytes of one function's code, unpacked. The course's own have less than 10 KB."""

FUNCTION_SETTINGS: Final = (
    "Runtime",
    "Role",
    "Handler",
    "Description",
    "Timeout",
    "MemorySize",
    "Environment",
    "Architectures",
    "DeadLetterConfig",
)
EVENT_SOURCE_SETTINGS: Final = (
    "BatchSize",
    "MaximumBatchingWindowInSeconds",
    "FunctionResponseTypes",
    "FilterCriteria",
    "ScalingConfig",
)
ALARM_SETTINGS: Final = (
    "AlarmName",
    "AlarmDescription",
    "ActionsEnabled",
    "OKActions",
    "AlarmActions",
    "InsufficientDataActions",
    "MetricName",
    "Namespace",
    "Statistic",
    "ExtendedStatistic",
    "Dimensions",
    "Period",
    "Unit",
    "EvaluationPeriods",
    "DatapointsToAlarm",
    "Threshold",
    "ComparisonOperator",
    "TreatMissingData",
    "Metrics",
)
QUEUE_ATTRIBUTES: Final = (
    "DelaySeconds",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "Policy",
    "ReceiveMessageWaitTimeSeconds",
    "VisibilityTimeout",
    "RedrivePolicy",
    "RedriveAllowPolicy",
    "FifoQueue",
    "ContentBasedDeduplication",
)
TOPIC_ATTRIBUTES: Final = ("DisplayName", "Policy", "FifoTopic")
SUBSCRIPTION_ATTRIBUTES: Final = ("RawMessageDelivery", "FilterPolicy", "FilterPolicyScope")

_AS_JSON: Final = ("Policy", "RedrivePolicy", "RedriveAllowPolicy", "FilterPolicy")
"""Attributes that are documents: kept as such, so that they can be read."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=300)]
FileName = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Document = dict[str, Any]


class UnusableError(ToldError, ValueError):
    """Something in a submission, or in an account to be handed in, that is not accepted."""


class Part(BaseModel):
    """What all parts of a definition have in common: nothing unknown, nothing changed later."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Binary(Part):
    """A file that is no text.

    Attributes:
        base64: Its bytes.
    """

    base64: str


Content = list[str] | Binary
"""A file: its lines, as notebooks keep them, so that the code can be read where it stands."""


class Role(Part):
    """A role: who may assume it, and its policies."""

    name: Name
    trust: Document
    attached: list[Name] = Field(default_factory=list)
    inline: dict[Name, Document] = Field(default_factory=dict)


class Policy(Part):
    """A managed policy, in its default version."""

    name: Name
    document: Document


class Bucket(Part):
    """A bucket and its settings; of its objects only those that stand for folders."""

    name: Name
    folders: list[Name] = Field(default_factory=list)
    public_access_block: Document | None = None
    lifecycle: list[Document] | None = None
    notification: Document | None = None


class Queue(Part):
    """A queue and its attributes."""

    name: Name
    attributes: Document


class Subscription(Part):
    """One that is confirmed."""

    topic_arn: Name
    protocol: Name
    endpoint: Name
    attributes: Document = Field(default_factory=dict)


class Topic(Part):
    """A topic and its attributes."""

    name: Name
    attributes: Document


class Function(Part):
    """A function: settings, code, and who may invoke it."""

    name: Name
    settings: Document
    code: dict[FileName, Content]
    permissions: list[Document] = Field(default_factory=list)
    concurrency: int | None = None


class EventSource(Part):
    """What a queue hands to a function, and how."""

    source_arn: Name
    function: Name
    enabled: bool
    settings: Document


class StateMachine(Part):
    """A state machine and its definition."""

    name: Name
    role_arn: Name
    type: Name
    definition: Document


class Dashboard(Part):
    """A dashboard and its body."""

    name: Name
    body: Document


class LogGroup(Part):
    """A log group's settings; its lines are not definitions."""

    name: Name
    retention_days: int | None = None
    metric_filters: list[Document] = Field(default_factory=list)


class Definitions(Part):
    """Everything that the course has somebody make, by kind."""

    roles: list[Role] = Field(default_factory=list)
    policies: list[Policy] = Field(default_factory=list)
    buckets: list[Bucket] = Field(default_factory=list)
    queues: list[Queue] = Field(default_factory=list)
    topics: list[Topic] = Field(default_factory=list)
    subscriptions: list[Subscription] = Field(default_factory=list)
    functions: list[Function] = Field(default_factory=list)
    event_sources: list[EventSource] = Field(default_factory=list)
    state_machines: list[StateMachine] = Field(default_factory=list)
    alarms: list[Document] = Field(default_factory=list)
    dashboards: list[Dashboard] = Field(default_factory=list)
    log_groups: list[LogGroup] = Field(default_factory=list)


def read_definitions(sandbox: Sandbox) -> Definitions:
    """Read what an account holds in its region.

    Raises:
        UnusableError: A function's code is too large, or a name in it leads out of its folder.
    """
    return Definitions(
        roles=list(_roles(sandbox)),
        policies=list(_policies(sandbox)),
        buckets=list(_buckets(sandbox)),
        queues=list(_queues(sandbox)),
        topics=list(_topics(sandbox)),
        subscriptions=list(_subscriptions(sandbox)),
        functions=list(_functions(sandbox)),
        event_sources=list(_event_sources(sandbox)),
        state_machines=list(_state_machines(sandbox)),
        alarms=list(_alarms(sandbox)),
        dashboards=list(_dashboards(sandbox)),
        log_groups=list(_log_groups(sandbox)),
    )


def as_content(body: bytes) -> Content:
    """Return a file's bytes as lines, or as base64 where they are no text."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return Binary(base64=base64.b64encode(body).decode())
    return text.splitlines(keepends=True)


def as_bytes(content: Content) -> bytes:
    """Return the bytes of a file.

    Raises:
        ValueError: Its base64 is none.
    """
    if isinstance(content, Binary):
        return base64.b64decode(content.base64, validate=True)
    return "".join(content).encode()


def refuse_unsafe_name(name: str) -> None:
    """See that a file's name stays in its folder.

    Raises:
        UnusableError: It leads out of it, or no file can be called so.
    """
    path = PurePosixPath(name)
    odd = any(not character.isprintable() for character in name) or "\\" in name
    if odd or path.is_absolute() or ".." in path.parts or str(path) != name or name == ".":
        raise UnusableError(words.LEADS_OUT, name=repr(name))


def unzip(archive: bytes) -> dict[str, bytes]:
    """Return the files in a function's zip, without the entries that stand for folders.

    Raises:
        UnusableError: They are too large together, or a name leads out of the folder.
    """
    files: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        entries = [each for each in opened.infolist() if not each.is_dir()]
        if sum(each.file_size for each in entries) > LARGEST_CODE:
            raise UnusableError(words.TOO_MUCH_CODE, most=LARGEST_CODE)
        for each in entries:
            refuse_unsafe_name(each.filename)
            files[each.filename] = opened.read(each)
    return files


# Reading -----------------------------------------------------------------------------------------


def _roles(sandbox: Sandbox) -> Iterator[Role]:
    iam = sandbox.client("iam")
    for role in listed(iam, "list_roles", "Roles"):
        name = role["RoleName"]
        if role["Path"].startswith("/aws-service-role/"):
            continue
        attached = listed(iam, "list_attached_role_policies", "AttachedPolicies", RoleName=name)
        inline = listed(iam, "list_role_policies", "PolicyNames", RoleName=name)
        yield Role(
            name=name,
            trust=role["AssumeRolePolicyDocument"],
            attached=[each["PolicyArn"] for each in attached],
            inline={
                each: iam.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"]
                for each in inline
            },
        )


def _policies(sandbox: Sandbox) -> Iterator[Policy]:
    iam = sandbox.client("iam")
    for each in listed(iam, "list_policies", "Policies", Scope="Local"):
        yield Policy(name=each["PolicyName"], document=policy_document(iam, each["Arn"]))


def _buckets(sandbox: Sandbox) -> Iterator[Bucket]:
    s3 = sandbox.client("s3")
    for name in (each["Name"] for each in s3.list_buckets()["Buckets"]):
        keys = (each["Key"] for each in listed(s3, "list_objects_v2", "Contents", Bucket=name))
        bucket: dict[str, Any] = {"name": name, "folders": [k for k in keys if k.endswith("/")]}
        with contextlib.suppress(ClientError):  # none is set
            found = s3.get_public_access_block(Bucket=name)
            bucket["public_access_block"] = found["PublicAccessBlockConfiguration"]
        with contextlib.suppress(ClientError):
            bucket["lifecycle"] = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
        notification = s3.get_bucket_notification_configuration(Bucket=name)
        notification.pop("ResponseMetadata", None)
        yield Bucket(**bucket, notification=notification or None)


def _queues(sandbox: Sandbox) -> Iterator[Queue]:
    sqs = sandbox.client("sqs")
    for url in listed(sqs, "list_queues", "QueueUrls"):
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        yield Queue(name=url.rpartition("/")[2], attributes=_readable(found, QUEUE_ATTRIBUTES))


def _topics(sandbox: Sandbox) -> Iterator[Topic]:
    sns = sandbox.client("sns")
    for each in listed(sns, "list_topics", "Topics"):
        arn = each["TopicArn"]
        found = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
        yield Topic(name=arn.rpartition(":")[2], attributes=_readable(found, TOPIC_ATTRIBUTES))


def _subscriptions(sandbox: Sandbox) -> Iterator[Subscription]:
    sns = sandbox.client("sns")
    for each in listed(sns, "list_subscriptions", "Subscriptions"):
        arn = each["SubscriptionArn"]
        if not arn.startswith("arn:"):  # not confirmed
            continue
        found = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        if found.get("PendingConfirmation") == "true":
            continue
        yield Subscription(
            topic_arn=each["TopicArn"],
            protocol=each["Protocol"],
            endpoint=each["Endpoint"],
            attributes=_readable(found, SUBSCRIPTION_ATTRIBUTES),
        )


def _functions(sandbox: Sandbox) -> Iterator[Function]:
    client = sandbox.client("lambda")
    for each in listed(client, "list_functions", "Functions"):
        name = each["FunctionName"]
        found = client.get_function(FunctionName=name)
        yield Function(
            name=name,
            settings=_chosen(found["Configuration"], FUNCTION_SETTINGS),
            code={
                file: as_content(body)
                for file, body in unzip(_download(found["Code"]["Location"])).items()
            },
            permissions=_permissions(client, name),
            concurrency=found.get("Concurrency", {}).get("ReservedConcurrentExecutions"),
        )


def _permissions(client: Any, function: str) -> list[Document]:
    try:
        policy = json.loads(client.get_policy(FunctionName=function)["Policy"])
    except client.exceptions.ResourceNotFoundException:
        return []
    statements: list[Document] = policy["Statement"]
    return statements


def _download(location: str) -> bytes:
    with urllib.request.urlopen(location, timeout=30) as answer:  # noqa: S310 - of the lab itself
        code: bytes = answer.read()
    return code


def _event_sources(sandbox: Sandbox) -> Iterator[EventSource]:
    client = sandbox.client("lambda")
    for each in listed(client, "list_event_source_mappings", "EventSourceMappings"):
        if each["State"] != "Deleting":
            yield EventSource(
                source_arn=each["EventSourceArn"],
                function=each["FunctionArn"].partition(":function:")[2],
                enabled=each["State"] not in ("Disabled", "Disabling"),
                settings=_chosen(each, EVENT_SOURCE_SETTINGS),
            )


def _state_machines(sandbox: Sandbox) -> Iterator[StateMachine]:
    client = sandbox.client("stepfunctions")
    for each in listed(client, "list_state_machines", "stateMachines"):
        found = client.describe_state_machine(stateMachineArn=each["stateMachineArn"])
        yield StateMachine(
            name=found["name"],
            role_arn=found["roleArn"],
            type=found["type"],
            definition=json.loads(found["definition"]),
        )


def _alarms(sandbox: Sandbox) -> Iterator[Document]:
    for each in listed(sandbox.client("cloudwatch"), "describe_alarms", "MetricAlarms"):
        yield _chosen(each, ALARM_SETTINGS)


def _dashboards(sandbox: Sandbox) -> Iterator[Dashboard]:
    client = sandbox.client("cloudwatch")
    for each in listed(client, "list_dashboards", "DashboardEntries"):
        name = each["DashboardName"]
        body = client.get_dashboard(DashboardName=name)["DashboardBody"]
        yield Dashboard(name=name, body=json.loads(body))


def _log_groups(sandbox: Sandbox) -> Iterator[LogGroup]:
    logs = sandbox.client("logs")
    filters = list(listed(logs, "describe_metric_filters", "metricFilters"))
    for each in listed(logs, "describe_log_groups", "logGroups"):
        yield LogGroup(
            name=each["logGroupName"],
            retention_days=each.get("retentionInDays"),
            metric_filters=[
                _chosen(known, ("filterName", "filterPattern", "metricTransformations"))
                for known in filters
                if known["logGroupName"] == each["logGroupName"]
            ],
        )


def _chosen(found: Mapping[str, Any], names: tuple[str, ...]) -> Document:
    return {name: found[name] for name in names if found.get(name) not in (None, "", [], {})}


def _readable(found: Mapping[str, str], names: tuple[str, ...]) -> Document:
    return {
        name: json.loads(value) if name in _AS_JSON else value
        for name, value in _chosen(found, names).items()
    }
