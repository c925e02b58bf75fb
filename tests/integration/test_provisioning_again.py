"""Provisioning again: nothing changes where nothing differs, and what differs is put back.

These tests work in an account of their own (the emulator takes a 12-digit access key for the
account's number), so that they may spoil it without spoiling the other tests' lab.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lab.running import SECRET_KEY, RunningLab
from provision.settings import CSV_PROCESSOR, CSV_VALIDATOR, PARSE_CSV
from provision.target import unless_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.lab_under_test import LabUnderTest

ACCOUNT = "111122223333"
REPOSITORY = Path(__file__).parents[2]
SECONDS_LIMIT = 120


@dataclass(frozen=True)
class Run:
    """One run of the provisioner."""

    status: int
    output: str
    errors: str
    seconds: float

    @property
    def last_line(self) -> str:
        return self.output.splitlines()[-1]


class OwnAccount(RunningLab):
    """An account that no other test uses, provisioned by `python -m provision`."""

    def __init__(self, lab: RunningLab, number: str = ACCOUNT) -> None:
        super().__init__(replace(lab.record, variables={}), number)
        self._environment = {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": number,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_DEFAULT_REGION": self.region,
            **self.record.variables_of(number),
        }

    def provision(self, *action: str, **environment: str) -> Run:
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "provision", *action],
            env={
                **os.environ,
                **self._environment,
                "PYTHONPATH": str(REPOSITORY / "init"),
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=SECONDS_LIMIT,
            check=False,
        )
        return Run(done.returncode, done.stdout, done.stderr, time.monotonic() - started)

    def plan(self, **environment: str) -> dict[str, Any]:
        """What the provisioner says it would do."""
        run = self.provision("plan", **environment)
        assert run.status == 0, run.errors
        planned: dict[str, Any] = json.loads(run.output)
        return planned

    def event_source(self) -> dict[str, Any]:
        answer = self.client("lambda").list_event_source_mappings(FunctionName=CSV_PROCESSOR)
        (mapping,) = answer["EventSourceMappings"]
        found: dict[str, Any] = mapping
        return found


@pytest.fixture(scope="module")
def first_run() -> list[Run]:
    """Holds the run that filled the account."""
    return []


@pytest.fixture(scope="module")
def account(lab: LabUnderTest, first_run: list[Run]) -> Iterator[OwnAccount]:
    """The account, provisioned once; emptied of all that works at the end."""
    own = OwnAccount(lab)
    # Otherwise it would be the lab's own account that is emptied at the end.
    assert own.client("sts").get_caller_identity()["Account"] == own.account, "one account only"
    try:
        first_run.append(own.provision())
        assert first_run[0].status == 0, first_run[0].errors
        yield own
    finally:
        empty(own)


def empty(own: OwnAccount) -> None:
    functions, s3 = own.client("lambda"), own.client("s3")
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        functions.delete_event_source_mapping(UUID=mapping["UUID"])
    for bucket in (own.settings.raw_bucket, own.settings.processed_bucket):
        for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            s3.delete_object(Bucket=bucket, Key=entry["Key"])
        s3.delete_bucket(Bucket=bucket)
    for function in functions.list_functions()["Functions"]:
        functions.delete_function(FunctionName=function["FunctionName"])
    own.client("cloudwatch").delete_alarms(AlarmNames=[each.name for each in own.settings.alarms])
    own.client("stepfunctions").delete_state_machine(stateMachineArn=own.arns.state_machine)
    own.client("sns").delete_topic(TopicArn=own.arns.topic)
    sqs = own.client("sqs")
    for url in sqs.list_queues().get("QueueUrls", []):
        sqs.delete_queue(QueueUrl=url)
    logs = own.client("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        logs.delete_log_group(logGroupName=group["logGroupName"])
    iam = own.client("iam")
    for role in iam.list_roles()["Roles"]:
        for policy in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]:
            iam.delete_role_policy(RoleName=role["RoleName"], PolicyName=policy)
        iam.delete_role(RoleName=role["RoleName"])


# What the account holds ----------------------------------------------------------------------

# What moves by itself: counters, and the states that follow what happens.
RESTLESS = {
    "ResponseMetadata",
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
    "State",
    "StateValue",
    "StateReason",
    "StateReasonData",
    "StateUpdatedTimestamp",
    "StateTransitionedTimestamp",
    "StateTransitionReason",
    "LastProcessingResult",
    "storedBytes",
    "HostId",
    "VersionId",
}
# What says when a resource was last written: equal only where nothing was written at all.
WRITTEN = {
    "LastModified",
    "LastModifiedTimestamp",
    "RevisionId",
    "revisionId",
    "updateDate",
    "AlarmConfigurationUpdatedTimestamp",
    "CreatedTimestamp",
    "creationTime",
    "LastUpdateStatus",
    "CodeSize",
}


def without(names: set[str], value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without(names, each) for key, each in value.items() if key not in names}
    if isinstance(value, list):
        return [without(names, each) for each in value]
    return value


def contents(own: OwnAccount) -> dict[str, Any]:
    """Everything that AWS tells of the account's resources, by resource."""
    found: dict[str, Any] = {}
    for read in (_roles, _buckets, _queues, _functions, _workflow_and_topic, _observation, _logs):
        found |= read(own)
    found = without(RESTLESS, found)
    assert len(found) > 40, "the account is not provisioned"
    return found


