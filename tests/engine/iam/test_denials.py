"""Who lacks a permission is refused in the service's own words; who has just that one, is not.

Every row of the table is two tests: a user without any policy is refused, and a user with a policy
of exactly the row's permissions is not.
"""

import json
import time
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.engine.conftest import REGION, LocalStack
from tests.engine.iam.world import (
    ACCOUNT,
    ALARM,
    BUCKET,
    EXECUTION,
    FUNCTION,
    LOG_GROUP,
    MACHINE,
    QUEUE,
    ROLE,
    TOPIC,
    IamWorld,
    allow,
    code_archive,
)

OBJECT = f"arn:aws:s3:::{BUCKET}/file.csv"
QUEUE_URL = f"http://127.0.0.1/{ACCOUNT}/iam-queue"
NOW_MS = int(time.time() * 1000)
MESSAGE = {"Id": "1", "MessageBody": "x"}
POLICY_TEXT = json.dumps(allow("s3:GetObject", OBJECT))
MACHINE_TEXT = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
ALARM_SETTINGS = {
    "AlarmName": "iam-alarm",
    "Namespace": "N",
    "MetricName": "M",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1,
    "ComparisonOperator": "GreaterThanThreshold",
}
METRIC_QUERY = {
    "Id": "m",
    "MetricStat": {
        "Metric": {"Namespace": "N", "MetricName": "M"},
        "Period": 60,
        "Stat": "Sum",
    },
}


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


@dataclass(frozen=True)
class Case:
    """An operation, its parameters, and the permissions it needs, the first to be missed first."""

    service: str
    operation: str
    parameters: dict[str, Any]
    permissions: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.service}-{self.operation}"


def case(service: str, operation: str, parameters: Any, *permissions: tuple[str, str]) -> Case:
    return Case(service, operation, parameters, permissions)


