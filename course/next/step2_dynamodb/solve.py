"""Keep each job in a table: a function writes it, EventBridge tells the function."""

from pathlib import Path
from typing import Any, Final

from course.event_rules import ensure_rule
from course.sandbox import Sandbox
from course.solving import Function, ensure_function, ensure_own_role, ensure_permission
from provision.changes import Changes
from provision.target import unless_missing

TABLE: Final = "pipeline-jobs"
KEY: Final = "job_id"
FUNCTION: Final = "record-job"
RULE: Final = "pipeline-jobs"
MACHINE: Final = "ProcessCSVWorkflow"
CODE: Final = Path(__file__).parent / "solution" / "record_job"
SERVICE: Final = "events.amazonaws.com"
_MISSING: Final = "ResourceNotFoundException"
_READY: Final = {"Delay": 1, "MaxAttempts": 60}


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards the table holds each job whose execution begins or ends from now on."""
    ensure_table(sandbox, changes)
    ensure_own_role(sandbox, changes, FUNCTION, [grant(sandbox, TABLE)])
    ensure_function(sandbox, changes, Function(CODE, 10, 128, {"TABLE_NAME": TABLE}, True))
    rule = sandbox.arn("events", f"rule/{RULE}")
    ensure_permission(sandbox, changes, FUNCTION, SERVICE, rule)
    function = sandbox.arn("lambda", f"function:{FUNCTION}")
    ensure_rule(sandbox, changes, RULE, function, pattern(sandbox))


def ensure_table(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards the table is there with its key; where that is another, the table is made anew."""
    client = sandbox.client("dynamodb")
    found = unless_missing(lambda: client.describe_table(TableName=TABLE)["Table"], _MISSING)
    wanted = {
        "AttributeDefinitions": [{"AttributeName": KEY, "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": KEY, "KeyType": "HASH"}],
    }

    def apply() -> None:
        if found:
            remove_table(sandbox)
        create_table(sandbox, wanted)

    changes.settle(
        f"table {TABLE}",
        wanted=wanted["KeySchema"],
        actual=found["KeySchema"] if found else None,
        apply=apply,
    )


def create_table(sandbox: Sandbox, key: dict[str, Any]) -> None:
    """Create the table with a key, paid by request, and wait until it can be written to."""
    client = sandbox.client("dynamodb")
    client.create_table(TableName=TABLE, BillingMode="PAY_PER_REQUEST", **key)
    client.get_waiter("table_exists").wait(TableName=TABLE, WaiterConfig=_READY)


def remove_table(sandbox: Sandbox) -> None:
    """Delete the table with all that is in it, and wait until its name is free."""
    client = sandbox.client("dynamodb")
    client.delete_table(TableName=TABLE)
    client.get_waiter("table_not_exists").wait(TableName=TABLE, WaiterConfig=_READY)


def grant(sandbox: Sandbox, table: str) -> dict[str, Any]:
    """Return what lets the function write into a table, and into no other."""
    return {
        "Effect": "Allow",
        "Action": ["dynamodb:UpdateItem"],
        "Resource": [sandbox.arn("dynamodb", f"table/{table}")],
    }


def pattern(sandbox: Sandbox) -> dict[str, Any]:
    """Return the pattern of all that Step Functions tells of the workflow's executions."""
    return {
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {"stateMachineArn": [sandbox.arn("states", f"stateMachine:{MACHINE}")]},
    }
