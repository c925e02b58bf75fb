"""Small Lambda functions and state machines for the tests."""

import io
import json
import textwrap
import uuid
import zipfile
from typing import Any

from tests.engine.conftest import LocalStack
from tests.engine.waiting import wait_for_function


def create_role(
    localstack: LocalStack, service: str, *, account: str = "test", name: str | None = None
) -> str:
    """A role that a service may take and that may do everything.

    Args:
        localstack: where.
        service: for example `lambda`.
        account: the access key of the account's root.
        name: one of its own unless given.
    """
    name = name or f"role-{uuid.uuid4().hex[:8]}"
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    trust = statement | {"Principal": {"Service": f"{service}.amazonaws.com"}}
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    iam = localstack.client("iam", account)
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))["Role"]
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=_policy(allow))
    return str(role["Arn"])


def create_function(
    localstack: LocalStack, code: str, *, account: str = "test", **settings: Any
) -> str:
    """Creates a function from the source of its module and waits until it is active.

    Args:
        localstack: where.
        code: defines `handler(event, context)`.
        account: the access key of the account's root.
        settings: more arguments for CreateFunction.

    Returns:
        The function's name.
    """
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("function.py", textwrap.dedent(code))
    name = f"function-{uuid.uuid4().hex[:8]}"
    localstack.client("lambda", account).create_function(
        FunctionName=name,
        Runtime="python3.12",
        Handler="function.handler",
        Role=create_role(localstack, "lambda", account=account),
        Code={"ZipFile": archive.getvalue()},
        **settings,
    )
    wait_for_function(localstack, name, account)
    return name


def create_state_machine(
    localstack: LocalStack, definition: dict[str, Any], name: str | None = None
) -> str:
    """Creates a state machine, under a name of its own unless one is given; returns its ARN."""
    machine = localstack.client("stepfunctions").create_state_machine(
        name=name or f"m{uuid.uuid4().hex[:8]}",
        definition=json.dumps(definition),
        roleArn=create_role(localstack, "states"),
    )
    return str(machine["stateMachineArn"])


def only(state: dict[str, Any]) -> dict[str, Any]:
    """The definition of a state machine that has one state."""
    return {"StartAt": "Only", "States": {"Only": state}}


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
