"""DynamoDB and Kinesis, which moto answers in the lab."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.engine.conftest import ENGINE, LocalStack
from tests.engine.functions import create_role
from tests.engine.lambda_functions import create_function
from tests.engine.waiting import wait_for

TABLE = f"jobs-{uuid.uuid4().hex[:8]}"
KEY = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture
def table(localstack: LocalStack) -> Iterator[Any]:
    """A client of DynamoDB, in whose account there is a table."""
    client = localstack.client("dynamodb")
    client.create_table(TableName=TABLE, **KEY)
    yield client
    client.delete_table(TableName=TABLE)


def test_a_condition_is_part_of_the_write(table: Any) -> None:
    put = {"TableName": TABLE, "Item": {"id": {"S": "1"}, "n": {"N": "1"}}}
    table.put_item(**put, ConditionExpression="attribute_not_exists(id)")
    with pytest.raises(table.exceptions.ConditionalCheckFailedException):
        table.put_item(**put, ConditionExpression="attribute_not_exists(id)")
    table.update_item(
        TableName=TABLE,
        Key={"id": {"S": "1"}},
        UpdateExpression="SET n = n + :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
    assert table.get_item(TableName=TABLE, Key={"id": {"S": "1"}})["Item"]["n"] == {"N": "2"}


def test_a_reserved_word_in_an_expression_is_refused(table: Any) -> None:
    with pytest.raises(ClientError, match="reserved keyword"):
        table.update_item(
            TableName=TABLE,
            Key={"id": {"S": "1"}},
            UpdateExpression="SET status = :s",
            ExpressionAttributeValues={":s": {"S": "done"}},
        )


def test_accounts_and_regions_have_tables_of_their_own(localstack: LocalStack, table: Any) -> None:
    other = localstack.client("dynamodb", "222222222222")
    elsewhere = localstack.client("dynamodb", region="us-east-1")
    assert TABLE in table.list_tables()["TableNames"]
    assert TABLE not in other.list_tables()["TableNames"]
    assert TABLE not in elsewhere.list_tables()["TableNames"]


PRINT = """
import json
def handler(event, context):
    for record in event["Records"]:
        change = record["dynamodb"]
        images = change.get("OldImage"), change.get("NewImage")
        print(json.dumps([record["eventSource"], record["eventName"], change["Keys"], *images]))
"""


def test_lambda_reads_what_happens_to_a_table_with_no_more_than_the_permission_for_it(
    localstack: LocalStack,
) -> None:
    client, functions = localstack.client("dynamodb"), localstack.client("lambda")
    name = f"told-{uuid.uuid4().hex[:8]}"
    stream_of = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    client.create_table(TableName=name, StreamSpecification=stream_of, **KEY)
    stream = client.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    function = create_function(localstack, PRINT, Role=reader_of(localstack, stream))
    source = functions.create_event_source_mapping(
        EventSourceArn=stream, FunctionName=function.name, StartingPosition="TRIM_HORIZON"
    )
    first = {"id": {"S": "1"}, "n": {"N": "1"}}
    second = {"id": {"S": "1"}, "n": {"N": "2"}}
    key = {"id": {"S": "1"}}
    client.put_item(TableName=name, Item=first)
    client.put_item(TableName=name, Item=second)
    client.delete_item(TableName=name, Key=key)

    def told() -> list[Any]:
        return [json.loads(line) for line in function.log() if line.startswith('["aws:dynamodb')]

    wait_for("three records", lambda: len(told()) >= 3, 40, seen=function.log)
    assert told() == [
        ["aws:dynamodb", "INSERT", key, None, first],
        ["aws:dynamodb", "MODIFY", key, first, second],
        ["aws:dynamodb", "REMOVE", key, second, None],
    ]
    functions.delete_event_source_mapping(UUID=source["UUID"])
    client.delete_table(TableName=name)


def reader_of(localstack: LocalStack, stream: str) -> str:
    """A role that may read one stream and write logs."""
    role = create_role(localstack, "lambda")
    reading = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"]
    statements = [
        {
            "Effect": "Allow",
            "Action": [f"dynamodb:{action}" for action in reading],
            "Resource": stream,
        },
        {"Effect": "Allow", "Action": "logs:*", "Resource": "*"},
    ]
    localstack.client("iam").put_role_policy(
        RoleName=role.rpartition("/")[2],
        PolicyName="all",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
    )
    return role


def test_nothing_of_moto_is_imported_before_the_first_request() -> None:
    """The plugin's modules and its tables alone, as LocalStack's start has them."""
    code = (
        "import sys; from lab_engine.moto_services import patches, plugin; "
        "print([each for each in sys.modules if each.startswith('moto')])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ENGINE)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "[]"
