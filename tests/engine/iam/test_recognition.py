"""Who asks, however it is said: regional names of services, signatures in queries and forms."""

import json
import uuid
from typing import Any

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest
import requests
from botocore.exceptions import ClientError

from tests.engine.conftest import REGION
from tests.engine.iam.world import ACCOUNT, BUCKET, FUNCTION, IamWorld, allow, trust
from tests.engine.waiting import wait_for, wait_for_message

ELSEWHERE = "eu-west-1"


@pytest.fixture
def name() -> str:
    return f"iam-{uuid.uuid4().hex[:8]}"


def make_queue(world: IamWorld, name: str, policy: dict[str, Any] | None = None) -> str:
    attributes = {"Policy": json.dumps(policy)} if policy else {}
    url = world.root("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return str(url)


def queue_arn(name: str) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def create_machine(world: IamWorld, name: str, role: str) -> None:
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    world.root("stepfunctions").create_state_machine(name=name, roleArn=role, definition=definition)


def test_a_role_may_trust_step_functions_by_its_regional_name(world: IamWorld, name: str) -> None:
    create_machine(world, name, world.role(name, trust(Service=f"states.{REGION}.amazonaws.com")))


def test_the_name_of_another_region_is_not_the_service_s(world: IamWorld, name: str) -> None:
    role = world.role(name, trust(Service=f"states.{ELSEWHERE}.amazonaws.com"))
    with pytest.raises(ClientError, match="AccessDeniedException"):
        create_machine(world, name, role)


@pytest.mark.parametrize("service", ["logs.amazonaws.com", f"logs.{REGION}.amazonaws.com"])
def test_a_subscription_filter_invokes_a_function_that_permits_its_log_group(
    world: IamWorld, name: str, service: str
) -> None:
    logs, functions = world.root("logs"), world.root("lambda")
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="stream")
    functions.add_permission(
        FunctionName=FUNCTION,
        StatementId=name,
        Action="lambda:InvokeFunction",
        Principal=service,
        SourceArn=f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}:*",
    )
    logs.put_subscription_filter(
        logGroupName=name, filterName="all", filterPattern="", destinationArn=FUNCTION
    )
    assert logs.describe_subscription_filters(logGroupName=name)["subscriptionFilters"]


def test_a_subscription_s_dead_letters_come_from_the_topic(world: IamWorld, name: str) -> None:
    """With the queue policy of AWS's guide, which names the topic as the source."""
    sns = world.root("sns")
    topic = sns.create_topic(Name=name)["TopicArn"]
    from_topic = {"ArnEquals": {"aws:SourceArn": topic}}
    policy = allow(
        "sqs:SendMessage",
        queue_arn(f"{name}-dlq"),
        Principal={"Service": "sns.amazonaws.com"},
        Condition=from_topic,
    )
    dead_letters = make_queue(world, f"{name}-dlq", policy)
    gone = make_queue(world, f"{name}-gone")
    redrive = json.dumps({"deadLetterTargetArn": queue_arn(f"{name}-dlq")})
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=queue_arn(f"{name}-gone"),
        Attributes={"RedrivePolicy": redrive},
    )
    world.root("sqs").delete_queue(QueueUrl=gone)
    sns.publish(TopicArn=topic, Message="undeliverable")
    assert "undeliverable" in wait_for_message(world.localstack, dead_letters)


def test_a_signature_in_the_query_is_the_signer_s(world: IamWorld, name: str) -> None:
    user = world.user(name, allow("sqs:ListQueues", "*"))

    def ask(action: str) -> int:
        keys = botocore.credentials.Credentials(user.access_key, user.secret_key)
        request = botocore.awsrequest.AWSRequest(
            "GET",
            f"{world.localstack.endpoint}/",
            params={"Action": action, "Version": "2012-11-05", "QueueName": name},
        )
        botocore.auth.SigV4QueryAuth(keys, "sqs", REGION).add_auth(request)
        return requests.get(request.prepare().url, timeout=60).status_code

    assert ask("ListQueues") == 200
    assert ask("CreateQueue") == 403


