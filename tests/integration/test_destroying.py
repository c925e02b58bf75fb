"""`scripts/lab destroy` with files in flight: all of the pipeline goes, and nothing else."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from tests.integration.everything import everything_in
from tests.integration.other_account import command, deployed, run_command
from tests.integration.sales_files import BAD_SCHEMA, SAMPLE_SALES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.lab_under_test import LabUnderTest

ACCOUNT = "777788889990"
LONGEST_SECONDS = 60
BURST = 20
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


@pytest.fixture(scope="module")
def own(lab: LabUnderTest) -> Iterator[LabUnderTest]:
    """The pipeline in an account of its own, with neighbours."""
    with deployed(lab, ACCOUNT) as account:
        make_neighbours(account)
        yield account
        account.client("s3").delete_bucket(Bucket=f"{account.settings.raw_bucket}-2")
        account.client("cloudwatch").delete_alarms(AlarmNames=["pipeline-dlq-messages-2"])


def make_neighbours(own: LabUnderTest) -> None:
    """Make resources of somebody else, whose names begin as the pipeline's."""
    settings = own.settings
    own.client("s3").create_bucket(
        Bucket=f"{settings.raw_bucket}-2",
        CreateBucketConfiguration={"LocationConstraint": settings.region},
    )
    own.client("sqs").create_queue(QueueName=f"{settings.dlq.name}-2")
    own.client("sns").create_topic(Name=f"{settings.topic_name}-2")
    own.client("logs").create_log_group(logGroupName=f"{settings.log_groups[0]}-2")
    own.client("cloudwatch").put_dashboard(
        DashboardName=f"{settings.dashboard_name}-2", DashboardBody='{"widgets": []}'
    )
    own.client("cloudwatch").put_metric_alarm(
        AlarmName=f"{settings.dlq_alarm.name}-2",
        Namespace="Mine",
        MetricName="mine",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    role = own.client("iam").create_role(
        RoleName=f"{settings.state_machine_role_name}-2",
        AssumeRolePolicyDocument=json.dumps(TRUST),
    )
    own.client("stepfunctions").create_state_machine(
        name=f"{settings.state_machine_name}-2",
        definition='{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
        roleArn=role["Role"]["Arn"],
    )


NEIGHBOURS = [
    "alarm pipeline-dlq-messages-2",
    f"bucket pipeline-raw-student-{ACCOUNT}-2",
    "dashboard csv-pipeline-dashboard-2",
    "log group /aws/lambda/csv-validator-2",
    "queue pipeline-dlq-2",
    "role pipeline-stepfunctions-role-2",
    "state machine ProcessCSVWorkflow-2",
    "topic pipeline-notifications-2",
]


def test_destroy_asks_and_without_an_answer_removes_nothing(own: LabUnderTest) -> None:
    before = everything_in(own)
    done = run_command(own, ACCOUNT, "destroy")
    assert done.returncode == 2
    assert "Nothing was removed" in done.stderr
    assert "destroy --yes" in done.stderr
    would = command(own, ACCOUNT, "destroy", "--dry-run")
    assert "Nothing was removed" in would
    assert own.settings.raw_bucket in would
    assert everything_in(own) == before


def test_with_files_in_flight_all_of_the_pipeline_is_removed_and_nothing_else(
    own: LabUnderTest,
) -> None:
    for number in range(BURST):
        own.upload(f"{number}.csv", SAMPLE_SALES if number % 3 else BAD_SCHEMA)
    started = time.monotonic()
    told = command(own, ACCOUNT, "destroy", "--yes")
    seconds = time.monotonic() - started
    assert "Nothing of the pipeline is left" in told
    assert everything_in(own) == NEIGHBOURS
    assert seconds < LONGEST_SECONDS
    assert "Nothing of the pipeline is left" in command(own, ACCOUNT, "destroy", "--yes")


def test_right_after_destroying_the_pipeline_comes_up_again_and_works(own: LabUnderTest) -> None:
    command(own, ACCOUNT, "deploy")
    outcome = own.outcome_of(own.upload("again.csv", SAMPLE_SALES))
    assert outcome.key.startswith(own.settings.processed_prefix)
    # What Step Functions and CloudWatch still know of the pipeline before is no complaint.
    told = command(own, ACCOUNT, "verify", "--wait", "60")
    assert "1 uploads = 1 results + 0 failures, 1 mails" in told
