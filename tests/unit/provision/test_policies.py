"""Who may do what: each role's grants, spelled out once more."""

import re

import pytest
from policy_sentry.querying.actions import get_action_data

from provision import policies
from provision.arns import Arns
from provision.policies import Document
from provision.settings import TASK_FUNCTIONS, Settings

ACCOUNT = "123456789012"
SETTINGS = Settings()
ARNS = Arns("aws", ACCOUNT, SETTINGS)
RAW = "arn:aws:s3:::pipeline-raw-student-0001"
PROCESSED = "arn:aws:s3:::pipeline-processed-student-0001"
SQS = f"arn:aws:sqs:ap-southeast-1:{ACCOUNT}"
LAMBDA = f"arn:aws:lambda:ap-southeast-1:{ACCOUNT}:function"
STATE_MACHINE = f"arn:aws:states:ap-southeast-1:{ACCOUNT}:stateMachine:ProcessCSVWorkflow"
TOPIC = f"arn:aws:sns:ap-southeast-1:{ACCOUNT}:pipeline-notifications"

ROLE_POLICIES = {
    function.role_name: policies.function_policy(function, ARNS)
    for function in SETTINGS.functions.values()
} | {SETTINGS.state_machine_role_name: policies.state_machine_policy(ARNS, *TASK_FUNCTIONS)}
RESOURCE_POLICIES = {
    "topic": policies.topic_policy(ARNS),
    "notifications queue": policies.notifications_queue_policy(ARNS),
}
DOCUMENTS = ROLE_POLICIES | RESOURCE_POLICIES


def grants(document: Document) -> set[tuple[str, str]]:
    return {
        (action, resource)
        for statement in document["Statement"]
        for action in statement["Action"]
        for resource in statement["Resource"]
    }


READ_UPLOADS = {("s3:GetObject", f"{RAW}/uploads/*"), ("s3:ListBucket", RAW)}
WORK: dict[str, set[tuple[str, str]]] = {
    "csv-validator": READ_UPLOADS
    | {
        ("sqs:SendMessage", f"{SQS}:pipeline-main-queue"),
        ("sqs:SendMessage", f"{SQS}:pipeline-dlq"),
    },
    "csv-processor": {
        ("sqs:ReceiveMessage", f"{SQS}:pipeline-main-queue"),
        ("sqs:DeleteMessage", f"{SQS}:pipeline-main-queue"),
        ("sqs:GetQueueAttributes", f"{SQS}:pipeline-main-queue"),
        ("states:StartExecution", STATE_MACHINE),
    },
    "parse-csv": READ_UPLOADS,
    "validate-schema": set(),
    "transform-data": READ_UPLOADS
    | {
        ("s3:PutObject", f"{PROCESSED}/processed/*"),
        ("s3:AbortMultipartUpload", f"{PROCESSED}/processed/*"),
    },
    "move-to-failed": READ_UPLOADS
    | {
        ("s3:GetObject", f"{RAW}/failed/*"),
        ("s3:PutObject", f"{RAW}/failed/*"),
        ("s3:DeleteObject", f"{RAW}/uploads/*"),
        ("s3:DeleteObject", f"{PROCESSED}/processed/*"),
        ("s3:AbortMultipartUpload", f"{PROCESSED}/processed/*"),
        ("s3:ListBucketMultipartUploads", PROCESSED),
    },
    "send-notification": {("sns:Publish", TOPIC)},
}


@pytest.mark.parametrize("name", WORK)
def test_a_function_may_do_its_own_work_and_write_its_own_log_and_nothing_else(name: str) -> None:
    log = f"arn:aws:logs:ap-southeast-1:{ACCOUNT}:log-group:/aws/lambda/{name}:*"
    expected = WORK[name] | {("logs:CreateLogStream", log), ("logs:PutLogEvents", log)}
    assert grants(policies.function_policy(SETTINGS.functions[name], ARNS)) == expected


def test_26_the_state_machine_may_invoke_its_five_functions_and_nothing_else() -> None:
    tasks = (
        "parse-csv",
        "validate-schema",
        "transform-data",
        "move-to-failed",
        "send-notification",
    )
    assert grants(policies.state_machine_policy(ARNS, *TASK_FUNCTIONS)) == {
        ("lambda:InvokeFunction", f"{LAMBDA}:{name}") for name in tasks
    }


