"""What services may do for a resource or a role: deliveries, pollers, workflows, alarms."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.engine.conftest import REGION
from tests.engine.iam.world import ACCOUNT, BUCKET, ROLE, IamWorld, allow, trust
from tests.engine.waiting import wait_for, wait_for_execution, wait_for_message

LAMBDA = trust(Service="lambda.amazonaws.com")
STATES = trust(Service="states.amazonaws.com")


def make_queue(world: IamWorld, name: str, policy: dict[str, Any] | None = None) -> str:
    """A queue's URL."""
    sqs = world.root("sqs")
    attributes = {"Policy": json.dumps(policy)} if policy else {}
    return str(sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])


def queue_arn(name: str) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def denials_of(world: IamWorld, principal: str) -> list[dict[str, Any]]:
    """What the journal says was refused to the principal."""
    uses = world.localstack.page("/_lab/iam")["uses"]
    return [use for use in uses if use["principal"] == principal and not use["allowed"]]


def wait_for_denial(world: IamWorld, principal: str, action: str, resource: str) -> None:
    """Waits until the principal was refused the action on what begins like the resource."""

    def look() -> bool:
        return any(
            denial["action"] == action and denial["resource"].startswith(resource)
            for denial in denials_of(world, principal)
        )

    wait_for(
        f"the denial of {action} to {principal}", look, seen=lambda: denials_of(world, principal)
    )


@pytest.mark.gap("iam", "a service takes only roles that trust it", plain="DID NOT RAISE")
def test_lambda_does_not_take_a_role_that_does_not_trust_it(world: IamWorld) -> None:
    role = world.role("iam-states-only", STATES)
    with pytest.raises(ClientError) as refused:
        world.function("iam-untrusted", role)
    error = refused.value.response["Error"]
    assert error["Code"] == "InvalidParameterValueException"
    assert error["Message"] == "The role defined for the function cannot be assumed by Lambda."


@pytest.mark.gap("iam", "a service takes only roles that exist", plain="DID NOT RAISE")
def test_lambda_does_not_take_a_role_that_does_not_exist(world: IamWorld) -> None:
    with pytest.raises(ClientError, match="cannot be assumed by Lambda"):
        world.function("iam-without-role", f"arn:aws:iam::{ACCOUNT}:role/iam-nobody")


@pytest.mark.gap("iam", "a service takes only roles that trust it", plain="DID NOT RAISE")
def test_step_functions_does_not_take_a_role_that_does_not_trust_it(world: IamWorld) -> None:
    role = world.role("iam-lambda-only", LAMBDA)
    with pytest.raises(ClientError) as refused:
        make_state_machine(world, "iam-untrusted", role, {"Type": "Succeed"})
    error = refused.value.response["Error"]
    assert error["Code"] == "AccessDeniedException"
    assert error["Message"] == (
        "Neither the global service principal states.amazonaws.com, nor the regional one is "
        "authorized to assume the provided role."
    )


def test_a_trust_policy_can_name_the_one_state_machine(world: IamWorld) -> None:
    trusts = trust(Service="states.amazonaws.com")
    trusts["Statement"][0]["Condition"] = {
        "ArnEquals": {
            "aws:SourceArn": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:iam-the-one"
        },
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
    }
    role = world.role("iam-one-machine", trusts, allow("sqs:SendMessage", queue_arn("iam-sfn")))
    url = make_queue(world, "iam-sfn")
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": url, "MessageBody": "x"},
        "End": True,
    }
    assert run_state_machine(world, "iam-the-one", role, task)["status"] == "SUCCEEDED"
    with pytest.raises(ClientError, match="AccessDeniedException"):
        make_state_machine(world, "iam-another", role, task)


@pytest.mark.gap(
    "iam", "a state machine has its role's permissions", plain="assert 'SUCCEEDED' == 'FAILED'"
)
def test_a_task_without_permission_fails_and_says_which(world: IamWorld) -> None:
    role = world.role("iam-idle-machine", STATES)
    task = {
        "Type": "Task",
        "Resource": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:iam-function",
        "End": True,
    }
    execution = run_state_machine(world, "iam-not-allowed", role, task)
    assert execution["status"] == "FAILED"
    assert "assumed-role/iam-idle-machine/" in execution["cause"]
    assert "is not authorized to perform: lambda:InvokeFunction" in execution["cause"]


