"""Provision, plan and destroy on moto, in this process and as if it were AWS itself."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.loaders import create_loader
from moto import mock_aws

from provision import buckets, command_line, functions, pipeline, policies, propagation, workflow
from provision.errors import ProvisionError
from provision.guard import SERVICES
from provision.pipeline import GROUPS, destroy, plan, provision
from provision.settings import CSV_VALIDATOR, PARSE_CSV, Settings
from provision.tags import read_tags, tags_of
from provision.target import Target
from tests.aws_models import complaints
from tests.recording import record_calls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provision.removals import Removals
    from tests.recording import Calls

ACCOUNT = "123456789012"
OURS = Settings(student="malee", suffix="7f3a", email="malee@example.org")
NOTHING = json.dumps(
    policies.document(policies.allow("None", ["s3:GetObject"], "arn:aws:s3:::x/y"))
)
READING = ("Describe", "Get", "Head", "List", "Validate")
LOST_BY_MOTO = ["pipeline-dlq"]
"""moto forgets the RedriveAllowPolicy of a queue."""

_LOADER = cache(create_loader)
"""Reads the models of the services once for all tests."""


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [name for name in os.environ if name.startswith(("AWS_", "LAB_"))]:
        monkeypatch.delenv(name)
    variables = {
        "LAB_ALLOW_AWS": ACCOUNT,
        "LAB_STUDENT": OURS.student,
        "LAB_SUFFIX": OURS.suffix,
        "LAB_EMAIL": OURS.email,
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    # moto runs no function, and validates no definition.
    monkeypatch.setattr(functions, "wait_until_active", lambda *_: None)
    monkeypatch.setattr(workflow, "_check", lambda *_: None)
    monkeypatch.setattr(pipeline, "_LAST_LOOK_SECONDS", 0)
    monkeypatch.setattr(botocore.session, "create_loader", _LOADER)
    with mock_aws(config={"core": {"service_whitelist": None}}):
        yield


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Every call of AWS from now on: service, operation and what was asked."""
    return record_calls(monkeypatch)


def opened() -> Target:
    """The account, by clients that the guard lets pass."""
    target = Target(OURS)
    assert target.arns.account == ACCOUNT
    return target


def up(settings: Settings = OURS, *, replace: bool = True) -> None:
    """Provision; what moto forgets counts as changed by hand."""
    provision(Target(settings), lambda _: None, replace=replace)


def down(settings: Settings = OURS, *, dry: bool = False) -> tuple[list[str], Removals]:
    """What was removed, and what is left."""
    reports: list[Any] = []
    rest = destroy(Target(settings, is_read_only=dry), reports.append)
    assert [report.error for report in reports if report.error] == []
    return [each for report in reports for each in report.removals.removed], rest


def writes(calls: Calls) -> list[str]:
    return [operation for _, operation, _ in calls if not operation.startswith(READING)]


def test_all_that_can_have_tags_has_them_and_provisioning_again_changes_nothing() -> None:
    up()
    target = Target(OURS)
    settings, arns = target.settings, target.arns
    names = settings.functions.values()
    tagged = [
        *(arns.role(each.role_name) for each in names),
        arns.role(settings.state_machine_role_name),
        *(arns.function(each.name) for each in names),
        *(arns.log_group(each.log_group) for each in names),
        *(arns.bucket(each) for each in (settings.raw_bucket, settings.processed_bucket)),
        *(arns.queue(q.name) for q in (settings.main_queue, settings.dlq)),
        arns.queue(settings.notifications_queue.name),
        arns.topic,
        arns.state_machine,
        *(arns.alarms(alarm.name) for alarm in settings.alarms),
    ]
    wanted = {"lab": "csv-report-processor", "lab-id": "malee-7f3a"}
    wanted |= {"created-by": "python -m provision"}
    assert {arn: read_tags(target, arn) for arn in tagged} == dict.fromkeys(tagged, wanted)

    planned = plan(Target(OURS, is_read_only=True))
    assert planned["create"] + planned["update"] == []
    assert [each["resource"] for each in planned["replace"]] == LOST_BY_MOTO


def test_a_plan_makes_no_call_that_writes(calls: Calls) -> None:
    planned = plan(Target(OURS, is_read_only=True))
    assert len(planned["create"]) > 50
    assert len(calls) > 30
    assert writes(calls) == []


def test_every_request_about_a_bucket_says_whose_it_must_be(calls: Calls) -> None:
    up()
    down()
    about = [(name, asked) for service, name, asked in calls if service == "s3"]
    about = [(name, asked) for name, asked in about if name != "CreateBucket"]
    assert len(about) > 30
    assert {name for name, asked in about if asked.get("ExpectedBucketOwner") != ACCOUNT} == set()