@pytest.mark.parametrize("field", ["AWSAccessKeyId", "awsaccesskeyid", "AWSACCESSKEYID"])
def test_the_fields_of_an_upload_form_are_read_in_any_case(
    world: IamWorld, name: str, field: str
) -> None:
    user = world.user(name, allow("s3:PutObject", f"arn:aws:s3:::{BUCKET}/{name}/*"))
    s3 = world.localstack.client("s3", user.access_key, secret_key=user.secret_key)
    form = s3.generate_presigned_post(BUCKET, f"{name}/x.csv")
    form["fields"][field] = form["fields"].pop("AWSAccessKeyId")
    file = {"file": b"a,b"}
    answer = requests.post(form["url"], data=form["fields"], files=file, timeout=60)
    assert answer.status_code == 204, answer.text


def test_a_form_s_key_is_judged_with_the_file_s_name_in_it(world: IamWorld, name: str) -> None:
    user = world.user(name, allow("s3:PutObject", f"arn:aws:s3:::{BUCKET}/{name}/$*"))
    s3 = world.localstack.client("s3", user.access_key, secret_key=user.secret_key)
    form = s3.generate_presigned_post(BUCKET, f"{name}/${{filename}}")
    file = {"file": ("other.csv", b"a,b")}
    answer = requests.post(form["url"], data=form["fields"], files=file, timeout=60)
    assert answer.status_code == 403, "the key in the policy is not the one that is written"


def test_a_form_that_is_not_multipart_is_told_so_first(world: IamWorld) -> None:
    form = world.localstack.client("s3", world.stranger.access_key).generate_presigned_post(
        BUCKET, "x.csv"
    )
    answer = requests.post(form["url"], data=form["fields"], timeout=60)
    assert answer.status_code == 412, answer.text


def test_a_bad_filter_rule_is_told_before_the_target_is_tried(world: IamWorld, name: str) -> None:
    make_queue(world, name)
    configuration = {
        "QueueArn": queue_arn(name),
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "middle", "Value": "x"}]}},
    }
    with pytest.raises(ClientError, match="filter rule name must be either prefix or suffix"):
        world.root("s3").put_bucket_notification_configuration(
            Bucket=BUCKET, NotificationConfiguration={"QueueConfigurations": [configuration]}
        )


def test_an_archive_of_events_needs_no_permission_of_eventbridge_s(
    world: IamWorld, name: str
) -> None:
    events = world.root("events")
    bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
    assert events.create_archive(ArchiveName=name, EventSourceArn=bus)["State"] == "ENABLED"
    events.delete_archive(ArchiveName=name)


@pytest.mark.gap("iam", "an event bus lets in whom its policy names", plain="DID NOT RAISE")
def test_an_event_bus_lets_in_whom_its_policy_names(world: IamWorld, name: str) -> None:
    there = world.localstack.client("events", "222222222222")
    bus = there.create_event_bus(Name=name)["EventBusArn"]
    user = world.user(name, allow("events:PutEvents", bus))
    events = world.localstack.client("events", user.access_key)
    entry = {"Source": "s", "DetailType": "d", "Detail": "{}", "EventBusName": bus}

    with pytest.raises(ClientError, match="AccessDeniedException"):
        events.put_events(Entries=[entry])
    there.put_permission(
        EventBusName=name, StatementId="s", Action="events:PutEvents", Principal=ACCOUNT
    )
    assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0


def test_a_rule_writes_to_a_log_group_whose_policy_lets_it(world: IamWorld, name: str) -> None:
    events, logs = world.root("events"), world.root("logs")
    group = f"/aws/events/{name}"
    logs.create_log_group(logGroupName=group)
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}"
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": arn}])
    policy = allow(
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        f"{arn}:*",
        Principal={"Service": ["events.amazonaws.com", "delivery.logs.amazonaws.com"]},
    )

    def written(detail: str) -> bool:
        entry = {"Source": name, "DetailType": "d", "Detail": json.dumps({"x": detail})}
        events.put_events(Entries=[entry])
        found = logs.filter_log_events(logGroupName=group)["events"]
        return any(detail in event["message"] for event in found)

    assert not written("before"), "no policy lets EventBridge write"
    logs.put_resource_policy(policyName=name, policyDocument=json.dumps(policy))
    try:
        wait_for("the event in the log", lambda: written("after"))
    finally:
        logs.delete_resource_policy(policyName=name)
        events.remove_targets(Rule=name, Ids=["1"])
        events.delete_rule(Name=name)