def _roles(own: OwnAccount) -> dict[str, Any]:
    iam = own.client("iam")
    found: dict[str, Any] = {}
    for role in iam.list_roles()["Roles"]:
        name = role["RoleName"]
        found[f"role {name}"] = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            answer = iam.get_role_policy(RoleName=name, PolicyName=policy)
            found[f"policy {policy} of {name}"] = answer["PolicyDocument"]
    return found


def _buckets(own: OwnAccount) -> dict[str, Any]:
    s3 = own.client("s3")
    found: dict[str, Any] = {}
    for bucket in (own.settings.raw_bucket, own.settings.processed_bucket):
        listing = s3.list_objects_v2(Bucket=bucket)
        found[bucket] = [
            s3.get_bucket_location(Bucket=bucket),
            s3.get_public_access_block(Bucket=bucket),
            s3.get_bucket_versioning(Bucket=bucket),
            s3.get_bucket_lifecycle_configuration(Bucket=bucket),
            s3.get_bucket_notification_configuration(Bucket=bucket),
            listing.get("Contents", []),
        ]
    return found


def _queues(own: OwnAccount) -> dict[str, Any]:
    sqs = own.client("sqs")
    found: dict[str, Any] = {}
    for url in sqs.list_queues()["QueueUrls"]:
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        found[url] = answer["Attributes"]
    return found


def _functions(own: OwnAccount) -> dict[str, Any]:
    client = own.client("lambda")
    found: dict[str, Any] = {
        f"function {name}": client.get_function_configuration(FunctionName=name)
        for name in own.settings.functions
    }
    validator = {"FunctionName": CSV_VALIDATOR}
    found["permission"] = unless_missing(
        lambda: json.loads(client.get_policy(**validator)["Policy"]), "ResourceNotFoundException"
    )
    found["failure destination"] = client.get_function_event_invoke_config(**validator)
    found["event source"] = own.event_source()
    return found


def _workflow_and_topic(own: OwnAccount) -> dict[str, Any]:
    sns = own.client("sns")
    subscriptions = sns.list_subscriptions_by_topic(TopicArn=own.arns.topic)["Subscriptions"]
    return {
        "state machine": own.client("stepfunctions").describe_state_machine(
            stateMachineArn=own.arns.state_machine
        ),
        "topic": sns.get_topic_attributes(TopicArn=own.arns.topic)["Attributes"]["Policy"],
        "topic name": sns.get_topic_attributes(TopicArn=own.arns.topic)["Attributes"][
            "DisplayName"
        ],
        "subscriptions": sorted((each["Protocol"], each["Endpoint"]) for each in subscriptions),
    }


def _observation(own: OwnAccount) -> dict[str, Any]:
    cloudwatch = own.client("cloudwatch")
    found: dict[str, Any] = {
        f"alarm {alarm['AlarmName']}": alarm
        for alarm in cloudwatch.describe_alarms()["MetricAlarms"]
    }
    name = own.settings.dashboard_name
    body = cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"]
    found["dashboard"] = json.loads(body)
    found["dashboard written"] = [
        {"LastModified": entry["LastModified"]}
        for entry in cloudwatch.list_dashboards(DashboardNamePrefix=name)["DashboardEntries"]
    ]
    return found


def _logs(own: OwnAccount) -> dict[str, Any]:
    logs = own.client("logs")
    found: dict[str, Any] = {
        group["logGroupName"]: group.get("retentionInDays")
        for group in logs.describe_log_groups()["logGroups"]
    }
    for each in logs.describe_metric_filters()["metricFilters"]:
        found[f"metric filter {each['filterName']}"] = each
    return found