def test_every_call_fits_the_models_of_aws(calls: Calls) -> None:
    up()
    plan(Target(OURS, is_read_only=True))
    down()
    services = {service for service, _, _ in calls}
    assert services == {*SERVICES}
    assert [told for call in calls for told in complaints(*call)] == []


def test_destroying_removes_everything_and_doing_it_again_finds_nothing() -> None:
    up()
    would, _ = down(dry=True)
    planned = plan(Target(OURS, is_read_only=True))
    assert planned["create"] == [], "the dry run has removed something"

    removed, rest = down()
    assert removed == would
    assert (rest.removed, rest.kept) == ([], [])
    assert removed[0].startswith("trigger of ")
    assert removed[1].startswith("event source of ")
    assert len(plan(Target(OURS, is_read_only=True))["create"]) > 50
    assert down() == ([], rest)


def test_a_dry_run_makes_no_call_that_writes(calls: Calls) -> None:
    up()
    calls.clear()
    would, _ = down(dry=True)
    assert len(would) > 30
    assert writes(calls) == []


def test_what_has_our_names_without_our_tags_is_left_alone_and_named() -> None:
    others = opened()
    others.client("sqs").create_queue(QueueName="pipeline-dlq")
    others.client("sqs").create_queue(QueueName="pipeline-main-queue-2", tags=tags_of(OURS))
    others.client("s3").create_bucket(
        Bucket=OURS.raw_bucket,
        CreateBucketConfiguration={"LocationConstraint": OURS.region},
    )
    others.client("s3").put_object(Bucket=OURS.raw_bucket, Key="uploads/theirs.csv", Body=b"1")
    others.client("logs").create_log_group(logGroupName=f"/aws/lambda/{PARSE_CSV}")
    others.client("sns").create_topic(
        Name=OURS.topic_name,
        Tags=[
            {"Key": "lab", "Value": "csv-report-processor"},
            {"Key": "lab-id", "Value": "somchai-1"},
        ],
    )
    others.client("cloudwatch").put_dashboard(
        DashboardName=OURS.dashboard_name, DashboardBody='{"widgets": []}'
    )
    others.client("iam").create_role(
        RoleName=OURS.state_machine_role_name, AssumeRolePolicyDocument="{}"
    )

    removed, rest = down()

    assert removed == []
    assert rest.removed == []
    assert sorted(rest.kept) == sorted(
        [
            "pipeline-dlq",
            OURS.raw_bucket,
            f"/aws/lambda/{PARSE_CSV}",
            OURS.topic_name,
            OURS.dashboard_name,
            OURS.state_machine_role_name,
        ]
    )
    assert others.client("s3").list_objects_v2(Bucket=OURS.raw_bucket)["KeyCount"] == 1
    assert len(others.client("sqs").list_queues()["QueueUrls"]) == 2


def test_buckets_are_emptied_of_versions_markers_and_incomplete_uploads() -> None:
    up()
    s3, bucket = opened().client("s3"), OURS.raw_bucket
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for number in range(3):
        s3.put_object(Bucket=bucket, Key="uploads/a.csv", Body=b"%d" % number)
    s3.delete_object(Bucket=bucket, Key="uploads/a.csv")
    for number in range(20):
        s3.put_object(Bucket=bucket, Key=f"failed/{number}", Body=b"")
    s3.create_multipart_upload(Bucket=bucket, Key="uploads/large.csv")

    _, rest = down()

    assert rest.removed == []
    assert s3.list_buckets()["Buckets"] == []


def test_a_role_goes_with_policies_that_were_added_by_hand() -> None:
    up()
    iam, role = opened().client("iam"), OURS.functions[CSV_VALIDATOR].role_name
    iam.put_role_policy(RoleName=role, PolicyName="mine", PolicyDocument=NOTHING)
    made = iam.create_policy(PolicyName="own", PolicyDocument=NOTHING)
    iam.attach_role_policy(RoleName=role, PolicyArn=made["Policy"]["Arn"])
    down()
    assert iam.list_roles()["Roles"] == []


@pytest.mark.parametrize("group", ["buckets", "functions"])
def test_a_half_finished_up_is_removed(group: str) -> None:
    def fail(*_: object) -> None:
        raise OSError(group)

    broken = [
        each if each.name != group else pipeline.Group(group, (fail,), needs=each.needs)
        for each in GROUPS
    ]
    with pytest.raises(ProvisionError, match=group):
        provision(Target(OURS), lambda _: None, broken)
    _, rest = down()
    assert (rest.removed, rest.kept) == ([], [])


