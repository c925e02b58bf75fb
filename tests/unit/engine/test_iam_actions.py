"""Which permissions each operation of the AWS API needs."""

from fnmatch import fnmatch
from typing import Any

import botocore.session
import pytest
from policy_sentry.querying.actions import get_actions_for_service

from lab_engine.iam.actions import catalog, required
from lab_engine.iam.actions.requirement import Scope

ACCOUNT = "000000000000"
REGION = "ap-southeast-1"
SCOPE = Scope(ACCOUNT, REGION, f"arn:aws:iam::{ACCOUNT}:user/nok")
QUEUE_URL = f"http://127.0.0.1:4566/{ACCOUNT}/jobs"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:news"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:m"
LAYER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer:l"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"
STACK = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/s"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t"
BUS = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/bus"
GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/f"

OPERATIONS: list[tuple[str, str, dict[str, Any], list[tuple[str, str]]]] = [
    ("s3", "ListBuckets", {}, [("s3:ListAllMyBuckets", "*")]),
    ("s3", "HeadBucket", {"Bucket": "b"}, [("s3:ListBucket", "arn:aws:s3:::b")]),
    ("s3", "ListObjectsV2", {"Bucket": "b"}, [("s3:ListBucket", "arn:aws:s3:::b")]),
    ("s3", "HeadObject", {"Bucket": "b", "Key": "k"}, [("s3:GetObject", "arn:aws:s3:::b/k")]),
    (
        "s3",
        "GetObject",
        {"Bucket": "b", "Key": "k", "VersionId": "1"},
        [("s3:GetObjectVersion", "arn:aws:s3:::b/k")],
    ),
    (
        "s3",
        "CopyObject",
        {"Bucket": "b", "Key": "k", "CopySource": "/from/a%20%E0%B8%81?versionId=3"},
        [("s3:GetObjectVersion", "arn:aws:s3:::from/a ก"), ("s3:PutObject", "arn:aws:s3:::b/k")],
    ),
    (
        "s3",
        "CopyObject",
        {"Bucket": "b", "Key": "k", "CopySource": "from/a"},
        [("s3:GetObject", "arn:aws:s3:::from/a"), ("s3:PutObject", "arn:aws:s3:::b/k")],
    ),
    (
        "s3",
        "DeleteObjects",
        {"Bucket": "b", "Delete": {"Objects": [{"Key": "1"}, {"Key": "2", "VersionId": "v"}]}},
        [
            ("s3:DeleteObject", "arn:aws:s3:::b/1"),
            ("s3:DeleteObjectVersion", "arn:aws:s3:::b/2"),
        ],
    ),
    ("s3", "DeleteObject", {"Bucket": "b", "Key": "k"}, [("s3:DeleteObject", "arn:aws:s3:::b/k")]),
    (
        "s3",
        "DeleteObject",
        {"Bucket": "b", "Key": "k", "IfMatch": '"etag"'},
        [("s3:DeleteObject", "arn:aws:s3:::b/k"), ("s3:GetObject", "arn:aws:s3:::b/k")],
    ),
    (
        "s3",
        "PutObject",
        {"Bucket": "b", "Key": "k", "Tagging": "a=b", "ACL": "private", "GrantRead": None},
        [
            ("s3:PutObject", "arn:aws:s3:::b/k"),
            ("s3:PutObjectTagging", "arn:aws:s3:::b/k"),
            ("s3:PutObjectAcl", "arn:aws:s3:::b/k"),
        ],
    ),
    ("s3", "UploadPart", {"Bucket": "b", "Key": "k"}, [("s3:PutObject", "arn:aws:s3:::b/k")]),
    (
        "s3",
        "AbortMultipartUpload",
        {"Bucket": "b", "Key": "k"},
        [("s3:AbortMultipartUpload", "arn:aws:s3:::b/k")],
    ),
    (
        "s3",
        "ListParts",
        {"Bucket": "b", "Key": "k"},
        [("s3:ListMultipartUploadParts", "arn:aws:s3:::b/k")],
    ),
    (
        "s3",
        "DeleteBucketLifecycle",
        {"Bucket": "b"},
        [("s3:PutLifecycleConfiguration", "arn:aws:s3:::b")],
    ),
    ("sqs", "SendMessageBatch", {"QueueUrl": QUEUE_URL}, [("sqs:SendMessage", QUEUE)]),
    ("sqs", "CreateQueue", {"QueueName": "jobs"}, [("sqs:CreateQueue", QUEUE)]),
    ("sqs", "ListQueues", {}, [("sqs:ListQueues", "*")]),
    (
        "sqs",
        "StartMessageMoveTask",
        {"SourceArn": "dlq", "DestinationArn": QUEUE},
        [
            ("sqs:StartMessageMoveTask", "dlq"),
            ("sqs:ReceiveMessage", "dlq"),
            ("sqs:DeleteMessage", "dlq"),
            ("sqs:SendMessage", QUEUE),
        ],
    ),
    ("sns", "PublishBatch", {"TopicArn": TOPIC}, [("sns:Publish", TOPIC)]),
    ("sns", "Publish", {"PhoneNumber": "+66812345678"}, [("sns:Publish", "+66812345678")]),
    ("sns", "CreateTopic", {"Name": "news"}, [("sns:CreateTopic", TOPIC)]),
    ("sns", "Unsubscribe", {"SubscriptionArn": f"{TOPIC}:1"}, [("sns:Unsubscribe", "*")]),
    ("lambda", "Invoke", {"FunctionName": "f"}, [("lambda:InvokeFunction", FUNCTION)]),
    (
        "lambda",
        "Invoke",
        {"FunctionName": FUNCTION, "Qualifier": "live"},
        [("lambda:InvokeFunction", f"{FUNCTION}:live")],
    ),
    (
        "lambda",
        "Invoke",
        {"FunctionName": f"{ACCOUNT}:function:f"},
        [("lambda:InvokeFunction", FUNCTION)],
    ),
    *[
        ("lambda", "Invoke", {"FunctionName": name}, [("lambda:InvokeFunction", FUNCTION)])
        for name in (
            f"{REGION}:{ACCOUNT}:f",
            f"{ACCOUNT}:f",
            "function:f",
            FUNCTION.replace("aws", "aws-cn"),
        )
    ],
    (
        "lambda",
        "Invoke",
        {"FunctionName": "f:live"},
        [("lambda:InvokeFunction", f"{FUNCTION}:live")],
    ),
    *[
        ("sqs", "ReceiveMessage", {"QueueUrl": url}, [("sqs:ReceiveMessage", QUEUE)])
        for url in (
            f"{QUEUE_URL}/",
            f"http://sqs.{REGION}.localhost.localstack.cloud:4566/{ACCOUNT}/jobs",
            f"http://{REGION}.queue.localhost.localstack.cloud:4566/{ACCOUNT}/jobs",
            f"http://localhost:4566/queue/{REGION}/{ACCOUNT}/jobs",
            "jobs",
        )
    ],
    (
        "sqs",
        "ReceiveMessage",
        {"QueueUrl": "http://x/queue/eu-west-1/222222222222/jobs"},
        [("sqs:ReceiveMessage", "arn:aws:sqs:eu-west-1:222222222222:jobs")],
    ),
    (
        "lambda",
        "CreateFunction",
        {"FunctionName": "f", "Role": ROLE},
        [("lambda:CreateFunction", FUNCTION), ("iam:PassRole", ROLE)],
    ),
    (
        "lambda",
        "DeleteEventSourceMapping",
        {"UUID": "u"},
        [
            (
                "lambda:DeleteEventSourceMapping",
                f"arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:u",
            )
        ],
    ),
    (
        "stepfunctions",
        "StartExecution",
        {"stateMachineArn": MACHINE},
        [("states:StartExecution", MACHINE)],
    ),
    (
        "stepfunctions",
        "CreateStateMachine",
        {"name": "m", "roleArn": ROLE},
        [("states:CreateStateMachine", MACHINE), ("iam:PassRole", ROLE)],
    ),
    ("iam", "PutRolePolicy", {"RoleName": "r"}, [("iam:PutRolePolicy", ROLE)]),
    (
        "iam",
        "AttachRolePolicy",
        {"RoleName": "r", "PolicyArn": "p"},
        [("iam:AttachRolePolicy", ROLE)],
    ),
    ("iam", "GetUser", {}, [("iam:GetUser", SCOPE.caller_arn)]),
    ("sts", "AssumeRole", {"RoleArn": ROLE}, [("sts:AssumeRole", ROLE)]),
    ("sts", "GetCallerIdentity", {}, []),
    (
        "cloudwatch",
        "DeleteAlarms",
        {"AlarmNames": ["a", "b"]},
        [
            ("cloudwatch:DeleteAlarms", f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:a"),
            ("cloudwatch:DeleteAlarms", f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:b"),
        ],
    ),
    (
        "cloudwatch",
        "PutDashboard",
        {"DashboardName": "d"},
        [("cloudwatch:PutDashboard", f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/d")],
    ),
    (
        "cloudwatch",
        "PutMetricData",
        {"Namespace": "CSVPipeline"},
        [("cloudwatch:PutMetricData", "*")],
    ),
    (
        "logs",
        "PutLogEvents",
        {"logGroupName": "/aws/lambda/f", "logStreamName": "s"},
        [("logs:PutLogEvents", f"{GROUP}:log-stream:s")],
    ),
    (
        "logs",
        "CreateLogGroup",
        {"logGroupName": "/aws/lambda/f"},
        [("logs:CreateLogGroup", f"{GROUP}:log-stream:")],
    ),
    ("logs", "TagResource", {"resourceArn": GROUP}, [("logs:TagResource", GROUP)]),
    (
        "events",
        "PutRule",
        {"Name": "r"},
        [("events:PutRule", f"arn:aws:events:{REGION}:{ACCOUNT}:rule/r")],
    ),
    (
        "events",
        "PutTargets",
        {"Rule": "r", "EventBusName": "bus"},
        [("events:PutTargets", f"arn:aws:events:{REGION}:{ACCOUNT}:rule/bus/r")],
    ),
    (
        "events",
        "PutEvents",
        {"Entries": [{}]},
        [("events:PutEvents", f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default")],
    ),
    *[
        ("events", "PutEvents", {"Entries": [{"EventBusName": bus}]}, [("events:PutEvents", BUS)])
        for bus in ("bus", BUS, BUS.replace("event-bus/bus", "rule/bus/r"))
    ],
    *[
        ("lambda", operation, parameters, [("lambda:GetLayerVersion", f"{LAYER}:1")])
        for operation, parameters in (
            ("GetLayerVersion", {"LayerName": "l", "VersionNumber": 1}),
            ("GetLayerVersionByArn", {"Arn": f"{LAYER}:1"}),
        )
    ],
    ("dynamodb", "PutItem", {"TableName": "t"}, [("dynamodb:PutItem", TABLE)]),
    ("dynamodb", "PutItem", {"TableName": TABLE}, [("dynamodb:PutItem", TABLE)]),
    (
        "dynamodb",
        "Query",
        {"TableName": "t", "IndexName": "i"},
        [("dynamodb:Query", f"{TABLE}/index/i")],
    ),
    ("dynamodb", "ListTables", {}, [("dynamodb:ListTables", "*")]),
    ("dynamodb", "TagResource", {"ResourceArn": TABLE}, [("dynamodb:TagResource", TABLE)]),
    (
        "dynamodb",
        "BatchGetItem",
        {"RequestItems": {"t": {}, "u": {}}},
        [
            ("dynamodb:BatchGetItem", TABLE),
            ("dynamodb:BatchGetItem", TABLE.replace("/t", "/u")),
        ],
    ),
    (
        "dynamodb",
        "TransactWriteItems",
        {"TransactItems": [{"Put": {"TableName": "t"}}, {"ConditionCheck": {"TableName": "t"}}]},
        [("dynamodb:PutItem", TABLE), ("dynamodb:ConditionCheckItem", TABLE)],
    ),
    (
        "dynamodbstreams",
        "GetShardIterator",
        {"StreamArn": f"{TABLE}/stream/1"},
        [("dynamodb:GetShardIterator", f"{TABLE}/stream/1")],
    ),
    (
        "dynamodbstreams",
        "GetRecords",
        {"ShardIterator": f"{TABLE}/stream/1|1|opaque"},
        [("dynamodb:GetRecords", f"{TABLE}/stream/1")],
    ),
    (
        "kinesis",
        "PutRecord",
        {"StreamName": "s"},
        [("kinesis:PutRecord", f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/s")],
    ),
    (
        "firehose",
        "PutRecord",
        {"DeliveryStreamName": "s"},
        [("firehose:PutRecord", f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/s")],
    ),
    (
        "ssm",
        "GetParameters",
        {"Names": ["/a/b", "c"]},
        [
            ("ssm:GetParameters", f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/a/b"),
            ("ssm:GetParameters", f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/c"),
        ],
    ),
    (
        "secretsmanager",
        "GetSecretValue",
        {"SecretId": "s"},
        [
            (
                "secretsmanager:GetSecretValue",
                f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:s",
            )
        ],
    ),
    (
        "kms",
        "Encrypt",
        {"KeyId": "alias/a"},
        [("kms:Encrypt", f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/a")],
    ),
    (
        "kms",
        "Encrypt",
        {"KeyId": "k"},
        [("kms:Encrypt", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k")],
    ),
    (
        "apigateway",
        "GetResources",
        {"restApiId": "r"},
        [("apigateway:GET", f"arn:aws:apigateway:{REGION}::/restapis/r/resources")],
    ),
    (
        "scheduler",
        "CreateSchedule",
        {"Name": "s", "Target": {"RoleArn": ROLE}},
        [
            (
                "scheduler:CreateSchedule",
                f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/s",
            ),
            ("iam:PassRole", ROLE),
        ],
    ),
    (
        "cloudformation",
        "CreateChangeSet",
        {"StackName": "s", "ChangeSetName": "c", "RoleARN": ROLE},
        [("cloudformation:CreateChangeSet", f"{STACK}/*"), ("iam:PassRole", ROLE)],
    ),
    (
        "cloudformation",
        "DescribeStacks",
        {"StackName": f"{STACK}/1"},
        [("cloudformation:DescribeStacks", f"{STACK}/1")],
    ),
    (
        "ecr",
        "DescribeRepositories",
        {"repositoryNames": ["r"]},
        [
            (
                "ecr:DescribeRepositories",
                f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/r",
            )
        ],
    ),
    ("opensearch", "ListDomainNames", {}, [("es:ListDomainNames", "*")]),
    ("resourcegroupstaggingapi", "GetResources", {}, [("tag:GetResources", "*")]),
]


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "needed"),
    OPERATIONS,
    ids=[f"{row[0]}-{row[1]}-{number}" for number, row in enumerate(OPERATIONS)],
)
def test_an_operation_needs_its_permissions(
    service: str, operation: str, parameters: dict[str, Any], needed: list[tuple[str, str]]
) -> None:
    found = required(service, operation, parameters, SCOPE)
    assert [(each.action, each.resource) for each in found] == needed


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "key", "value"),
    [
        ("s3", "ListObjectsV2", {"Bucket": "b", "Prefix": "home/"}, "s3:prefix", "home/"),
        (
            "s3",
            "PutObject",
            {"Bucket": "b", "Key": "k", "ACL": "private"},
            "s3:x-amz-acl",
            "private",
        ),
        ("sns", "Subscribe", {"TopicArn": TOPIC, "Protocol": "email"}, "sns:protocol", "email"),
        (
            "lambda",
            "CreateEventSourceMapping",
            {"FunctionName": "f"},
            "lambda:functionarn",
            FUNCTION,
        ),
        ("iam", "AttachRolePolicy", {"RoleName": "r", "PolicyArn": "p"}, "iam:policyarn", "p"),
        ("cloudwatch", "PutMetricData", {"Namespace": "N"}, "cloudwatch:namespace", "N"),
    ],
)
def test_a_request_carries_the_services_own_condition_keys(
    service: str, operation: str, parameters: dict[str, Any], key: str, value: str
) -> None:
    assert required(service, operation, parameters, SCOPE)[0].context[key] == value


def test_a_passed_role_says_to_which_service() -> None:
    passed = required("lambda", "CreateFunction", {"FunctionName": "f", "Role": ROLE}, SCOPE)[1]
    assert passed.context == {"iam:passedtoservice": "lambda.amazonaws.com"}


SERVICES = {
    "s3": "s3",
    "sqs": "sqs",
    "sns": "sns",
    "lambda": "lambda",
    "stepfunctions": "states",
    "iam": "iam",
    "sts": "sts",
    "cloudwatch": "cloudwatch",
    "logs": "logs",
    "events": "events",
}
NOT_IN_THE_LIST = (
    # Newer than the list of actions that policy_sentry carries.
    *("*DurableExecution*", "*CapacityProvider*", "*FunctionScalingConfig", "*S3Table*"),
    *("*ImportTask*", "*AggregateLogGroup*", "*LogGroupDeletionProtection", "*BucketMetadata*"),
    *("UpdateDelegationRequest", "DescribeAlarmContributors", "UpdateObjectEncryption"),
    *("GetLogFields", "GetLogObject"),
    # Of directory buckets and S3 Object Lambda, whose permissions have prefixes of their own.
    *("CreateSession", "ListDirectoryBuckets", "RenameObject", "WriteGetObjectResponse"),
)


@pytest.mark.parametrize(("service", "prefix"), SERVICES.items())
def test_every_operation_needs_a_permission_that_exists(service: str, prefix: str) -> None:
    existing = {action.lower() for action in get_actions_for_service(prefix)}
    invented = {
        operation: needed.action
        for operation in botocore.session.get_session().get_service_model(service).operation_names
        for needed in required(service, operation, AnyInput(), SCOPE)
        if needed.action.lower() not in existing and needed.action != "iam:PassRole"
        if not any(fnmatch(operation, pattern) for pattern in NOT_IN_THE_LIST)
    }
    assert not invented


class AnyInput(dict[str, Any]):
    """An input that has whatever an operation can't do without, and an object's name."""

    def __init__(self) -> None:
        super().__init__(Bucket="b", Key="k")

    def __missing__(self, name: str) -> Any:
        return {"Entries": [{}], "Delete": {"Objects": [{"Key": "k"}]}}.get(name, "x")


@pytest.mark.parametrize(
    "action",
    [
        *("s3:GetObject", "s3:Get*", "s3:*", "*", "S3:getobject", "s3:GetObjectVersion"),
        *("s3:PutObjectTagging", "s3:ListBucket", "s3:DeleteObjectVersion", "iam:PassRole"),
        *("lambda:InvokeFunction", "states:StartExecution", "sqs:SendMessage", "logs:PutLogEvents"),
        *("cloudwatch:PutMetricData", "dynamodb:PutItem", "ssm:GetParameter", "nobody:Knows"),
    ],
)
def test_an_action_that_a_request_needs_exists(action: str) -> None:
    assert catalog.exists(action)


@pytest.mark.parametrize(
    "action",
    [
        *("s3:CopyObject", "s3:HeadObject", "s3:ListObjects", "lambda:Invoke", "sqs:SendMessages"),
        *("states:Start", "sns:PublishBatch", "s3:GetObjects*", "logs:Put"),
    ],
)
def test_an_action_that_no_request_needs_does_not(action: str) -> None:
    """Among them those that the workshop grants: `s3:CopyObject` and `s3:HeadObject`."""
    assert not catalog.exists(action)


@pytest.mark.parametrize("prefix", ["events", "sns", "sqs", "states"])
def test_no_action_of_aws_s_own_list_is_called_missing(prefix: str) -> None:
    missing = {each for each in get_actions_for_service(prefix) if not catalog.exists(each)}
    assert not missing


def test_the_vocabulary_lists_actions_and_what_a_call_needs_that_is_none() -> None:
    vocabulary = catalog.vocabulary()
    assert {"GetObject", "ReplicateTags"} <= set(vocabulary["s3"]["actions"])
    assert "HeadObject" not in vocabulary["s3"]["actions"]
    assert vocabulary["s3"]["calls"]["HeadObject"] == ["s3:GetObject"]
    assert vocabulary["s3"]["calls"]["ListObjectsV2"] == ["s3:ListBucket"]
    assert vocabulary["sqs"]["calls"]["SendMessageBatch"] == ["sqs:SendMessage"]
    assert vocabulary["lambda"]["calls"]["Invoke"] == ["lambda:InvokeFunction"]
    listed = {f"{prefix}:{each}" for prefix in vocabulary for each in vocabulary[prefix]["actions"]}
    assert all(catalog.exists(each) for each in listed)
