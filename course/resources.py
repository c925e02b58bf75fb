"""Everything a student can have in their account: listed, and taken away, one resource at a time.

So an account can be emptied, its changes be seen, and each resource of a solution be removed to
see that a check notices.
"""

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from botocore.exceptions import ClientError

from course.grants import policy_document
from course.listing import listed
from course.sandbox import OTHER_REGIONS, Sandbox
from course.solving import remove_policy_versions
from course.stacks import GONE, remove_stack
from course.switches import idle_services

List = Callable[[Sandbox], Iterator[str]]
Remove = Callable[[Sandbox, str], None]


@dataclass(frozen=True)
class Kind:
    """One kind of resource.

    Attributes:
        name: What it is called here.
        names: Lists those of an account.
        remove: Takes one away, with all that hangs on it.
        is_global: Whether every region lists the same ones.
        is_part: Whether it goes with what it hangs on.
        service: Which service is asked, where only chapters use it: one that the lab has not
            loaded has none of them, and to ask it would load it.
    """

    name: str
    names: List
    remove: Remove
    is_global: bool = False
    is_part: bool = False
    service: str = ""


@dataclass(frozen=True, order=True)
class Resource:
    """One resource of an account: its kind, and its name among those of its kind."""

    kind: str
    name: str


def inventory(sandbox: Sandbox) -> set[Resource]:
    """Every resource of the account in its region."""
    kinds = _kinds_in_use(sandbox)
    return {Resource(kind.name, name) for kind in kinds for name in kind.names(sandbox)}


def remove(sandbox: Sandbox, resource: Resource) -> None:
    """Take one resource away."""
    next(kind for kind in KINDS if kind.name == resource.kind).remove(sandbox, resource.name)


def wipe(sandbox: Sandbox, tell: Callable[[Resource], None] = lambda _: None) -> None:
    """Empty the account, also in the regions where things turn up by mistake.

    Args:
        sandbox: Whose.
        tell: Told of each resource before it is taken away.
    """
    kinds = _kinds_in_use(sandbox)
    for region in (sandbox.region, *OTHER_REGIONS):
        there = in_region(sandbox, region)
        first = region == sandbox.region
        whole = (each for each in kinds if not each.is_part)
        for kind in (each for each in whole if first or not each.is_global):
            for name in list(kind.names(there)):
                tell(Resource(kind.name, name))
                with contextlib.suppress(ClientError):  # went with something it hung on
                    kind.remove(there, name)


def _kinds_in_use(sandbox: Sandbox) -> list[Kind]:
    idle = idle_services(sandbox)
    return [kind for kind in KINDS if kind.service not in idle]


def in_region(sandbox: Sandbox, region: str) -> Sandbox:
    """Return the same account in another region."""
    return replace(sandbox, region=region)


# Lambda ------------------------------------------------------------------------------------------


def _event_sources(sandbox: Sandbox) -> Iterator[str]:
    """Named by what they join: one that was made again is the same."""
    for each in _event_source_mappings(sandbox):
        yield _joined(each)


def _remove_event_source(sandbox: Sandbox, name: str) -> None:
    for each in list(_event_source_mappings(sandbox)):
        if _joined(each) == name:
            sandbox.client("lambda").delete_event_source_mapping(UUID=each["UUID"])


def _event_source_mappings(sandbox: Sandbox) -> Iterator[dict[str, Any]]:
    client = sandbox.client("lambda")
    for each in listed(client, "list_event_source_mappings", "EventSourceMappings"):
        if each["State"] != "Deleting":  # which takes a while
            yield each


def _joined(source: dict[str, Any]) -> str:
    return f"{source['EventSourceArn']}={source['FunctionArn']}"


def _functions(sandbox: Sandbox) -> Iterator[str]:
    for each in listed(sandbox.client("lambda"), "list_functions", "Functions"):
        yield each["FunctionName"]


def _permissions(sandbox: Sandbox) -> Iterator[str]:
    client = sandbox.client("lambda")
    for function in _functions(sandbox):
        with contextlib.suppress(client.exceptions.ResourceNotFoundException):
            policy = json.loads(client.get_policy(FunctionName=function)["Policy"])
            yield from (f"{function}/{each['Sid']}" for each in policy["Statement"])