# The tests -----------------------------------------------------------------------------------


def test_50_provisioning_twice_changes_nothing_and_takes_less_time_than_the_first(
    account: OwnAccount, first_run: list[Run]
) -> None:
    before = contents(account)
    second = account.provision()
    assert second.status == 0, second.errors
    assert " created" not in second.output
    assert " updated" not in second.output
    assert "done: 0 of " in second.last_line
    assert contents(account) == before
    assert second.seconds < first_run[0].seconds


def test_50_a_setting_changed_by_hand_is_put_back_and_named(account: OwnAccount) -> None:
    url = account.queue_url("pipeline-main-queue")
    sqs = account.client("sqs")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "43"})
    run = account.provision()
    assert run.status == 0, run.errors
    assert "1 updated (pipeline-main-queue)" in run.output
    assert "done: 1 of " in run.last_line
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
    expected = str(account.settings.main_queue.visibility_seconds)
    assert attributes["Attributes"]["VisibilityTimeout"] == expected


def named(changes: list[dict[str, Any]]) -> list[str]:
    return [change["resource"] for change in changes]


def test_a_plan_for_an_empty_account_creates_everything_and_touches_nothing(
    account: OwnAccount, first_run: list[Run]
) -> None:
    nobody = OwnAccount(account, "444455556666")
    planned = nobody.plan()
    assert (planned["update"], planned["replace"]) == ([], [])
    # S3 makes each bucket closed to the public and unversioned.
    assert planned["unchanged"] == 4
    assert f" of {len(planned['create']) + 4} resources" in first_run[0].last_line
    assert nobody.client("sqs").list_queues().get("QueueUrls", []) == []
    assert nobody.client("lambda").list_functions()["Functions"] == []
    assert nobody.client("iam").list_roles()["Roles"] == []


def test_a_plan_tells_what_was_changed_by_hand_from_what_is_to_be_different(
    account: OwnAccount,
) -> None:
    assert account.provision().status == 0
    sqs, url = account.client("sqs"), account.queue_url("pipeline-dlq")
    other = "workshop" if account.settings.profile.name == "quick" else "quick"

    by_settings = account.plan(LAB_PROFILE=other)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "43"})
    before = contents(account)
    by_hand = account.plan()

    assert contents(account) == before
    assert by_settings["replace"] == []
    assert "pipeline-main-queue" in named(by_settings["update"])
    assert by_hand["update"] == []
    assert by_hand["replace"] == [
        {"resource": "pipeline-dlq", "differences": ['VisibilityTimeout: "43" → "30"']}
    ]
    assert account.provision().status == 0
    assert account.plan()["replace"] == []


def test_each_kind_of_resource_changed_by_hand_is_planned_to_be_replaced_not_updated(
    account: OwnAccount,
) -> None:
    assert account.provision().status == 0
    for spoil in SPOILERS:
        spoil(account)
    planned = account.plan()
    assert planned["update"] == []
    assert {
        f"policy of pipeline-{PARSE_CSV}-role",
        f"lifecycle of {account.settings.raw_bucket}",
        "pipeline-notifications-queue",
        f"code of {PARSE_CSV}",
        PARSE_CSV,
        f"event source of {CSV_PROCESSOR}",
        account.settings.state_machine_name,
        account.settings.topic_name,
        account.settings.dashboard_name,
        "metric filter FilesValid",
    } <= set(named(planned["replace"]))
    assert {
        f"trigger of {account.settings.raw_bucket}",
        "folder marker failed/",
        f"permission of S3 on {CSV_VALIDATOR}",
        "sqs subscription",
        account.settings.dlq_alarm.name,
    } == set(named(planned["create"]))
    assert account.provision().status == 0


def spoil_iam(own: OwnAccount) -> None:
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["s3:*"], "Resource": ["*"]}],
    }
    iam = own.client("iam")
    role = f"pipeline-{PARSE_CSV}-role"
    (policy,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))


def spoil_s3(own: OwnAccount) -> None:
    s3, raw = own.client("s3"), own.settings.raw_bucket
    s3.put_public_access_block(
        Bucket=raw, PublicAccessBlockConfiguration={"BlockPublicAcls": False}
    )
    forever = {
        "ID": "mine",
        "Status": "Disabled",
        "Filter": {"Prefix": ""},
        "Expiration": {"Days": 9},
    }
    s3.put_bucket_lifecycle_configuration(Bucket=raw, LifecycleConfiguration={"Rules": [forever]})
    s3.put_bucket_notification_configuration(Bucket=raw, NotificationConfiguration={})
    s3.delete_object(Bucket=raw, Key="failed/")


