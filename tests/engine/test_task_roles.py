"""The roles of tasks: taken for their state machine, in any account, as far as both sides trust."""

import json
import uuid
from typing import Any

import pytest

from tests.engine.conftest import REGION, LocalStack
from tests.engine.waiting import wait_for

FIRST, SECOND = "000000000000", "222222222222"
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
LIST_QUEUES = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sqs:listQueues", "End": True}


class Account:
    """An account that makes roles and state machines."""

    def __init__(self, localstack: LocalStack, number: str) -> None:
        self.number = number
        self._localstack = localstack
        self.name = f"m{uuid.uuid4().hex[:8]}"
        self.machine = f"arn:aws:states:{REGION}:{number}:stateMachine:{self.name}"

    def client(self, service: str) -> Any:
        return self._localstack.client(service, self.number)

    def role(self, principal: dict[str, str], *, may: Any = ALL, **condition: Any) -> str:
        trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        if condition:
            trust["Condition"] = condition
        name = f"role-{uuid.uuid4().hex[:8]}"
        iam = self.client("iam")
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))["Role"]
        iam.put_role_policy(RoleName=name, PolicyName="only", PolicyDocument=_policy(may))
        return str(role["Arn"])

    def workflow_role(self) -> str:
        """As the pipeline's: for this one state machine of this account only."""
        return self.role(
            {"Service": "states.amazonaws.com"},
            ArnEquals={"aws:SourceArn": self.machine},
            StringEquals={"aws:SourceAccount": self.number},
        )

    def create(self, role: str, state: dict[str, Any], **settings: Any) -> None:
        self.client("stepfunctions").create_state_machine(
            name=self.name,
            roleArn=role,
            definition=json.dumps({"StartAt": "Only", "States": {"Only": state}}),
            **settings,
        )

    def run(self) -> dict[str, Any]:
        """Run the state machine to its end."""
        states = self.client("stepfunctions")
        arn = states.start_execution(stateMachineArn=self.machine)["executionArn"]

        def look() -> dict[str, Any] | None:
            execution: dict[str, Any] = states.describe_execution(executionArn=arn)
            return None if execution["status"] == "RUNNING" else execution

        return wait_for(f"the end of {arn}", look)

    def withdraw_trust(self, role: str) -> None:
        nobody = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}
        self.client("iam").update_assume_role_policy(
            RoleName=role.rpartition("/")[2], PolicyDocument=_policy(nobody)
        )


@pytest.fixture(params=[FIRST, SECOND])
def account(request: pytest.FixtureRequest, localstack: LocalStack) -> Account:
    return Account(localstack, request.param)


def test_a_state_machine_takes_a_role_that_trusts_just_this_one(account: Account) -> None:
    account.create(account.workflow_role(), LIST_QUEUES)
    execution = account.run()
    assert execution["status"] == "SUCCEEDED", execution


@pytest.mark.gap("iam", "a role's trust can be withdrawn", plain="'SUCCEEDED' == 'FAILED'")
def test_an_execution_whose_role_no_longer_trusts_it_ends_failed(account: Account) -> None:
    role = account.workflow_role()
    account.create(role, LIST_QUEUES)
    account.withdraw_trust(role)
    execution = account.run()
    assert execution["status"] == "FAILED"
    assert execution["error"] == "States.TaskFailed"
    assert execution["cause"] == (
        "Neither the global service principal states.amazonaws.com, nor the regional one is "
        "authorized to assume the provided role."
    )


@pytest.mark.gap("iam", "a task's action is refused", plain="'SUCCEEDED' == 'FAILED'")
def test_an_execution_whose_role_may_not_do_its_task_ends_failed(account: Account) -> None:
    nothing = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    account.create(account.role({"Service": "states.amazonaws.com"}, may=nothing), LIST_QUEUES)
    execution = account.run()
    assert execution["status"] == "FAILED"
    assert "not authorized to perform: sqs:listqueues" in execution["cause"]


def _visit(role: str) -> dict[str, Any]:
    return {**LIST_QUEUES, "Credentials": {"RoleArn": role}}


def test_a_task_acts_in_another_account_when_both_sides_allow(localstack: LocalStack) -> None:
    here, there = Account(localstack, FIRST), Account(localstack, SECOND)
    there.client("sqs").create_queue(QueueName=there.name)
    visited = there.role({"AWS": f"arn:aws:iam::{FIRST}:root"})
    here.create(here.workflow_role(), _visit(visited))
    execution = here.run()
    assert execution["status"] == "SUCCEEDED", execution
    assert there.name in execution["output"]


@pytest.mark.gap("iam", "a task's role is asked for", plain="'SUCCEEDED' == 'FAILED'")
@pytest.mark.parametrize("refusing", ["here", "there"])
def test_a_task_acts_in_no_account_that_one_side_forbids(
    localstack: LocalStack, refusing: str
) -> None:
    here, there = Account(localstack, FIRST), Account(localstack, SECOND)
    trusted = SECOND if refusing == "there" else FIRST
    visited = there.role({"AWS": f"arn:aws:iam::{trusted}:root"})
    may = {**ALL, "NotAction": "sts:AssumeRole"} if refusing == "here" else ALL
    may = {key: may[key] for key in may if key != "Action" or "NotAction" not in may}
    role = here.role({"Service": "states.amazonaws.com"}, may=may)
    here.create(role, _visit(visited))
    execution = here.run()
    assert execution["status"] == "FAILED"
    assert execution["error"] == "States.TaskFailed"
    assert execution["cause"] == (
        f"The role {role} is not authorized to assume the task state's role, {visited}."
    )


def test_an_execution_that_may_not_write_its_log_still_ends(account: Account) -> None:
    group = f"/aws/vendedlogs/{account.name}"
    account.client("logs").create_log_group(logGroupName=group)
    arn = f"arn:aws:logs:{REGION}:{account.number}:log-group:{group}:*"
    quiet = {"Effect": "Allow", "NotAction": "logs:PutLogEvents", "Resource": "*"}
    account.create(
        account.role({"Service": "states.amazonaws.com"}, may=quiet),
        {"Type": "Pass", "End": True},
        loggingConfiguration={
            "level": "ALL",
            "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": arn}}],
        },
    )
    assert account.run()["status"] == "SUCCEEDED"


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
