"""The resources and identities that the tests of IAM ask for."""

import io
import json
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.engine.conftest import REGION, LocalStack
from tests.engine.waiting import wait_for_function

ACCOUNT = "000000000000"
BUCKET = "iam-bucket"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:iam-queue"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:iam-topic"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:iam-function"
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:iam-machine"
EXECUTION = f"arn:aws:states:{REGION}:{ACCOUNT}:execution:iam-machine:iam-execution"
ALARM = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:iam-alarm"
LOG_GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/iam/group"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/iam-role"

_HANDLER = """
import boto3

def handler(event, context):
    call = event.get("call")
    if call:
        client = boto3.client(call["service"])
        getattr(client, call["operation"])(**call["parameters"])
    return "done"
"""


def allow(action: str | list[str], *resources: str, **elements: Any) -> dict[str, Any]:
    """A policy of one statement."""
    return _policy("Allow", action, resources, elements)


def deny(action: str | list[str], *resources: str, **elements: Any) -> dict[str, Any]:
    """A policy that refuses."""
    return _policy("Deny", action, resources, elements)


def trust(**principal: str) -> dict[str, Any]:
    """A role's trust policy, for example `trust(Service="lambda.amazonaws.com")`."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def code_archive() -> bytes:
    """A function that makes the call its event names, in its role's name."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("m.py", _HANDLER)
    return archive.getvalue()


@dataclass(frozen=True)
class User:
    """An IAM user with an access key."""

    arn: str
    access_key: str
    secret_key: str


class IamWorld:
    """One of each resource of the course, and users made on demand. Root acts through `root`."""

    def __init__(self, localstack: LocalStack) -> None:
        self.localstack = localstack
        self._make_roles()
        self._make_storage()
        self._make_compute()
        self._make_observation()

    def root(self, service: str) -> Any:
        return self.localstack.client(service)

    @cached_property
    def stranger(self) -> User:
        """A user without any policy."""
        return self.user("stranger")

    def user(self, name: str, policy: dict[str, Any] | None = None) -> User:
        """A new user, with one inline policy if given."""
        iam = self.root("iam")
        arn = iam.create_user(UserName=name)["User"]["Arn"]
        key = iam.create_access_key(UserName=name)["AccessKey"]
        if policy:
            self.put_user_policy(name, policy)
        return User(arn, key["AccessKeyId"], key["SecretAccessKey"])

    def put_user_policy(self, name: str, policy: dict[str, Any]) -> None:
        self.root("iam").put_user_policy(
            UserName=name, PolicyName="only", PolicyDocument=json.dumps(policy)
        )

    def put_role_policy(self, name: str, policy: dict[str, Any]) -> None:
        """Gives a role its one inline policy."""
        self.root("iam").put_role_policy(
            RoleName=name, PolicyName="only", PolicyDocument=json.dumps(policy)
        )

    def role(self, name: str, trusts: dict[str, Any], policy: dict[str, Any] | None = None) -> str:
        """A new role, with one inline policy if given; its ARN."""
        iam = self.root("iam")
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trusts))
        if policy:
            self.put_role_policy(name, policy)
        return str(role["Role"]["Arn"])

    def function(self, name: str, role_arn: str) -> None:
        """A new function with the role, ready to be invoked."""
        self.root("lambda").create_function(
            FunctionName=name,
            Runtime="python3.12",
            Handler="m.handler",
            Role=role_arn,
            Timeout=10,
            Code={"ZipFile": code_archive()},
        )
        wait_for_function(self.localstack, name)

    def _make_roles(self) -> None:
        trusts = trust(AWS=f"arn:aws:iam::{ACCOUNT}:root")
        services = trust(Service="lambda.amazonaws.com"), trust(Service="states.amazonaws.com")
        for service in services:
            trusts["Statement"] += service["Statement"]
        self.role("iam-role", trusts)

    def _make_storage(self) -> None:
        s3 = self.root("s3")
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_object(Bucket=BUCKET, Key="file.csv", Body=b"a,b\n1,2\n")
        self.root("sqs").create_queue(QueueName="iam-queue")
        self.root("sns").create_topic(Name="iam-topic")

    def _make_compute(self) -> None:
        self.function("iam-function", ROLE)
        states = self.root("stepfunctions")
        definition = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
        states.create_state_machine(
            name="iam-machine", roleArn=ROLE, definition=json.dumps(definition)
        )
        states.start_execution(stateMachineArn=MACHINE, name="iam-execution")

    def _make_observation(self) -> None:
        self.root("cloudwatch").put_metric_alarm(
            AlarmName="iam-alarm",
            Namespace="N",
            MetricName="M",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )
        logs = self.root("logs")
        logs.create_log_group(logGroupName="/iam/group")
        logs.create_log_stream(logGroupName="/iam/group", logStreamName="stream")


def _policy(
    effect: str, action: str | list[str], resources: tuple[str, ...], elements: dict[str, Any]
) -> dict[str, Any]:
    statement = {"Effect": effect, "Action": action, "Resource": list(resources)}
    return {"Version": "2012-10-17", "Statement": [statement | elements]}
