"""DynamoDB by moto: a policy names the table and the action, as on AWS."""

import uuid

import pytest
from botocore.exceptions import ClientError

from tests.engine.conftest import REGION
from tests.engine.iam.world import ACCOUNT, IamWorld, allow


def test_a_table_is_named_and_each_action_on_it(world: IamWorld) -> None:
    mine, yours = (f"iam-{uuid.uuid4().hex[:8]}" for _ in range(2))
    for name in (mine, yours):
        world.root("dynamodb").create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
    user = world.user(f"iam-{uuid.uuid4().hex[:8]}")
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{mine}"
    world.put_user_policy(user.arn.rpartition("/")[2], allow("dynamodb:GetItem", arn))
    dynamodb = world.localstack.client("dynamodb", user.access_key)
    key = {"id": {"S": "1"}}
    assert "Item" not in dynamodb.get_item(TableName=mine, Key=key)
    with pytest.raises(ClientError, match="AccessDenied"):
        dynamodb.put_item(TableName=mine, Item=key)
    with pytest.raises(ClientError, match="AccessDenied"):
        dynamodb.get_item(TableName=yours, Key=key)
