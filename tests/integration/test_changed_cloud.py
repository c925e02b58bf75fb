"""A cloud that a student has changed: every command says what is so, and destroys nothing.

It is an account of its own, whose workflow was replaced by one of another name and whose dead
letter queue and alarms are gone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.other_account import REPOSITORY, command, deployed, run_command
from tests.integration.sales_files import SAMPLE_SALES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lab.promise.evidence import Outcome
    from tests.integration.lab_under_test import LabUnderTest

NUMBER = "555555555555"
SAMPLE = str(REPOSITORY / "samples" / "sample_sales.csv")
OWN_WORKFLOW = "MyWorkflow"


@dataclass(frozen=True)
class ChangedCloud:
    """The account, and a file that went through the pipeline before it was changed."""

    shared: LabUnderTest
    own: LabUnderTest
    earlier: Outcome

    def refused(self, *words: str) -> str:
        """Return the one line with which a command fails."""
        done = run_command(self.shared, NUMBER, *words)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        [line] = done.stderr.strip().splitlines()
        return line


@pytest.fixture(scope="module")
def changed(lab: LabUnderTest) -> Iterator[ChangedCloud]:
    with deployed(lab, NUMBER) as own:
        earlier = own.outcome_of(own.upload("before.csv", SAMPLE_SALES))
        _replace_workflow(own)
        own.client("sqs").delete_queue(QueueUrl=own.dlq.url)
        alarms = [each.name for each in own.settings.alarms]
        own.client("cloudwatch").delete_alarms(AlarmNames=alarms)
        yield ChangedCloud(lab, own, earlier)


def _replace_workflow(own: LabUnderTest) -> None:
    """Run the pipeline's definition under another name, as a student's own workflow."""
    stepfunctions, functions = own.client("stepfunctions"), own.client("lambda")
    old = stepfunctions.describe_state_machine(stateMachineArn=own.arns.state_machine)
    _trust(own.client("iam"), old["roleArn"].rpartition("/")[2], old["name"])
    new = stepfunctions.create_state_machine(
        name=OWN_WORKFLOW, definition=old["definition"], roleArn=old["roleArn"]
    )["stateMachineArn"]
    _let_start(own.client("iam"), own.settings.functions["csv-processor"].role_name, new)
    variables = functions.get_function_configuration(FunctionName="csv-processor")["Environment"][
        "Variables"
    ]
    functions.update_function_configuration(
        FunctionName="csv-processor",
        Environment={"Variables": {**variables, "STATE_MACHINE_ARN": new}},
    )
    functions.get_waiter("function_updated_v2").wait(FunctionName="csv-processor")
    stepfunctions.delete_state_machine(stateMachineArn=old["stateMachineArn"])


def _trust(iam: Any, role: str, old_name: str) -> None:
    """Let the new workflow take the role that only the old one might take."""
    trust = json.dumps(iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"])
    iam.update_assume_role_policy(
        RoleName=role, PolicyDocument=trust.replace(old_name, OWN_WORKFLOW)
    )


def _let_start(iam: Any, role: str, machine: str) -> None:
    statement = {"Effect": "Allow", "Action": "states:StartExecution", "Resource": machine}
    iam.put_role_policy(
        RoleName=role,
        PolicyName="start-my-workflow",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def test_status_says_what_is_there_and_what_is_not(changed: ChangedCloud) -> None:
    told = command(changed.shared, NUMBER, "status")
    assert "7 of 7 active" in told
    assert "ProcessCSVWorkflow: missing" in told
    assert "pipeline-dlq: missing" in told
    for alarm in changed.own.settings.alarms:
        assert f"{alarm.name}: missing" in told
    assert f"{2 + len(changed.own.settings.alarms)} missing. scripts/lab deploy" in told


@pytest.mark.parametrize("words", [("runs",), ("run", "any"), ("verify",), ("dlq",)])
def test_a_command_that_needs_what_is_missing_says_where_to_look(
    changed: ChangedCloud, words: tuple[str, ...]
) -> None:
    line = changed.refused(*words)
    assert line.startswith("✗ Missing in this cloud: ")
    assert "scripts/lab status" in line


def test_without_alarms_the_advice_destroys_nothing(changed: ChangedCloud) -> None:
    line = changed.refused("alarms")
    assert "This cloud has no alarms." in line
    assert "scripts/lab deploy" in line
    assert "reset" not in line


def test_an_upload_finds_its_outcome_by_its_key(changed: ChangedCloud) -> None:
    """The lab knows nothing of the student's workflow, but its result names the file."""
    told = json.loads(
        command(changed.shared, NUMBER, "upload", SAMPLE, "--expect", "processed", "--json")
    )
    assert [(each["outcome"], each["total_revenue_text"]) for each in told] == [
        ("processed", "7200.00")
    ]


def test_deploy_asks_before_it_replaces_what_the_student_changed(changed: ChangedCloud) -> None:
    line = changed.refused("deploy")
    assert "Nothing was changed: " in line
    assert "csv-processor" in line
    assert "scripts/lab deploy --yes" in line
    machines = changed.own.client("stepfunctions").list_state_machines()["stateMachines"]
    assert [each["name"] for each in machines] == [OWN_WORKFLOW]


def test_deploy_with_yes_mends_and_keeps_what_was_there(changed: ChangedCloud) -> None:
    command(changed.shared, NUMBER, "deploy", "--yes")
    assert "missing" not in command(changed.shared, NUMBER, "status")
    machines = changed.own.client("stepfunctions").list_state_machines()["stateMachines"]
    assert OWN_WORKFLOW in [each["name"] for each in machines]
    kept = changed.own.client("s3").list_objects_v2(
        Bucket=changed.own.settings.processed_bucket, Prefix=changed.earlier.key
    )
    assert kept["KeyCount"] == 1
