"""DynamoDB and Kinesis, which moto answers in the lab."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.engine.conftest import ENGINE, LocalStack

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