def make_state_machine(world: IamWorld, name: str, role: str, state: dict[str, Any]) -> str:
    definition = json.dumps({"StartAt": "A", "States": {"A": state}})
    machine = world.root("stepfunctions").create_state_machine(
        name=name, roleArn=role, definition=definition
    )
    return str(machine["stateMachineArn"])


def run_state_machine(
    world: IamWorld, name: str, role: str, state: dict[str, Any]
) -> dict[str, Any]:
    states = world.root("stepfunctions")
    arn = make_state_machine(world, name, role, state)
    execution = states.start_execution(stateMachineArn=arn)["executionArn"]
    return wait_for_execution(world.localstack, execution)


@pytest.mark.gap("iam", "a function has its role's permissions", plain="assert None == 'Unhandled'")
def test_a_function_has_its_roles_permissions(world: IamWorld) -> None:
    url = make_queue(world, "iam-from-function")
    send = {"service": "sqs", "operation": "send_message"}
    event = json.dumps({"call": send | {"parameters": {"QueueUrl": url, "MessageBody": "x"}}})
    role = world.role("iam-sender", LAMBDA)
    world.function("iam-sender", role)
    functions = world.root("lambda")

    refused = functions.invoke(FunctionName="iam-sender", Payload=event)
    assert refused.get("FunctionError") == "Unhandled"
    error = json.loads(refused["Payload"].read())["errorMessage"]
    assert error == (
        "An error occurred (AccessDenied) when calling the SendMessage operation: User: "
        f"arn:aws:sts::{ACCOUNT}:assumed-role/iam-sender/iam-sender is not authorized to perform: "
        f"sqs:sendmessage on resource: {queue_arn('iam-from-function')} because no "
        "identity-based policy allows the sqs:sendmessage action"
    )

    world.put_role_policy("iam-sender", allow("sqs:SendMessage", queue_arn("iam-from-function")))
    allowed = functions.invoke(FunctionName="iam-sender", Payload=event)
    assert json.loads(allowed["Payload"].read()) == "done"


@pytest.mark.gap("iam", "a queue is polled only with a role that may", plain="DID NOT RAISE")
@pytest.mark.parametrize("missing", ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"])
def test_a_queue_is_not_polled_with_a_role_that_may_not(world: IamWorld, missing: str) -> None:
    name = f"iam-poller-{missing}"
    make_queue(world, name)
    others = {"ReceiveMessage", "DeleteMessage", "GetQueueAttributes"} - {missing}
    actions = [f"sqs:{each}" for each in sorted(others)]
    world.function(name, world.role(name, LAMBDA, allow(actions, queue_arn(name))))
    with pytest.raises(ClientError) as refused:
        world.root("lambda").create_event_source_mapping(
            FunctionName=name, EventSourceArn=queue_arn(name)
        )
    error = refused.value.response["Error"]
    assert error["Code"] == "InvalidParameterValueException"
    assert error["Message"] == (
        f"The provided execution role does not have permissions to call {missing} on SQS"
    )


@pytest.mark.gap("iam", "S3 notifies only whom it may: a function", plain="DID NOT RAISE")
def test_s3_invokes_a_function_only_with_its_permission(world: IamWorld) -> None:
    s3, functions = world.root("s3"), world.root("lambda")
    world.function("iam-notified", ROLE)
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:iam-notified"
    configuration = {
        "LambdaFunctionConfigurations": [
            {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}
        ]
    }

    def notify() -> None:
        s3.put_bucket_notification_configuration(
            Bucket=BUCKET, NotificationConfiguration=configuration
        )

    def permit(statement: str, source: str, account: str) -> None:
        functions.add_permission(
            FunctionName="iam-notified",
            StatementId=statement,
            Action="lambda:InvokeFunction",
            Principal="s3.amazonaws.com",
            SourceArn=source,
            SourceAccount=account,
        )

    try:
        with pytest.raises(ClientError, match="Unable to validate the following destination"):
            notify()
        permit("another-bucket", "arn:aws:s3:::iam-another-bucket", ACCOUNT)
        permit("another-account", f"arn:aws:s3:::{BUCKET}", "111111111111")
        with pytest.raises(ClientError, match="Unable to validate the following destination"):
            notify()
        permit("this-bucket", f"arn:aws:s3:::{BUCKET}", ACCOUNT)
        notify()
    finally:
        s3.put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration={})