def _remove_permission(sandbox: Sandbox, name: str) -> None:
    function, _, sid = name.partition("/")
    sandbox.client("lambda").remove_permission(FunctionName=function, StatementId=sid)


# S3 ----------------------------------------------------------------------------------------------


def _buckets(sandbox: Sandbox) -> Iterator[str]:
    yield from (each["Name"] for each in sandbox.client("s3").list_buckets()["Buckets"])


def _remove_bucket(sandbox: Sandbox, name: str) -> None:
    s3 = sandbox.client("s3")
    for each in list(listed(s3, "list_objects_v2", "Contents", Bucket=name)):
        s3.delete_object(Bucket=name, Key=each["Key"])
    s3.delete_bucket(Bucket=name)


def _folders(sandbox: Sandbox) -> Iterator[str]:
    """Return what the console calls folders; the files in them are no resources of the pipeline."""
    s3 = sandbox.client("s3")
    for bucket in _buckets(sandbox):
        for each in listed(s3, "list_objects_v2", "Contents", Bucket=bucket):
            if each["Key"].endswith("/"):
                yield f"{bucket}/{each['Key']}"


def _remove_folder(sandbox: Sandbox, name: str) -> None:
    bucket, _, key = name.partition("/")
    sandbox.client("s3").delete_object(Bucket=bucket, Key=key)


def _with(read: Callable[[Any, str], object]) -> List:
    """Return the buckets that have what `read` reads."""

    def names(sandbox: Sandbox) -> Iterator[str]:
        s3 = sandbox.client("s3")
        for bucket in _buckets(sandbox):
            with contextlib.suppress(ClientError):
                if read(s3, bucket):
                    yield bucket

    return names


def _notifies(s3: Any, bucket: str) -> bool:
    found = s3.get_bucket_notification_configuration(Bucket=bucket)
    return bool({*found} - {"ResponseMetadata"})


# IAM ---------------------------------------------------------------------------------------------


def _roles(sandbox: Sandbox) -> Iterator[str]:
    for each in listed(sandbox.client("iam"), "list_roles", "Roles"):
        if not each["Path"].startswith("/aws-service-role/"):
            yield each["RoleName"]


def _attachments(sandbox: Sandbox) -> Iterator[str]:
    iam = sandbox.client("iam")
    for role in _roles(sandbox):
        for each in listed(iam, "list_attached_role_policies", "AttachedPolicies", RoleName=role):
            yield f"{role}={each['PolicyArn']}"


def _detach(sandbox: Sandbox, name: str) -> None:
    role, _, arn = name.partition("=")
    sandbox.client("iam").detach_role_policy(RoleName=role, PolicyArn=arn)


def _inline_policies(sandbox: Sandbox) -> Iterator[str]:
    iam = sandbox.client("iam")
    for role in _roles(sandbox):
        for each in listed(iam, "list_role_policies", "PolicyNames", RoleName=role):
            yield f"{role}/{each}"


def _remove_inline(sandbox: Sandbox, name: str) -> None:
    role, _, policy = name.partition("/")
    sandbox.client("iam").delete_role_policy(RoleName=role, PolicyName=policy)


def _remove_role(sandbox: Sandbox, name: str) -> None:
    for each in list(_attachments(sandbox)):
        if each.partition("=")[0] == name:
            _detach(sandbox, each)
    for each in list(_inline_policies(sandbox)):
        if each.partition("/")[0] == name:
            _remove_inline(sandbox, each)
    sandbox.client("iam").delete_role(RoleName=name)


def _policies(sandbox: Sandbox) -> Iterator[str]:
    for each in listed(sandbox.client("iam"), "list_policies", "Policies", Scope="Local"):
        yield each["Arn"]


def _remove_policy(sandbox: Sandbox, name: str) -> None:
    iam = sandbox.client("iam")
    for each in list(_attachments(sandbox)):
        if each.partition("=")[2] == name:
            _detach(sandbox, each)
    remove_policy_versions(iam, name)
    iam.delete_policy(PolicyArn=name)


def _policy_statements(sandbox: Sandbox) -> Iterator[str]:
    iam = sandbox.client("iam")
    for arn in _policies(sandbox):
        statements = policy_document(iam, arn)["Statement"]
        if len(statements) > 1:  # a policy has at least one
            yield from (f"{arn}#{each['Sid']}" for each in statements if "Sid" in each)