def test_10_each_function_has_a_role_of_its_own() -> None:
    roles = [function.role_name for function in SETTINGS.functions.values()]
    assert len(set(roles)) == len(roles) == 7
    assert all(
        function.role_name == f"pipeline-{function.name}-role"
        for function in SETTINGS.functions.values()
    )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_10_nothing_is_granted_on_everything(name: str) -> None:
    for action, resource in grants(DOCUMENTS[name]):
        assert resource.startswith("arn:"), (action, resource)
        assert "*" not in action
        # A pattern may stand for what lies within a named thing, never for the thing itself.
        assert resource.split(":", 5)[5].rstrip("*").strip("/:"), (action, resource)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_10_every_action_exists_and_can_be_limited_to_a_resource(name: str) -> None:
    for action, _ in grants(DOCUMENTS[name]):
        service, _, api = action.partition(":")
        known = get_action_data(service, api)
        assert known, f"{action} is no action of IAM"
        formats = {entry["resource_arn_format"] for entry in known[service]}
        assert formats - {"*"}, f"{action} can only be granted on *"


def test_lambda_alone_assumes_a_function_s_role() -> None:
    (statement,) = policies.function_trust()["Statement"]
    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert statement["Action"] == "sts:AssumeRole"


def test_step_functions_assumes_its_role_for_our_state_machine_only() -> None:
    (statement,) = policies.state_machine_trust(ARNS, SETTINGS.state_machine_name)["Statement"]
    assert statement["Principal"] == {"Service": "states.amazonaws.com"}
    assert statement["Condition"] == {
        "ArnEquals": {"aws:SourceArn": STATE_MACHINE},
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
    }


def test_the_topic_lets_the_pipeline_s_alarms_publish_and_keeps_its_owner() -> None:
    owner, alarms = policies.topic_policy(ARNS)["Statement"]
    assert owner["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    assert {"sns:Subscribe", "sns:Publish", "sns:SetTopicAttributes"} <= set(owner["Action"])
    assert alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert alarms["Action"] == ["sns:Publish"]
    assert alarms["Condition"] == {
        "ArnLike": {
            "aws:SourceArn": f"arn:aws:cloudwatch:ap-southeast-1:{ACCOUNT}:alarm:pipeline-*"
        },
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
    }


def test_the_topic_alone_sends_to_the_notifications_queue() -> None:
    (statement,) = policies.notifications_queue_policy(ARNS)["Statement"]
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": TOPIC}}


@pytest.mark.parametrize("name", ROLE_POLICIES)
def test_an_inline_policy_is_within_iam_s_limit(name: str) -> None:
    # IAM counts the characters of a role's inline policies without white space, 10,240 at most.
    assert len(repr(ROLE_POLICIES[name]).replace(" ", "")) < 10_240


def fits(resource: str, arn_format: str) -> bool:
    """Whether a granted resource can be one of a format of the Service Authorization Reference."""
    parts = [
        "[^:]+"
        if part in ("ObjectName", "LogGroupName")
        else "[^:/]*"
        if number % 2
        else re.escape(part)
        for number, part in enumerate(re.split(r"\$\{(\w+)\}", arn_format))
    ]
    # What the pattern at the end of a grant may stand for.
    samples = [resource.replace("*", each) for each in ("x", "log-stream:x")]
    return any(re.fullmatch("".join(parts), sample) for sample in samples)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_10_every_action_is_granted_on_resources_of_its_kind(name: str) -> None:
    for action, resource in grants(DOCUMENTS[name]):
        service, _, api = action.partition(":")
        formats = {entry["resource_arn_format"] for entry in get_action_data(service, api)[service]}
        assert any(fits(resource, each) for each in formats - {"*"}), (action, resource, formats)


@pytest.mark.parametrize(
    ("resource", "arn_format"),
    [
        (f"{RAW}/uploads/*", "arn:${Partition}:s3:::${BucketName}"),
        (RAW, "arn:${Partition}:s3:::${BucketName}/${ObjectName}"),
        (TOPIC, "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}"),
    ],
)
def test_a_resource_of_another_kind_does_not_fit(resource: str, arn_format: str) -> None:
    assert not fits(resource, arn_format)