STREAM = f"{LOG_GROUP}:log-stream"
CASES = [
    case("s3", "get_object", {"Bucket": BUCKET, "Key": "file.csv"}, ("s3:GetObject", OBJECT)),
    case(
        "s3",
        "get_object_tagging",
        {"Bucket": BUCKET, "Key": "file.csv"},
        ("s3:GetObjectTagging", OBJECT),
    ),
    case(
        "s3",
        "put_object",
        {"Bucket": BUCKET, "Key": "new.csv", "Body": b"x" * 3_000_000},
        ("s3:PutObject", f"arn:aws:s3:::{BUCKET}/new.csv"),
    ),
    case(
        "s3",
        "put_object",
        {"Bucket": BUCKET, "Key": "new.csv", "Tagging": "a=b"},
        ("s3:PutObject", f"arn:aws:s3:::{BUCKET}/new.csv"),
        ("s3:PutObjectTagging", f"arn:aws:s3:::{BUCKET}/new.csv"),
    ),
    case(
        "s3",
        "copy_object",
        {"Bucket": BUCKET, "Key": "copy ไทย", "CopySource": {"Bucket": BUCKET, "Key": "file.csv"}},
        ("s3:GetObject", OBJECT),
        ("s3:PutObject", f"arn:aws:s3:::{BUCKET}/copy ไทย"),
    ),
    case(
        "s3",
        "delete_object",
        {"Bucket": BUCKET, "Key": "gone"},
        ("s3:DeleteObject", f"arn:aws:s3:::{BUCKET}/gone"),
    ),
    case("s3", "list_objects_v2", {"Bucket": BUCKET}, ("s3:ListBucket", f"arn:aws:s3:::{BUCKET}")),
    case("s3", "list_buckets", {}, ("s3:ListAllMyBuckets", "*")),
    case(
        "s3",
        "create_bucket",
        {"Bucket": "iam-new", "CreateBucketConfiguration": {"LocationConstraint": REGION}},
        ("s3:CreateBucket", "arn:aws:s3:::iam-new"),
    ),
    case(
        "s3",
        "create_multipart_upload",
        {"Bucket": BUCKET, "Key": "big"},
        ("s3:PutObject", f"arn:aws:s3:::{BUCKET}/big"),
    ),
    case(
        "s3",
        "put_bucket_versioning",
        {"Bucket": BUCKET, "VersioningConfiguration": {"Status": "Suspended"}},
        ("s3:PutBucketVersioning", f"arn:aws:s3:::{BUCKET}"),
    ),
    case(
        "s3",
        "get_bucket_notification_configuration",
        {"Bucket": BUCKET},
        ("s3:GetBucketNotification", f"arn:aws:s3:::{BUCKET}"),
    ),
    case(
        "s3",
        "get_public_access_block",
        {"Bucket": BUCKET},
        ("s3:GetBucketPublicAccessBlock", f"arn:aws:s3:::{BUCKET}"),
    ),
    case(
        "sqs",
        "send_message",
        {"QueueUrl": QUEUE_URL, "MessageBody": "x"},
        ("sqs:SendMessage", QUEUE),
    ),
    case(
        "sqs",
        "send_message_batch",
        {"QueueUrl": QUEUE_URL, "Entries": [MESSAGE]},
        ("sqs:SendMessage", QUEUE),
    ),
    case("sqs", "receive_message", {"QueueUrl": QUEUE_URL}, ("sqs:ReceiveMessage", QUEUE)),
    case("sqs", "get_queue_attributes", {"QueueUrl": QUEUE_URL}, ("sqs:GetQueueAttributes", QUEUE)),
    case("sqs", "get_queue_url", {"QueueName": "iam-queue"}, ("sqs:GetQueueUrl", QUEUE)),
    case(
        "sqs",
        "set_queue_attributes",
        {"QueueUrl": QUEUE_URL, "Attributes": {"VisibilityTimeout": "30"}},
        ("sqs:SetQueueAttributes", QUEUE),
    ),
    case(
        "sqs", "create_queue", {"QueueName": "iam-new"}, ("sqs:CreateQueue", arn("sqs", "iam-new"))
    ),
    case("sqs", "purge_queue", {"QueueUrl": QUEUE_URL}, ("sqs:PurgeQueue", QUEUE)),
    case("sqs", "list_queues", {}, ("sqs:ListQueues", "*")),
    case("sns", "publish", {"TopicArn": TOPIC, "Message": "x"}, ("sns:Publish", TOPIC)),
    case(
        "sns",
        "publish_batch",
        {"TopicArn": TOPIC, "PublishBatchRequestEntries": [{"Id": "1", "Message": "x"}]},
        ("sns:Publish", TOPIC),
    ),
    case(
        "sns",
        "subscribe",
        {"TopicArn": TOPIC, "Protocol": "sqs", "Endpoint": QUEUE},
        ("sns:Subscribe", TOPIC),
    ),
    case("sns", "create_topic", {"Name": "iam-new"}, ("sns:CreateTopic", arn("sns", "iam-new"))),
    case("sns", "list_topics", {}, ("sns:ListTopics", "*")),
    case("lambda", "invoke", {"FunctionName": "iam-function"}, ("lambda:InvokeFunction", FUNCTION)),
    case("lambda", "get_function", {"FunctionName": FUNCTION}, ("lambda:GetFunction", FUNCTION)),
    case("lambda", "list_functions", {}, ("lambda:ListFunctions", "*")),
    case(
        "lambda",
        "update_function_configuration",
        {"FunctionName": "iam-function", "Timeout": 9},
        ("lambda:UpdateFunctionConfiguration", FUNCTION),
    ),
    case(
        "lambda",
        "add_permission",
        {
            "FunctionName": "iam-function",
            "StatementId": "s",
            "Action": "lambda:InvokeFunction",
            "Principal": "s3.amazonaws.com",
        },
        ("lambda:AddPermission", FUNCTION),
    ),
    case(
        "lambda",
        "create_function",
        {
            "FunctionName": "iam-new",
            "Runtime": "python3.12",
            "Handler": "m.h",
            "Role": ROLE,
            "Code": {"ZipFile": code_archive()},
        },
        ("lambda:CreateFunction", arn("lambda", "function:iam-new")),
        ("iam:PassRole", ROLE),
    ),
    case(
        "stepfunctions",
        "start_execution",
        {"stateMachineArn": MACHINE, "input": "{}"},
        ("states:StartExecution", MACHINE),
    ),
    case(
        "stepfunctions",
        "describe_execution",
        {"executionArn": EXECUTION},
        ("states:DescribeExecution", EXECUTION),
    ),
    case(
        "stepfunctions",
        "get_execution_history",
        {"executionArn": EXECUTION},
        ("states:GetExecutionHistory", EXECUTION),
    ),
    case("stepfunctions", "list_state_machines", {}, ("states:ListStateMachines", "*")),
    case(
        "stepfunctions",
        "create_state_machine",
        {"name": "iam-new", "roleArn": ROLE, "definition": MACHINE_TEXT},
        ("states:CreateStateMachine", arn("states", "stateMachine:iam-new")),
        ("iam:PassRole", ROLE),
    ),
    case(
        "cloudwatch",
        "put_metric_data",
        {"Namespace": "N", "MetricData": [{"MetricName": "M", "Value": 1}]},
        ("cloudwatch:PutMetricData", "*"),
    ),
    case(
        "cloudwatch",
        "get_metric_data",
        {"MetricDataQueries": [METRIC_QUERY], "StartTime": 0, "EndTime": 60},
        ("cloudwatch:GetMetricData", "*"),
    ),
    case("cloudwatch", "put_metric_alarm", ALARM_SETTINGS, ("cloudwatch:PutMetricAlarm", ALARM)),
    case(
        "cloudwatch",
        "set_alarm_state",
        {"AlarmName": "iam-alarm", "StateValue": "OK", "StateReason": "r"},
        ("cloudwatch:SetAlarmState", ALARM),
    ),
    case(
        "cloudwatch",
        "describe_alarms",
        {},
        ("cloudwatch:DescribeAlarms", arn("cloudwatch", "alarm:*")),
    ),
    case(
        "cloudwatch",
        "put_dashboard",
        {"DashboardName": "d", "DashboardBody": "{}"},
        ("cloudwatch:PutDashboard", f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/d"),
    ),
    case(
        "logs",
        "create_log_group",
        {"logGroupName": "/iam/new"},
        ("logs:CreateLogGroup", arn("logs", "log-group:/iam/new:log-stream:")),
    ),
    case(
        "logs",
        "create_log_stream",
        {"logGroupName": "/iam/group", "logStreamName": "new"},
        ("logs:CreateLogStream", f"{STREAM}:new"),
    ),
    case(
        "logs",
        "put_log_events",
        {
            "logGroupName": "/iam/group",
            "logStreamName": "stream",
            "logEvents": [{"timestamp": NOW_MS, "message": "x"}],
        },
        ("logs:PutLogEvents", f"{STREAM}:stream"),
    ),
    case(
        "logs",
        "filter_log_events",
        {"logGroupName": "/iam/group"},
        ("logs:FilterLogEvents", f"{STREAM}:"),
    ),
    case(
        "logs",
        "describe_log_groups",
        {},
        ("logs:DescribeLogGroups", arn("logs", "log-group::log-stream:")),
    ),
    case(
        "logs",
        "put_retention_policy",
        {"logGroupName": "/iam/group", "retentionInDays": 7},
        ("logs:PutRetentionPolicy", f"{STREAM}:"),
    ),
    case(
        "iam",
        "create_user",
        {"UserName": "iam-new"},
        ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/iam-new"),
    ),
    case(
        "iam",
        "put_role_policy",
        {"RoleName": "iam-role", "PolicyName": "p", "PolicyDocument": POLICY_TEXT},
        ("iam:PutRolePolicy", ROLE),
    ),
    case("iam", "get_role", {"RoleName": "iam-role"}, ("iam:GetRole", ROLE)),
    case("iam", "list_roles", {}, ("iam:ListRoles", "*")),
    case(
        "sts",
        "assume_role",
        {"RoleArn": ROLE, "RoleSessionName": "session"},
        ("sts:AssumeRole", ROLE),
    ),
    case(
        "events",
        "put_rule",
        {"Name": "iam-new", "ScheduleExpression": "rate(1 day)"},
        ("events:PutRule", arn("events", "rule/iam-new")),
    ),
    case(
        "events",
        "put_events",
        {"Entries": [{"Source": "s", "DetailType": "d", "Detail": "{}"}]},
        ("events:PutEvents", arn("events", "event-bus/default")),
    ),
]

CODES = {
    "sns": "AuthorizationError",
    "lambda": "AccessDeniedException",
    "stepfunctions": "AccessDeniedException",
    "logs": "AccessDeniedException",
    "events": "AccessDeniedException",
}


@pytest.mark.gap(
    "iam", "who has no policy is refused, in the service's own words", plain="DID NOT RAISE"
)
@pytest.mark.parametrize("row", CASES, ids=str)
def test_without_a_policy_the_operation_is_refused(world: IamWorld, row: Case) -> None:
    stranger = world.stranger
    client = world.localstack.client(row.service, stranger.access_key)

    with pytest.raises(ClientError) as refused:
        getattr(client, row.operation)(**row.parameters)

    error = refused.value.response["Error"]
    action, resource = row.permissions[0]
    assert error["Code"] == CODES.get(row.service, "AccessDenied")
    assert error["Message"] == awaited_message(stranger.arn, action, resource)


def awaited_message(user: str, action: str, resource: str) -> str:
    if action.startswith("sqs:"):
        action = action.lower()
    action = action.replace("sns:", "SNS:")
    quote = '"' if action.startswith("s3:") else ""
    on = "" if resource == "*" else f" on resource: {quote}{resource}{quote}"
    sentence = f"User: {user} is not authorized to perform: {action}{on}"
    if action == "sts:AssumeRole":
        return sentence
    return f"{sentence} because no identity-based policy allows the {action} action"


@pytest.mark.parametrize("row", CASES, ids=str)
def test_with_just_these_permissions_it_is_not(
    world: IamWorld, row: Case, granted: "Granted"
) -> None:
    client = granted.client(world.localstack, row)

    answer = getattr(client, row.operation)(**row.parameters)

    assert answer["ResponseMetadata"]["HTTPStatusCode"] < 300


@pytest.mark.parametrize("row", [row for row in CASES if len(row.permissions) > 1], ids=str)
def test_with_the_first_of_two_permissions_the_second_is_missed(
    world: IamWorld, row: Case, granted: "Granted"
) -> None:
    first = Case(row.service, row.operation, row.parameters, row.permissions[:1])
    client = granted.client(world.localstack, first)

    with pytest.raises(ClientError) as refused:
        getattr(client, row.operation)(**row.parameters)

    message = refused.value.response["Error"]["Message"]
    assert message == awaited_message(granted.arn, *row.permissions[1])


class Granted:
    """A user whose one policy is that of the row at hand."""

    def __init__(self, world: IamWorld) -> None:
        self._world = world
        self._user = world.user("granted")
        self.arn = self._user.arn

    def client(self, localstack: LocalStack, row: Case) -> Any:
        statements = [allow(*permission)["Statement"][0] for permission in row.permissions]
        self._world.put_user_policy("granted", {"Version": "2012-10-17", "Statement": statements})
        return localstack.client(row.service, self._user.access_key)


@pytest.fixture(scope="module")
def granted(world: IamWorld) -> Granted:
    return Granted(world)