def _remove_statement(sandbox: Sandbox, name: str) -> None:
    iam = sandbox.client("iam")
    arn, _, sid = name.partition("#")
    document = policy_document(iam, arn)
    document["Statement"] = [each for each in document["Statement"] if each.get("Sid") != sid]
    remove_policy_versions(iam, arn)
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(document), SetAsDefault=True)


# The rest ----------------------------------------------------------------------------------------


def _queues(sandbox: Sandbox) -> Iterator[str]:
    yield from listed(sandbox.client("sqs"), "list_queues", "QueueUrls")


def _state_machines(sandbox: Sandbox) -> Iterator[str]:
    for each in listed(sandbox.client("stepfunctions"), "list_state_machines", "stateMachines"):
        yield each["stateMachineArn"]


def _topics(sandbox: Sandbox) -> Iterator[str]:
    for each in listed(sandbox.client("sns"), "list_topics", "Topics"):
        yield each["TopicArn"]


def _remove_topic(sandbox: Sandbox, name: str) -> None:
    """Remove a topic with its subscriptions, which stay in the list otherwise."""
    for each in list(_subscriptions(sandbox)):
        if each.rpartition(":")[0] == name:
            sandbox.client("sns").unsubscribe(SubscriptionArn=each)
    sandbox.client("sns").delete_topic(TopicArn=name)


def _subscriptions(sandbox: Sandbox) -> Iterator[str]:
    for each in listed(sandbox.client("sns"), "list_subscriptions", "Subscriptions"):
        if each["SubscriptionArn"].startswith("arn:"):  # one that is not confirmed has none
            yield each["SubscriptionArn"]


def _alarms(sandbox: Sandbox) -> Iterator[str]:
    for each in listed(sandbox.client("cloudwatch"), "describe_alarms", "MetricAlarms"):
        yield each["AlarmName"]


def _dashboards(sandbox: Sandbox) -> Iterator[str]:
    for each in listed(sandbox.client("cloudwatch"), "list_dashboards", "DashboardEntries"):
        yield each["DashboardName"]


def _metric_filters(sandbox: Sandbox) -> Iterator[str]:
    for each in listed(sandbox.client("logs"), "describe_metric_filters", "metricFilters"):
        yield f"{each['logGroupName']}#{each['filterName']}"


def _remove_metric_filter(sandbox: Sandbox, name: str) -> None:
    group, _, own = name.partition("#")
    sandbox.client("logs").delete_metric_filter(logGroupName=group, filterName=own)


def _log_groups(sandbox: Sandbox) -> Iterator[str]:
    for each in listed(sandbox.client("logs"), "describe_log_groups", "logGroups"):
        yield each["logGroupName"]


# What only chapters make -------------------------------------------------------------------------


def _rules(sandbox: Sandbox) -> Iterator[str]:
    yield from (each["Name"] for each in listed(sandbox.client("events"), "list_rules", "Rules"))


def _remove_rule(sandbox: Sandbox, name: str) -> None:
    """Remove a rule with its targets: EventBridge keeps one that has some."""
    for each in list(_targets(sandbox)):
        if each.partition("#")[0] == name:
            _remove_target(sandbox, each)
    sandbox.client("events").delete_rule(Name=name)


def _targets(sandbox: Sandbox) -> Iterator[str]:
    for rule in _rules(sandbox):
        found = listed(sandbox.client("events"), "list_targets_by_rule", "Targets", Rule=rule)
        yield from (f"{rule}#{each['Id']}" for each in found)


def _remove_target(sandbox: Sandbox, name: str) -> None:
    rule, _, target = name.partition("#")
    sandbox.client("events").remove_targets(Rule=rule, Ids=[target])


def _tables(sandbox: Sandbox) -> Iterator[str]:
    yield from listed(sandbox.client("dynamodb"), "list_tables", "TableNames")


def _streams(sandbox: Sandbox) -> Iterator[str]:
    yield from listed(sandbox.client("kinesis"), "list_streams", "StreamNames")


def _apis(sandbox: Sandbox) -> Iterator[str]:
    for each in listed(sandbox.client("apigateway"), "get_rest_apis", "items"):
        yield each["name"]


def _remove_api(sandbox: Sandbox, name: str) -> None:
    client = sandbox.client("apigateway")
    for each in list(listed(client, "get_rest_apis", "items")):
        if each["name"] == name:
            client.delete_rest_api(restApiId=each["id"])


