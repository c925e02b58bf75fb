"""Two more accounts in the lab, each with the whole pipeline, beside the first and unseen by it.

Whatever AWS keeps by account is the account's own here: files, mails, metrics, alarms, faults, the
IAM journal, the lifecycle's clock. Both are provisioned as a student does it, by `scripts/lab
deploy --account`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from lab.chosen import FIRST_ACCOUNT
from lab.promise.evidence import read_mails, read_metric_totals
from tests.integration.chaos import fault
from tests.integration.other_account import COMMAND_SECONDS, REPOSITORY, command, deployed
from tests.integration.sales_files import BAD_SCHEMA, SAMPLE_SALES
from tests.waiting import PATIENCE, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lab.promise.evidence import Outcome
    from tests.integration.lab_under_test import LabUnderTest, Upload

SECOND, THIRD = "222222222222", "333333333333"


@dataclass(frozen=True)
class Account:
    """One of the two, with a good and a bad file that went through its pipeline."""

    lab: LabUnderTest
    good: Upload
    bad: Upload

    @property
    def uploads(self) -> list[Upload]:
        return [self.good, self.bad]

    @property
    def outcomes(self) -> list[Outcome]:
        return self.lab.outcomes_of(self.uploads)


def settled(own: LabUnderTest) -> Account:
    """Put a good and a bad file into an account."""
    return Account(own, own.upload("good.csv", SAMPLE_SALES), own.upload("bad.csv", BAD_SCHEMA))


@pytest.fixture(scope="module")
def accounts(lab: LabUnderTest) -> Iterator[dict[str, Account]]:
    with deployed(lab, SECOND) as second, deployed(lab, THIRD) as third:
        yield {SECOND: settled(second), THIRD: settled(third)}


@pytest.fixture(params=[SECOND, THIRD])
def account(request: pytest.FixtureRequest, accounts: dict[str, Account]) -> Account:
    return accounts[request.param]


@pytest.fixture
def second(accounts: dict[str, Account]) -> Account:
    return accounts[SECOND]


@pytest.fixture
def third(accounts: dict[str, Account]) -> Account:
    return accounts[THIRD]


def test_each_account_s_files_have_their_outcome_and_their_mail(account: Account) -> None:
    good, bad = account.outcomes
    assert (good.kind, bad.kind, bad.reason) == ("processed", "failed", "missing_columns")
    account.lab.assert_every_promise_is_kept(account.uploads)


def test_each_account_has_its_own_mails_only(
    lab: LabUnderTest, second: Account, third: Account
) -> None:
    for account, other in ((second, third), (third, second)):
        for outcome in account.outcomes:
            account.lab.mail_of(outcome.job_id)
            assert not other.lab.mails_of(outcome.job_id)
            assert not lab.mails_of(outcome.job_id)


def test_a_failure_sets_off_the_alarm_of_its_account_which_sends_a_mail(account: Account) -> None:
    name = account.lab.settings.execution_failures_alarm.name
    period = timedelta(seconds=account.lab.settings.execution_failures_alarm.period_seconds)

    def look() -> list[str]:
        mails = read_mails(account.lab)
        return [each.text for each in mails if name in each.subject and "ALARM" in each.subject]

    texts = wait_until(f"the mail of {name}", look, within=PATIENCE + 4 * period.total_seconds())
    assert account.lab.account in texts[0]


def test_metrics_count_in_the_account_they_happened_in(account: Account) -> None:
    wanted = {"ExecutionsStarted": 2.0, "ExecutionsSucceeded": 1.0, "ExecutionsFailed": 1.0}
    dimensions = {"StateMachineArn": account.lab.arns.state_machine}
    cloudwatch = account.lab.client("cloudwatch")

    def look() -> bool:
        return read_metric_totals(cloudwatch, "AWS/States", list(wanted), dimensions) == wanted

    # The fault's file comes later and would be counted too.
    assert account.outcomes
    wait_until("both executions in AWS/States", look)


def test_the_dashboard_draws_what_the_account_s_own_pipeline_measures(account: Account) -> None:
    cloudwatch = account.lab.client("cloudwatch")
    name = account.lab.settings.dashboard_name
    body = json.loads(cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"])
    drawn = json.dumps(body)
    assert account.lab.arns.state_machine in drawn
    assert FIRST_ACCOUNT not in drawn


READING = [
    (("status",), "1 processed"),
    (("runs",), "good.csv"),
    (("inbox", "--subjects"), "good.csv"),
    (("alarms",), "pipeline-execution-failures"),
    (("iam",), "pipeline-parse-csv-role"),
    (("dlq",), "is empty"),
    (("logs", "csv-validator"), "file_validated"),
    (("chaos", "list"), "Nothing is faulty"),
    (("clock",), "0 days ahead"),
    (("verify",), "2 uploads = 1 results + 1 failures, 2 mails"),
]


@pytest.mark.parametrize(("words", "shows"), READING, ids=[row[0][0] for row in READING])
def test_a_command_reads_the_account_it_is_told(
    lab: LabUnderTest, third: Account, words: tuple[str, ...], shows: str
) -> None:
    third.lab.assert_every_promise_is_kept(third.uploads)
    assert shows in command(lab, THIRD, *words)


def test_a_job_of_the_account_is_shown_and_its_result_printed(
    lab: LabUnderTest, third: Account
) -> None:
    job = third.outcomes[0].job_id
    assert "TransformData" in command(lab, THIRD, "run", job)
    assert json.loads(command(lab, THIRD, "result", job))["job_id"] == job


def test_deploying_again_changes_nothing(lab: LabUnderTest, third: Account) -> None:
    assert third.outcomes
    assert "Nothing to change: all " in command(lab, THIRD, "deploy")


def test_no_account_reads_the_files_of_another(second: Account, third: Account) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        second.lab.client("s3").get_object(
            Bucket=third.lab.settings.processed_bucket, Key=third.outcomes[0].key
        )


def test_a_bucket_name_of_another_account_is_refused_with_what_to_do(lab: LabUnderTest) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "provision"],
        env={
            **os.environ,
            "PYTHONPATH": str(REPOSITORY / "init"),
            "LAB_SUFFIX": lab.settings.suffix,
            "AWS_ENDPOINT_URL": lab.endpoint,
            "AWS_ACCESS_KEY_ID": "444444444444",
            "AWS_SECRET_ACCESS_KEY": "test",
        },
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
    assert done.returncode == 1
    assert "belongs to another account" in done.stderr
    assert "choose another LAB_SUFFIX" in done.stderr


# Last, for these add a file to the second account.


def test_a_file_of_another_account_s_bucket_is_refused_and_the_execution_ends(
    second: Account, third: Account
) -> None:
    """Its roles may read its own bucket only: the run ends FAILED, with AWS's reason."""
    now = datetime.now(UTC).isoformat()
    execution = second.lab.start_by_hand(
        {
            "job_id": "test-job-other-account",
            "source_bucket": third.lab.settings.raw_bucket,
            "source_key": "uploads/any.csv",
            "destination_bucket": second.lab.settings.processed_bucket,
            "submitted_at": now,
        }
    )
    assert execution["status"] == "FAILED"


def test_a_fault_in_one_account_leaves_the_others_in_peace(second: Account, third: Account) -> None:
    role = second.lab.settings.functions["parse-csv"].role_name
    own = {"kind": "throttle", "target": "s3", "role": role, "calls": 2}
    with fault(second.lab, account=SECOND, **own) as struck:
        calm = third.lab.upload("calm.csv", SAMPLE_SALES)
        third.lab.outcome_of(calm)
        assert struck.struck() == 0
        second.lab.outcome_of(second.lab.upload("struck.csv", SAMPLE_SALES))
        assert struck.is_over()


def test_a_file_that_is_uploaded_by_the_command_goes_through_the_account_s_pipeline(
    lab: LabUnderTest, second: Account, tmp_path: Path
) -> None:
    file = tmp_path / "by-command.csv"
    file.write_bytes(SAMPLE_SALES)
    shown = command(lab, SECOND, "upload", str(file), "--expect", "processed", "--json")
    (upload,) = json.loads(shown)
    (outcome,) = second.lab.outcomes(upload["key"])
    assert outcome.key == upload["output_key"]
    assert not lab.outcomes(upload["key"])
