"""A policy that names a resource of another service lets in to that resource, and to no other.

DynamoDB and Kinesis are tried here only: the local engine has neither. The others are called for
real in `tests/engine/iam/test_other_services.py`.
"""

import json
from typing import Any

import pytest

from lab_engine.iam.actions import required
from lab_engine.iam.actions.requirement import Scope
from lab_engine.iam.evaluator import Policies, decide
from lab_engine.iam.policy import Principal, Request, parse

ACCOUNT = "000000000000"
USER = Principal(f"arn:aws:iam::{ACCOUNT}:user/nok", ACCOUNT)
SCOPE = Scope(ACCOUNT, "ap-southeast-1", USER.arn)
TABLE = SCOPE.arn("dynamodb", "table/orders")
STREAM = SCOPE.arn("kinesis", "stream/orders")
SECRET = SCOPE.arn("secretsmanager", "secret:db-Ab12Cd")
OTHER_SECRET = SCOPE.arn("secretsmanager", "secret:api-Ab12Cd")
PARAMETER = SCOPE.arn("ssm", "parameter/orders/limit")

Parameters = dict[str, Any]
CASES: list[tuple[str, str, list[str], Parameters, Parameters]] = [
    ("dynamodb", "PutItem", [TABLE], {"TableName": "orders"}, {"TableName": "others"}),
    ("dynamodb", "GetItem", [TABLE], {"TableName": TABLE}, {"TableName": f"{TABLE}-of-others"}),
    (
        "dynamodb",
        "Query",
        [f"{TABLE}/index/*"],
        {"TableName": "orders", "IndexName": "by-day"},
        {"TableName": "orders"},
    ),
    (
        "dynamodb",
        "BatchWriteItem",
        [TABLE],
        {"RequestItems": {"orders": []}},
        {"RequestItems": {"orders": [], "others": []}},
    ),
    ("kinesis", "PutRecords", [STREAM], {"StreamName": "orders"}, {"StreamName": "others"}),
    ("kinesis", "GetShardIterator", [STREAM], {"StreamARN": STREAM}, {"StreamName": "others"}),
    (
        "secretsmanager",
        "GetSecretValue",
        [SECRET],
        {"SecretId": SECRET},
        {"SecretId": OTHER_SECRET},
    ),
    (
        "ssm",
        "GetParameter",
        [SCOPE.arn("ssm", "parameter/orders/*")],
        {"Name": "/orders/limit"},
        {"Name": "/others/limit"},
    ),
    (
        "ssm",
        "GetParameters",
        [PARAMETER],
        {"Names": ["/orders/limit"]},
        {"Names": ["/orders/limit", "/others/limit"]},
    ),
]


@pytest.mark.parametrize(
    ("service", "operation", "resources", "mine", "other"),
    CASES,
    ids=[f"{row[0]}-{row[1]}-{number}" for number, row in enumerate(CASES)],
)
def test_a_policy_that_names_a_resource_lets_in_to_that_one_only(
    service: str, operation: str, resources: list[str], mine: Parameters, other: Parameters
) -> None:
    statement = {"Effect": "Allow", "Action": f"{service}:{operation}", "Resource": resources}
    policy = parse("only", json.dumps({"Version": "2012-10-17", "Statement": statement}))

    def may(parameters: Parameters) -> bool:
        return all(
            decide(
                Request(USER, each.action, each.resource, {}, any_of=each.any_of),
                Policies((policy,)),
            ).allowed
            for each in required(service, operation, parameters, SCOPE)
        )

    assert may(mine)
    assert not may(other)


@pytest.mark.parametrize("operation", ["SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"])
def test_a_callback_is_let_in_by_a_policy_that_names_its_state_machine(operation: str) -> None:
    """As CDK's `grantTaskResponse` writes it; the request has only the task's token."""

    def may(resource: str) -> bool:
        action = f"states:{operation}"
        statement = {"Effect": "Allow", "Action": action, "Resource": resource}
        policy = parse("only", json.dumps({"Version": "2012-10-17", "Statement": statement}))
        (needed,) = required("stepfunctions", operation, {"taskToken": "t"}, SCOPE)
        request = Request(USER, needed.action, needed.resource, {}, any_of=needed.any_of)
        return decide(request, Policies((policy,))).allowed

    assert may(SCOPE.arn("states", "stateMachine:orders"))
    assert not may(SCOPE.arn("sqs", "orders"))