def _stages(sandbox: Sandbox) -> Iterator[str]:
    client = sandbox.client("apigateway")
    for api in listed(client, "get_rest_apis", "items"):
        for each in client.get_stages(restApiId=api["id"])["item"]:
            yield f"{api['name']}#{each['stageName']}"


def _remove_stage(sandbox: Sandbox, name: str) -> None:
    client = sandbox.client("apigateway")
    api, _, stage = name.partition("#")
    for each in list(listed(client, "get_rest_apis", "items")):
        if each["name"] == api:
            client.delete_stage(restApiId=each["id"], stageName=stage)


def _stacks(sandbox: Sandbox) -> Iterator[str]:
    for each in listed(sandbox.client("cloudformation"), "describe_stacks", "Stacks"):
        if each["StackStatus"] != GONE:
            yield each["StackName"]


def _call(service: str, operation: str, parameter: str) -> Remove:
    """Return what removes by one call with one parameter, the resource's name."""

    def call(sandbox: Sandbox, name: str) -> None:
        getattr(sandbox.client(service), operation)(**{parameter: name})

    return call


KINDS: Final = (
    Kind("stack", _stacks, remove_stack, service="cloudformation"),
    Kind("target", _targets, _remove_target, is_part=True, service="events"),
    Kind("rule", _rules, _remove_rule, service="events"),
    Kind("stream", _streams, _call("kinesis", "delete_stream", "StreamName"), service="kinesis"),
    Kind("stage", _stages, _remove_stage, is_part=True, service="apigateway"),
    Kind("API", _apis, _remove_api, service="apigateway"),
    Kind("table", _tables, _call("dynamodb", "delete_table", "TableName"), service="dynamodb"),
    Kind("event source", _event_sources, _remove_event_source),
    Kind("permission", _permissions, _remove_permission, is_part=True),
    Kind("function", _functions, _call("lambda", "delete_function", "FunctionName")),
    Kind(
        "notification",
        _with(_notifies),
        lambda sandbox, name: sandbox.client("s3").put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration={}
        ),
        is_global=True,
    ),
    Kind(
        "lifecycle",
        _with(lambda s3, bucket: s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]),
        _call("s3", "delete_bucket_lifecycle", "Bucket"),
        is_global=True,
        is_part=True,
    ),
    Kind(
        "public access block",
        _with(lambda s3, bucket: s3.get_public_access_block(Bucket=bucket)),
        _call("s3", "delete_public_access_block", "Bucket"),
        is_global=True,
        is_part=True,
    ),
    Kind("folder", _folders, _remove_folder, is_global=True, is_part=True),
    Kind("bucket", _buckets, _remove_bucket, is_global=True),
    Kind(
        "state machine",
        _state_machines,
        _call("stepfunctions", "delete_state_machine", "stateMachineArn"),
    ),
    Kind("queue", _queues, _call("sqs", "delete_queue", "QueueUrl")),
    Kind("subscription", _subscriptions, _call("sns", "unsubscribe", "SubscriptionArn")),
    Kind("topic", _topics, _remove_topic),
    Kind(
        "alarm",
        _alarms,
        lambda sandbox, name: sandbox.client("cloudwatch").delete_alarms(AlarmNames=[name]),
    ),
    Kind(
        "dashboard",
        _dashboards,
        lambda sandbox, name: sandbox.client("cloudwatch").delete_dashboards(DashboardNames=[name]),
    ),
    Kind("metric filter", _metric_filters, _remove_metric_filter, is_part=True),
    Kind("log group", _log_groups, _call("logs", "delete_log_group", "logGroupName")),
    Kind("statement", _policy_statements, _remove_statement, is_global=True, is_part=True),
    Kind("attachment", _attachments, _detach, is_global=True, is_part=True),
    Kind("inline policy", _inline_policies, _remove_inline, is_global=True, is_part=True),
    Kind("role", _roles, _remove_role, is_global=True),
    Kind("policy", _policies, _remove_policy, is_global=True),
)
"""In the order in which an account is emptied: what hangs on something before that."""

PARTS: Final = frozenset(kind.name for kind in KINDS if kind.is_part)
"""The kinds that need no emptying of their own."""