def test_in_an_emulator_a_lab_of_before_the_tags_is_given_them_without_asking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Target, "is_aws", False)
    up()
    target = opened()
    sqs = target.client("sqs")
    url = sqs.get_queue_url(QueueName="pipeline-main-queue")["QueueUrl"]
    sqs.untag_queue(QueueUrl=url, TagKeys=list(tags_of(OURS)))
    sqs.tag_queue(QueueUrl=url, Tags={"cost-centre": "7"})
    planned = plan(Target(OURS, is_read_only=True))
    assert [each["resource"] for each in planned["create"]] == ["tags of pipeline-main-queue"]
    up()
    assert read_tags(target, target.arns.queue("pipeline-main-queue")) == {
        "cost-centre": "7",
        **tags_of(OURS),
    }


def test_on_aws_what_has_our_names_without_our_tags_is_not_taken_over(calls: Calls) -> None:
    others = opened()
    others.client("sqs").create_queue(QueueName="pipeline-main-queue")
    others.client("sns").create_topic(
        Name=OURS.topic_name,
        Tags=[
            {"Key": "lab", "Value": "csv-report-processor"},
            {"Key": "lab-id", "Value": "somchai-1"},
        ],
    )
    assert sorted(plan(Target(OURS, is_read_only=True))["foreign"]) == [
        "pipeline-main-queue",
        OURS.topic_name,
    ]
    calls.clear()
    for replace in (False, True):
        with pytest.raises(ProvisionError, match="not the tags of lab malee-7f3a") as refused:
            up(replace=replace)
        assert "pipeline-main-queue" in str(refused.value)
        assert OURS.topic_name in str(refused.value)
    assert writes(calls) == []


def test_on_aws_what_was_changed_by_hand_is_replaced_only_with_replace(
    calls: Calls, capsys: pytest.CaptureFixture[str]
) -> None:
    up()
    target = opened()
    topic = target.arns.topic
    target.client("sns").set_topic_attributes(
        TopicArn=topic, AttributeName="DisplayName", AttributeValue="Mine"
    )
    calls.clear()
    assert command_line.run("provision", GROUPS, ["apply"]) == 1
    told = capsys.readouterr().err
    assert "changed by hand" in told
    assert OURS.topic_name in told
    assert told.count("\n") == 1
    assert writes(calls) == []
    assert command_line.run("provision", GROUPS, ["apply", "--replace"]) == 0
    assert (
        target.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]["DisplayName"]
        == OURS.topic_display_name
    )


def test_a_trigger_and_a_permission_of_other_names_that_do_the_same_are_not_made_twice() -> None:
    up()
    target = opened()
    s3, bucket = target.client("s3"), OURS.raw_bucket
    client = target.client("lambda")
    found = s3.get_bucket_notification_configuration(Bucket=bucket)
    [trigger] = found["LambdaFunctionConfigurations"]
    s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [trigger | {"Id": "chosen-by-cloudformation"}]
        },
    )
    client.remove_permission(FunctionName=CSV_VALIDATOR, StatementId="raw-bucket-invokes")
    client.add_permission(
        FunctionName=CSV_VALIDATOR,
        StatementId="chosen-by-cloudformation",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=target.arns.bucket(bucket),
        SourceAccount=ACCOUNT,
    )
    planned = plan(Target(OURS, is_read_only=True))
    assert planned["create"] + planned["update"] == []
    assert [each["resource"] for each in planned["replace"]] == LOST_BY_MOTO
    removed, _ = down()
    assert removed[0] == f"trigger of {bucket}"


def test_the_command_says_what_is_left_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    up()

    def refuse(*_: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DeleteBucket")

    monkeypatch.setattr(buckets, "_delete_bucket", refuse)
    assert command_line.run("provision", GROUPS, ["destroy"]) == 1
    assert f"still there: {OURS.raw_bucket}" in capsys.readouterr().err
    assert command_line.run("provision", GROUPS, ["destroy", "--json"]) == 1
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told == {"left": [OURS.raw_bucket, OURS.processed_bucket], "kept": []}
    monkeypatch.undo()


@pytest.mark.parametrize(
    ("code", "waits"),
    [
        ("QueueDeletedRecently", True),
        ("AWS.SimpleQueueService.QueueDeletedRecently", True),
        ("StateMachineDeleting", True),
        ("OperationAborted", True),
        ("AccessDenied", False),
    ],
)
def test_a_name_that_is_not_free_again_yet_is_waited_for(
    code: str, waits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(propagation, "_PAUSE_SECONDS", 0)
    refusals = [ClientError({"Error": {"Code": code}}, "Create")] * 3

    def create() -> str:
        if refusals:
            raise refusals.pop()
        return "created"

    if waits:
        assert propagation.once_deleted(create) == "created"
    else:
        with pytest.raises(ClientError):
            propagation.once_deleted(create)
        assert len(refusals) == 2