def spoil_sqs(own: OwnAccount) -> None:
    own.client("sqs").set_queue_attributes(
        QueueUrl=own.queue_url("pipeline-notifications-queue"), Attributes={"Policy": ""}
    )


def spoil_lambda(own: OwnAccount) -> None:
    client = own.client("lambda")
    client.update_function_configuration(
        FunctionName=PARSE_CSV, Timeout=3, Environment={"Variables": {"MAX_FILE_BYTES": "1"}}
    )
    client.get_waiter("function_updated_v2").wait(FunctionName=PARSE_CSV)
    client.update_function_code(FunctionName=PARSE_CSV, ZipFile=_zip_of_nothing())
    client.get_waiter("function_updated_v2").wait(FunctionName=PARSE_CSV)
    client.update_function_event_invoke_config(FunctionName=CSV_VALIDATOR, MaximumRetryAttempts=0)
    policy = json.loads(client.get_policy(FunctionName=CSV_VALIDATOR)["Policy"])
    client.remove_permission(FunctionName=CSV_VALIDATOR, StatementId=policy["Statement"][0]["Sid"])


def _zip_of_nothing() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("nothing.py", "")
    return buffer.getvalue()


def spoil_event_source(own: OwnAccount) -> None:
    own.client("lambda").update_event_source_mapping(UUID=own.event_source()["UUID"], BatchSize=1)


def spoil_step_functions(own: OwnAccount) -> None:
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    own.client("stepfunctions").update_state_machine(
        stateMachineArn=own.arns.state_machine, definition=json.dumps(definition)
    )


def spoil_sns(own: OwnAccount) -> None:
    sns = own.client("sns")
    sns.set_topic_attributes(
        TopicArn=own.arns.topic, AttributeName="DisplayName", AttributeValue="Mine"
    )
    for each in sns.list_subscriptions_by_topic(TopicArn=own.arns.topic)["Subscriptions"]:
        if each["Protocol"] == "sqs":
            sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])


def spoil_cloudwatch(own: OwnAccount) -> None:
    cloudwatch = own.client("cloudwatch")
    cloudwatch.put_dashboard(
        DashboardName=own.settings.dashboard_name, DashboardBody=json.dumps({"widgets": []})
    )
    cloudwatch.delete_alarms(AlarmNames=[own.settings.dlq_alarm.name])


def spoil_logs(own: OwnAccount) -> None:
    logs, group = own.client("logs"), f"/aws/lambda/{CSV_VALIDATOR}"
    logs.put_retention_policy(logGroupName=group, retentionInDays=1)
    logs.put_metric_filter(
        logGroupName=group,
        filterName="FilesValid",
        filterPattern="",
        metricTransformations=[
            {"metricName": "FilesValid", "metricNamespace": "CSVPipeline", "metricValue": "2"}
        ],
    )


SPOILERS = (
    spoil_iam,
    spoil_s3,
    spoil_sqs,
    spoil_lambda,
    spoil_event_source,
    spoil_step_functions,
    spoil_sns,
    spoil_cloudwatch,
    spoil_logs,
)


def test_50_whatever_was_changed_by_hand_is_put_back(account: OwnAccount) -> None:
    before = without(WRITTEN, contents(account))
    for spoil in SPOILERS:
        untouched = contents(account)
        spoil(account)
        assert contents(account) != untouched, f"{spoil.__name__} changed nothing"
    run = account.provision()
    assert run.status == 0, run.errors
    after = without(WRITTEN, contents(account))
    different = {name for name in before | after if before.get(name) != after.get(name)}
    assert different == set(), f"not put back:\n{run.output}"


def test_a_setting_that_can_t_be_used_ends_the_run_with_one_sentence(account: OwnAccount) -> None:
    run = account.provision(LAB_STUDENT="Somchai!")
    assert run.status == 1
    assert run.output == ""
    (line,) = run.errors.splitlines()
    assert line.startswith("provision: failed: LAB_STUDENT is 'Somchai!'")


def test_an_endpoint_that_does_not_answer_ends_the_run_with_one_sentence(
    account: OwnAccount,
) -> None:
    run = account.provision(AWS_ENDPOINT_URL="http://127.0.0.1:1", AWS_MAX_ATTEMPTS="1")
    assert run.status == 1
    (line,) = run.errors.splitlines()
    assert line.startswith("provision: failed: ")
    assert "http://127.0.0.1:1" in line
