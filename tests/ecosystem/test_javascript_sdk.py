"""AWS SDK for JavaScript v3 from npm, with its defaults: only the environment says where AWS is."""

import json
import shutil
from pathlib import Path

import pytest

from tests.ecosystem.greeter_stack import FUNCTION_CODE
from tests.ecosystem.installing import NodePackages
from tests.ecosystem.workplace import Workplace, arn
from tests.engine.iam.world import trust

pytestmark = [pytest.mark.ecosystem, pytest.mark.timeout(600)]

SOURCE = Path(__file__).parent / "javascript_sdk"
PACKAGES = NodePackages(SOURCE)


def test_storage_messages_functions_and_workflows_are_made_and_used(workplace: Workplace) -> None:
    PACKAGES.install()
    workplace.take(SOURCE / "deploy.js")
    (workplace.folder / "node_modules").symlink_to(PACKAGES.modules)
    zip_file = shutil.make_archive(str(workplace.folder / "code"), "zip", FUNCTION_CODE)
    function = arn("lambda", "function:js-greeter")
    role = role_of_both(workplace, function)

    workplace.may(
        ["s3:CreateBucket", "s3:PutObject", "s3:GetObject"],
        "arn:aws:s3:::js-bucket",
        "arn:aws:s3:::js-bucket/uploads/*",
    )
    workplace.may(
        ["sqs:CreateQueue", "sqs:SendMessage", "sqs:ReceiveMessage"], arn("sqs", "js-queue")
    )
    workplace.may(["ssm:PutParameter", "ssm:GetParameter"], arn("ssm", "parameter/js/*"))
    workplace.may("lambda:*", function)
    workplace.may("states:*", arn("states", "*:js-machine"), arn("states", "*:js-machine:*"))
    workplace.may("iam:PassRole", role)

    told = json.loads(workplace.run("node", "deploy.js", role, zip_file))
    assert told == {
        "user": f"arn:aws:iam::000000000000:user/{workplace.user}",
        "object": "a,b\n",
        "message": "hello",
        "parameter": "v",
        "refusal": "AccessDeniedException",
        "function": "hello, JavaScript",
        "execution": "hello, Step Functions",
    }


def role_of_both(workplace: Workplace, function: str) -> str:
    """Make a role for the function and the workflow; its ARN."""
    iam = workplace.root("iam")
    trusts = trust(Service="lambda.amazonaws.com")
    trusts["Statement"] += trust(Service="states.amazonaws.com")["Statement"]
    made = iam.create_role(RoleName="js-role", AssumeRolePolicyDocument=json.dumps(trusts))
    statement = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": function}
    iam.put_role_policy(
        RoleName="js-role",
        PolicyName="only",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    role: str = made["Role"]["Arn"]
    return role
