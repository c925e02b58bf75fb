"""What counts as reading, and that a client which may only read is let do nothing else."""

from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.stub import Stubber
from policy_sentry.querying.actions import get_actions_with_access_level

from console.calls import service_model
from console.cloud import refuse_to_change
from console.errors import ReadOnlyError
from console.reading import only_reads

IAM_PREFIXES = {
    "cloudwatch": "cloudwatch",
    "events": "events",
    "iam": "iam",
    "lambda": "lambda",
    "logs": "logs",
    "sns": "sns",
    "sqs": "sqs",
    "stepfunctions": "states",
}
"""Services whose IAM actions have the names of their operations. Those of S3 have others."""

CHANGING = {"Write", "Permissions management", "Tagging"}
"""AWS's access levels of actions that change something (Service Authorization Reference)."""


def operations_that_read(service: str) -> Iterator[str]:
    model = service_model(service)
    for name in model.operation_names:
        if only_reads(model.operation_model(name)):
            yield name


@pytest.mark.parametrize("service", IAM_PREFIXES)
def test_nothing_counts_as_reading_that_aws_itself_lists_as_a_change(service: str) -> None:
    prefix = IAM_PREFIXES[service]
    changing = {
        action.partition(":")[2].lower()
        for level in CHANGING
        for action in get_actions_with_access_level(prefix, level)
    }
    assert changing
    reading = set(operations_that_read(service))
    assert reading
    assert {name for name in reading if name.lower() in changing} == set()


def test_what_the_pages_read_counts_as_reading() -> None:
    for service, operation in (
        ("s3", "GetObject"),
        ("s3", "HeadObject"),
        ("s3", "ListObjectsV2"),
        ("sqs", "GetQueueAttributes"),
        ("logs", "FilterLogEvents"),
        ("cloudwatch", "GetMetricData"),
        ("stepfunctions", "GetExecutionHistory"),
        ("iam", "SimulatePrincipalPolicy"),
    ):
        assert only_reads(service_model(service).operation_model(operation)), operation


def test_every_operation_of_s3_that_counts_is_a_get_or_a_head() -> None:
    """By the protocol: S3's IAM actions cannot say so, as their names differ."""
    model = service_model("s3")
    methods = {model.operation_model(name).http["method"] for name in operations_that_read("s3")}
    assert methods == {"GET", "HEAD"}


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("s3", "put_object", {"Bucket": "b", "Key": "k"}),
        ("sqs", "receive_message", {"QueueUrl": "q"}),  # hides messages from others
        ("lambda", "invoke", {"FunctionName": "f"}),
        ("stepfunctions", "get_activity_task", {"activityArn": "a"}),
        ("sts", "get_session_token", {}),
        ("logs", "put_retention_policy", {"logGroupName": "g", "retentionInDays": 1}),
    ],
)
def test_a_client_that_may_only_read_sends_no_change_whoever_asks(
    service: str, operation: str, parameters: dict[str, Any]
) -> None:
    client = client_that_only_reads(service)
    with Stubber(client), pytest.raises(ReadOnlyError):  # a request would be one of its errors
        getattr(client, operation)(**parameters)


def test_it_signs_no_address_that_changes_something_either() -> None:
    client = client_that_only_reads("s3")
    where = {"Bucket": "b", "Key": "k"}
    assert "b/k" in client.generate_presigned_url("get_object", where)
    with pytest.raises(ReadOnlyError):
        client.generate_presigned_url("put_object", where)


def test_it_reads_as_before() -> None:
    client = client_that_only_reads("sqs")
    with Stubber(client) as answers:
        answers.add_response("list_queues", {"QueueUrls": ["q"]})
        assert client.list_queues()["QueueUrls"] == ["q"]


def client_that_only_reads(service: str) -> Any:
    client = botocore.session.get_session().create_client(
        service,
        region_name="us-east-1",
        endpoint_url="http://127.0.0.1:1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    refuse_to_change(client)
    return client
