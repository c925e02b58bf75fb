"""AWS's own command line, version 1 from PyPI, as a user whose policy names resources."""

import json
from pathlib import Path

import pytest

from lab.locked_environment import LockedEnvironment
from tests.ecosystem.installing import INSTALLED
from tests.ecosystem.workplace import Workplace, arn

pytestmark = [pytest.mark.ecosystem, pytest.mark.timeout(600)]

ENVIRONMENT = LockedEnvironment(
    "the AWS command line", INSTALLED / "aws_cli", locks=("ecosystem-aws-cli",)
)
TEMPLATE = {
    "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "cli-stack"}}}
}


@pytest.fixture(scope="module")
def aws() -> Path:
    """The program."""
    return ENVIRONMENT.make().with_name("aws")


def test_files_messages_parameters_and_stacks_are_made_where_the_policy_names_them(
    aws: Path, workplace: Workplace
) -> None:
    endpoint = ("--endpoint-url", workplace.localstack.endpoint)
    workplace.may(
        ["s3:CreateBucket", "s3:PutObject", "s3:GetObject", "s3:ListBucket"],
        "arn:aws:s3:::cli-bucket",
        "arn:aws:s3:::cli-bucket/*",
    )
    workplace.may(["sqs:CreateQueue", "sqs:SendMessage", "sqs:ReceiveMessage"], arn("sqs", "cli"))
    workplace.may(["ssm:PutParameter", "ssm:GetParameter"], arn("ssm", "parameter/cli/*"))
    workplace.may("cloudformation:*", arn("cloudformation", "stack/cli/*"))

    (workplace.folder / "a.csv").write_text("a,b\n")
    workplace.run(aws, "s3", "mb", "s3://cli-bucket")
    workplace.run(aws, "s3", "cp", "a.csv", "s3://cli-bucket/uploads/ไฟล์ ก.csv")
    assert "uploads/ไฟล์ ก.csv" in workplace.run(aws, "s3", "ls", "--recursive", "s3://cli-bucket")

    made = json.loads(workplace.run(aws, *endpoint, "sqs", "create-queue", "--queue-name", "cli"))
    queue = ("--queue-url", made["QueueUrl"])
    workplace.run(aws, *endpoint, "sqs", "send-message", *queue, "--message-body", "hello")
    assert "hello" in workplace.run(aws, *endpoint, "sqs", "receive-message", *queue)

    put = ("ssm", "put-parameter", "--type", "String", "--value", "v", "--name")
    workplace.run(aws, *put, "/cli/mine")
    got = workplace.run(aws, "ssm", "get-parameter", "--name", "/cli/mine")
    assert json.loads(got)["Parameter"]["Value"] == "v"
    refused = workplace.try_to_run(aws, *put, "/others/theirs")
    assert "AccessDenied" in refused.stderr
    assert refused.returncode != 0

    (workplace.folder / "template.json").write_text(json.dumps(TEMPLATE))
    deploy = ("cloudformation", "deploy", "--template-file", "template.json", "--stack-name")
    workplace.run(aws, *deploy, "cli")
    assert workplace.root("sqs").get_queue_url(QueueName="cli-stack")["QueueUrl"]
    refused = workplace.try_to_run(aws, *deploy, "others")
    assert "AccessDenied" in refused.stderr


def test_version_1_does_not_read_the_endpoint_of_the_environment_for_sqs(
    aws: Path, workplace: Workplace
) -> None:
    """It would ask AWS itself: `docs/clients.md` says so, until this fails."""
    workplace.may("sqs:ListQueues", "*")
    workplace.run(aws, "--endpoint-url", workplace.localstack.endpoint, "sqs", "list-queues")
    asked_aws = workplace.try_to_run(aws, "sqs", "list-queues")
    assert asked_aws.returncode != 0
    assert "proxy" in asked_aws.stderr.lower()
