"""The CloudFormation template makes what the provisioner makes, but for a written list."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from lab.provisioner import Provisioner
from provision.logs import COUNTED_EVENTS
from provision.settings import Settings
from provision.template import write_template
from provision.waiting import HopelessError, wait_until
from tests.integration.lab_under_test import LabUnderTest
from tests.integration.sales_files import SAMPLE_SALES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACCOUNT = "666677778888"
STACK = "csv-pipeline"
DEPLOY_SECONDS = 280
CODE_BUCKET = f"code-{ACCOUNT}"

ALLOWED = {
    "folder marker uploads/": "CloudFormation makes no objects",
    "folder marker failed/": "CloudFormation makes no objects",
}
"""What the provisioner may still change after the template, with the reason."""

FUNCTIONS = tuple(Settings().functions)
SKIPPED_BY_LOCALSTACK = {
    **{f"/aws/lambda/{name}": "no retention of a log group" for name in FUNCTIONS},
    **{f"tags of /aws/lambda/{name}": "no tags on a log group" for name in FUNCTIONS},
    **{f"metric filter {name}": "no metric filters" for name in COUNTED_EVENTS},
    **{f"tags of {alarm.name}": "no tags on an alarm" for alarm in Settings().alarms},
    f"lifecycle of pipeline-raw-student-{ACCOUNT}": "no lifecycle of a bucket",
    f"lifecycle of pipeline-processed-student-{ACCOUNT}": "no lifecycle of a bucket",
    "csv-pipeline-dashboard": "no dashboards",
    "tags of ProcessCSVWorkflow": "no tags on a state machine",
    "permission of S3 on csv-validator": "no SourceAccount of a permission",
}
"""The same, where LocalStack's CloudFormation is the reason."""


@contextmanager
def stack_in(own: LabUnderTest, folder: Path) -> Iterator[LabUnderTest]:
    """Deploy the template, and destroy all of it at the end."""
    files = write_template(own.settings, folder)
    s3, cloudformation = own.client("s3"), own.client("cloudformation")
    s3.create_bucket(
        Bucket=CODE_BUCKET, CreateBucketConfiguration={"LocationConstraint": own.region}
    )
    for file in files[1:]:
        s3.upload_file(str(file), CODE_BUCKET, file.name)
    cloudformation.create_stack(
        StackName=STACK,
        TemplateBody=files[0].read_text("utf-8"),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Parameters=[{"ParameterKey": "CodeBucket", "ParameterValue": CODE_BUCKET}],
    )

    def status() -> bool:
        (stack,) = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
        said: str = stack["StackStatus"]
        if said.endswith("FAILED") or "ROLLBACK" in said:
            raise HopelessError(said)
        return said == "CREATE_COMPLETE"

    def failures() -> str:
        events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
        failed = [each for each in events if each["ResourceStatus"].endswith("FAILED")]
        return json.dumps(failed, default=str, indent=1)

    try:
        wait_until("the stack", status, within=DEPLOY_SECONDS, every=1, seen=failures)
        yield own
    finally:
        rest = Provisioner("provision", own).destroy(lambda _: None, is_dry_run=False)
        for file in files[1:]:
            s3.delete_object(Bucket=CODE_BUCKET, Key=file.name)
        s3.delete_bucket(Bucket=CODE_BUCKET)
    assert rest.left == ()


@pytest.mark.target
@pytest.mark.timeout(600)
def test_after_the_template_the_provisioner_changes_only_what_is_allowed(
    lab: LabUnderTest, tmp_path: Path
) -> None:
    with stack_in(LabUnderTest(lab.record, ACCOUNT), tmp_path) as own:
        plan = Provisioner("provision", own).plan()
        changes: dict[str, Any] = {
            change.resource: change.differences
            for change in (*plan.create, *plan.update, *plan.replace)
        }
        unexpected = {
            name: told
            for name, told in changes.items()
            if name not in ALLOWED | SKIPPED_BY_LOCALSTACK
        }
        assert unexpected == {}
        assert plan.unchanged > 40
        assert changes.keys() == (ALLOWED | SKIPPED_BY_LOCALSTACK).keys(), "the list is too long"
        Provisioner("provision", own).apply(lambda _: None)
        assert Provisioner("provision", own).plan().changes == 0
        outcome = own.outcome_of(own.upload("sales.csv", SAMPLE_SALES))
        assert outcome.key.startswith(own.settings.processed_prefix)