def test_sns_delivers_to_a_queue_only_with_the_queues_permission(world: IamWorld) -> None:
    sns, sqs = world.root("sns"), world.root("sqs")
    topic = sns.create_topic(Name="iam-deliveries")["TopicArn"]
    url = make_queue(world, "iam-deliveries")
    arn = queue_arn("iam-deliveries")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    sns.publish(TopicArn=topic, Message="refused")
    wait_for_denial(world, "sns.amazonaws.com", "sqs:SendMessage", arn)

    permission = allow(
        "sqs:SendMessage",
        arn,
        Principal={"Service": "sns.amazonaws.com"},
        Condition={"ArnEquals": {"aws:SourceArn": topic}},
    )
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(permission)})
    sns.publish(TopicArn=topic, Message="delivered")
    message = json.loads(wait_for_message(world.localstack, url))
    assert message["Message"] == "delivered"


@pytest.mark.gap("iam", "S3 notifies only whom it may: a queue", plain="DID NOT RAISE")
def test_s3_sends_to_a_queue_only_with_the_queues_permission(world: IamWorld) -> None:
    make_queue(world, "iam-s3-events")
    configuration = {
        "QueueConfigurations": [
            {"QueueArn": queue_arn("iam-s3-events"), "Events": ["s3:ObjectCreated:*"]}
        ]
    }
    with pytest.raises(ClientError, match="Unable to validate the following destination"):
        world.root("s3").put_bucket_notification_configuration(
            Bucket=BUCKET, NotificationConfiguration=configuration
        )


def test_lambda_keeps_a_failed_event_only_with_the_roles_permission(world: IamWorld) -> None:
    url = make_queue(world, "iam-failed-events")
    role = world.role("iam-failing", LAMBDA)
    world.function("iam-failing", role)
    functions = world.root("lambda")
    functions.put_function_event_invoke_config(
        FunctionName="iam-failing",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": queue_arn("iam-failed-events")}},
    )
    event = json.dumps({"call": {"service": "no such service"}})

    def fail() -> None:
        functions.invoke(FunctionName="iam-failing", InvocationType="Event", Payload=event)

    fail()
    wait_for_denial(world, role, "sqs:SendMessage", queue_arn("iam-failed-events"))
    world.put_role_policy("iam-failing", allow("sqs:SendMessage", queue_arn("iam-failed-events")))
    fail()
    wait_for_message(world.localstack, url)


def test_a_role_without_log_permissions_logs_nothing(world: IamWorld) -> None:
    role = world.role("iam-silent", LAMBDA)
    world.function("iam-silent", role)
    world.root("lambda").invoke(FunctionName="iam-silent", Payload="{}")
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/iam-silent"
    wait_for_denial(world, role, "logs:PutLogEvents", f"{group}:log-stream:")
    groups = world.root("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/iam-silent")
    assert groups["logGroups"] == []


def test_an_alarm_notifies_only_a_topic_that_lets_it(world: IamWorld) -> None:
    sns, cloudwatch = world.root("sns"), world.root("cloudwatch")
    topic = sns.create_topic(Name="iam-alarms")["TopicArn"]
    url = make_queue(
        world,
        "iam-alarms",
        allow("sqs:SendMessage", queue_arn("iam-alarms"), Principal="*"),
    )
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn("iam-alarms"))
    cloudwatch.put_metric_alarm(
        AlarmName="iam-notifying",
        Namespace="N",
        MetricName="never",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[topic],
        OKActions=[topic],
    )

    def change_to(state: str) -> None:
        cloudwatch.set_alarm_state(AlarmName="iam-notifying", StateValue=state, StateReason="r")

    change_to("ALARM")
    wait_for_message(world.localstack, url)  # a new topic's own policy lets alarms publish

    owner = allow("sns:*", topic, Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
    sns.set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(owner)
    )
    change_to("OK")
    wait_for_denial(world, "cloudwatch.amazonaws.com", "sns:Publish", topic)
    alarm = cloudwatch.describe_alarms(AlarmNames=["iam-notifying"])["MetricAlarms"][0]
    assert alarm["StateValue"] == "OK", "the state stands although nobody could be told"
