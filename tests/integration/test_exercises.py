"""The exercises of week 3, added to the lab beside the pipeline (checklist item 34)."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from exercises.week3 import provisioning
from lab.promise.evidence import read_history
from tests.integration.sales_files import SAMPLE_SALES, GeneratedSales, sales_of
from tests.waiting import PATIENCE, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.lab_under_test import LabUnderTest, Upload

REPOSITORY = Path(__file__).parents[2]
ONE_MIB = 1_048_576
RUNS_TO_OVERLAP = 10


class Exercise:
    """The exercises' state machine in the lab under test."""

    def __init__(self, lab: LabUnderTest) -> None:
        self.lab = lab
        self.state_machine_arn = lab.arns.state_machine_named(provisioning.STATE_MACHINE)

    def provision(self) -> str:
        """Run `python -m exercises.week3` as the lab does; what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "exercises.week3"],
            env={
                **os.environ,
                "AWS_ENDPOINT_URL": self.lab.endpoint,
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_DEFAULT_REGION": self.lab.settings.region,
                "LAB_PROFILE": self.lab.settings.profile.name,
                "PYTHONPATH": os.pathsep.join((str(REPOSITORY), str(REPOSITORY / "init"))),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run(self, upload: Upload) -> Run:
        """Give the exercises an upload that the pipeline has processed; wait for the end."""
        outcome = self.lab.outcome_of(upload)
        main = self.lab.execution_of(outcome.job_id)
        stepfunctions = self.lab.client("stepfunctions")
        arn = stepfunctions.start_execution(
            stateMachineArn=self.state_machine_arn,
            name=f"test-{secrets.token_hex(8)}",
            input=main["input"],
        )["executionArn"]

        def look() -> dict[str, Any] | None:
            description: dict[str, Any] = stepfunctions.describe_execution(executionArn=arn)
            return None if description["status"] == "RUNNING" else description

        description = wait_until(f"the end of {arn}", look, within=3 * PATIENCE)
        return Run(description, read_history(stepfunctions, arn))

    def remove(self) -> None:
        """Take away what was added, so that other tests find the pipeline alone."""
        self.lab.client("stepfunctions").delete_state_machine(
            stateMachineArn=self.state_machine_arn
        )
        iam = self.lab.client("iam")
        roles = [function.role_name for function in provisioning.FUNCTIONS]
        for role in (*roles, provisioning.STATE_MACHINE_ROLE):
            for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
                iam.delete_role_policy(RoleName=role, PolicyName=policy)
            iam.delete_role(RoleName=role)
        for function in provisioning.FUNCTIONS:
            self.lab.client("lambda").delete_function(FunctionName=function.name)
            self.lab.client("logs").delete_log_group(logGroupName=function.log_group)


class Run:
    """One execution of the exercises that has ended."""

    def __init__(self, description: dict[str, Any], history: list[dict[str, Any]]) -> None:
        self.history = history
        assert description["status"] == "SUCCEEDED", (description, self.entered)
        self.output: dict[str, Any] = json.loads(description["output"])

    @property
    def entered(self) -> list[str]:
        """The states it entered, in order."""
        return [
            event["stateEnteredEventDetails"]["name"]
            for event in self.history
            if "stateEnteredEventDetails" in event
        ]

    def event(self, kind: str, state: str) -> dict[str, Any]:
        """The first event of this kind for a state."""
        details = "stateEnteredEventDetails" if "Entered" in kind else "stateExitedEventDetails"
        return next(
            event
            for event in self.history
            if event["type"] == kind and event[details]["name"] == state
        )

    def branch_ids(self, what: str) -> list[int]:
        """The places in the history at which the two branches were `Entered` or `Exited`."""
        branches = ("ValidateSchema", "CheckFileSize")
        return [int(self.event(f"TaskState{what}", branch)["id"]) for branch in branches]


@pytest.fixture(scope="module")
def exercise(lab: LabUnderTest) -> Iterator[Exercise]:
    """The exercises, added to the lab and taken away at the end."""
    added = Exercise(lab)
    added.provision()
    try:
        yield added
    finally:
        added.remove()


def file_of(size: int) -> GeneratedSales:
    """A valid file of exactly this many bytes: sales, then empty lines, which do not count."""
    sales = sales_of(size // 80, seed=size)
    assert len(sales.body) <= size
    sales.body += b"\n" * (size - len(sales.body))
    return sales


def test_34_schema_and_size_are_checked_in_parallel(exercise: Exercise) -> None:
    upload = exercise.lab.upload("sample_sales.csv", SAMPLE_SALES)

    runs = [exercise.run(upload)]
    # Branches that start together need not overlap: a busy machine may start one late, after a
    # quick function has answered in the other. Where one waits for the other they never do.
    while not branches_overlap(runs[-1]) and len(runs) < RUNS_TO_OVERLAP:
        runs.append(exercise.run(upload))

    assert branches_overlap(runs[-1]), f"one branch waited for the other in all {len(runs)} runs"
    for run in runs:
        checks = {"schema_valid": True, "file_size_bytes": len(SAMPLE_SALES)}
        assert run.output["checks"] == checks
        began = run.event("ParallelStateEntered", "CheckSchemaAndSize")["id"]
        ended = run.event("ParallelStateExited", "CheckSchemaAndSize")["id"]
        assert began < min(run.branch_ids("Entered"))
        assert max(run.branch_ids("Exited")) < ended


def branches_overlap(run: Run) -> bool:
    """Whether each branch was entered before the other was left."""
    return max(run.branch_ids("Entered")) < min(run.branch_ids("Exited"))


def test_34_a_file_above_1_mib_waits_before_it_is_transformed(exercise: Exercise) -> None:
    upload = exercise.lab.upload("large.csv", file_of(ONE_MIB + 1).body)

    run = exercise.run(upload)

    assert run.output["checks"]["file_size_bytes"] == ONE_MIB + 1
    assert run.entered.index("WaitBeforeTransform") < run.entered.index("TransformData")
    began = run.event("WaitStateEntered", "WaitBeforeTransform")["timestamp"]
    ended = run.event("WaitStateExited", "WaitBeforeTransform")["timestamp"]
    # Timestamps are cut to milliseconds.
    waited = (ended - began).total_seconds() + 0.01
    assert waited >= provisioning.wait_seconds(exercise.lab.settings)


def test_34_a_file_of_exactly_1_mib_does_not_wait(exercise: Exercise) -> None:
    upload = exercise.lab.upload("exact.csv", file_of(ONE_MIB).body)

    run = exercise.run(upload)

    assert run.output["checks"]["file_size_bytes"] == ONE_MIB
    assert "WaitBeforeTransform" not in run.entered


def test_34_the_sums_of_the_products_make_the_total(exercise: Exercise) -> None:
    sales = sales_of(500, seed=34)
    upload = exercise.lab.upload("products.csv", sales.body)

    run = exercise.run(upload)

    sums = {each["product"]: each["revenue_satang"] for each in run.output["products"]}
    assert sums == {name: int(revenue * 100) for name, revenue in sales.products.items()}
    assert run.entered.count("SummariseProduct") == len(sales.products)
    assert run.output["totals"] == {
        "products_total_satang": int(sales.revenue * 100),
        "file_total_satang": int(sales.revenue * 100),
        "totals_match": True,
    }


def test_34_the_exercises_add_no_outcome_and_no_mail(exercise: Exercise) -> None:
    upload = exercise.lab.upload("alone.csv", SAMPLE_SALES)
    outcome = exercise.lab.outcome_of(upload)
    exercise.lab.mail_of(outcome.job_id)

    exercise.run(upload)

    assert [each.key for each in exercise.lab.outcomes(upload.key)] == [outcome.key]
    assert len(exercise.lab.mails_of(outcome.job_id)) == 1
    exercise.lab.assert_every_promise_is_kept([upload])


def test_adding_the_exercises_again_changes_nothing(exercise: Exercise) -> None:
    assert "done: 0 of 23 resources changed" in exercise.provision()
