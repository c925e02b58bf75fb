"""Another account's resources: both sides must allow, the root's side too."""

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.engine.conftest import REGION
from tests.engine.iam.world import (
    ACCOUNT,
    BUCKET,
    FUNCTION,
    QUEUE,
    ROLE,
    TOPIC,
    IamWorld,
    allow,
    code_archive,
    trust,
)

OTHER = "222222222222"
OTHER_ROOT = f"arn:aws:iam::{OTHER}:root"
OBJECTS = f"arn:aws:s3:::{BUCKET}/*"

# Without the plugin the stranger really deletes these, and other tests need the world's own.
EXPOSED = "iam-exposed"
EXPOSED_TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:{EXPOSED}"
EXPOSED_FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{EXPOSED}"
EXPOSED_MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{EXPOSED}"
EXPOSED_QUEUES = tuple(
    f"{place}/{ACCOUNT}/{EXPOSED}"
    for place in (
        "http://127.0.0.1",
        f"http://sqs.{REGION}.localhost.localstack.cloud:4566",
        f"http://x/queue/{REGION}",
    )
)

REACHES = [
    ("s3", "get_object", {"Bucket": BUCKET, "Key": "file.csv"}),
    ("s3", "put_object", {"Bucket": BUCKET, "Key": "x", "Body": b""}),
    ("s3", "list_objects_v2", {"Bucket": BUCKET}),
    ("s3", "delete_bucket_policy", {"Bucket": BUCKET}),
    ("sqs", "send_message", {"QueueUrl": EXPOSED_QUEUES[0], "MessageBody": "x"}),
    ("sqs", "receive_message", {"QueueUrl": EXPOSED_QUEUES[0]}),
    *(("sqs", "delete_queue", {"QueueUrl": url}) for url in EXPOSED_QUEUES),
    ("sns", "publish", {"TopicArn": EXPOSED_TOPIC, "Message": "x"}),
    ("sns", "delete_topic", {"TopicArn": EXPOSED_TOPIC}),
    ("lambda", "invoke", {"FunctionName": EXPOSED_FUNCTION}),
    ("lambda", "delete_function", {"FunctionName": EXPOSED_FUNCTION}),
    ("lambda", "get_function", {"FunctionName": f"{ACCOUNT}:{EXPOSED}"}),
    ("stepfunctions", "start_execution", {"stateMachineArn": EXPOSED_MACHINE}),
    ("stepfunctions", "delete_state_machine", {"stateMachineArn": EXPOSED_MACHINE}),
    ("sts", "assume_role", {"RoleArn": ROLE, "RoleSessionName": "session"}),
    (
        "events",
        "put_events",
        {
            "Entries": [
                {
                    "Source": "s",
                    "DetailType": "d",
                    "Detail": "{}",
                    "EventBusName": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default",
                }
            ]
        },
    ),
]


@pytest.fixture(scope="module")
def _exposed(world: IamWorld) -> None:
    world.root("sqs").create_queue(QueueName=EXPOSED)
    world.root("sns").create_topic(Name=EXPOSED)
    world.function(EXPOSED, ROLE)
    definition = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
    world.root("stepfunctions").create_state_machine(
        name=EXPOSED, roleArn=ROLE, definition=json.dumps(definition)
    )


@pytest.mark.usefixtures("_exposed")
@pytest.mark.gap(
    "iam",
    "another account's root is a stranger",
    plain="DID NOT RAISE|does not exist|NotFound|NonExistentQueue|DoesNotExist",
)
@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    REACHES,
    ids=[f"{r[0]}-{r[1]}-{n}" for n, r in enumerate(REACHES)],
)
def test_another_accounts_root_may_do_nothing_unasked(
    world: IamWorld, service: str, operation: str, parameters: dict[str, Any]
) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(world.localstack.client(service, OTHER), operation)(**parameters)
    error = refused.value.response
    assert error["Error"]["Code"] in ("AccessDenied", "AccessDeniedException", "AuthorizationError")
    assert error["ResponseMetadata"]["HTTPStatusCode"] in (400, 403)


def test_a_subscription_is_its_own_accounts(world: IamWorld) -> None:
    arn = world.root("sns").subscribe(
        TopicArn=TOPIC, Protocol="sqs", Endpoint=QUEUE, ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    others = world.localstack.client("sns", OTHER)
    with pytest.raises(ClientError, match="AuthorizationError"):
        others.unsubscribe(SubscriptionArn=arn)
    world.root("sns").unsubscribe(SubscriptionArn=arn)


def test_what_is_no_subscription_is_told_so(world: IamWorld) -> None:
    with pytest.raises(ClientError, match="Invalid parameter: SubscriptionId"):
        world.root("sns").unsubscribe(SubscriptionArn=f"arn:aws:sns:{REGION}:{OTHER}:no-such")


def test_another_accounts_role_is_not_passed(world: IamWorld) -> None:
    functions = world.localstack.client("lambda", OTHER)
    with pytest.raises(ClientError, match="Cross-account pass role is not allowed"):
        functions.create_function(
            FunctionName="iam-borrowed",
            Runtime="python3.12",
            Handler="m.handler",
            Role=ROLE,
            Code={"ZipFile": code_archive()},
        )


@pytest.fixture
def stranger(world: IamWorld) -> Iterator["Stranger"]:
    stranger = Stranger(world)
    yield stranger
    stranger.remove()


class Stranger:
    """A user of the other account, at first without policies."""

    def __init__(self, world: IamWorld) -> None:
        self._world = world
        self._name = f"stranger-{uuid.uuid4().hex[:8]}"
        self._iam = world.localstack.client("iam", OTHER)
        self.arn = self._iam.create_user(UserName=self._name)["User"]["Arn"]
        self._key = self._iam.create_access_key(UserName=self._name)["AccessKey"]["AccessKeyId"]

    def client(self, service: str) -> Any:
        return self._world.localstack.client(service, self._key)

    def may(self, policy: dict[str, Any]) -> None:
        self._iam.put_user_policy(
            UserName=self._name, PolicyName="only", PolicyDocument=json.dumps(policy)
        )

    def remove(self) -> None:
        self._world.root("s3").delete_bucket_policy(Bucket=BUCKET)


@pytest.mark.gap("iam", "across accounts both sides must allow", plain="DID NOT RAISE")
@pytest.mark.parametrize("named", [OTHER_ROOT, "the user"])
def test_a_bucket_is_read_from_another_account_only_when_both_allow(
    world: IamWorld, stranger: Stranger, named: str
) -> None:
    s3 = stranger.client("s3")

    def read() -> None:
        s3.get_object(Bucket=BUCKET, Key="file.csv")

    with pytest.raises(ClientError, match="AccessDenied"):
        read()
    stranger.may(allow("s3:GetObject", OBJECTS))
    with pytest.raises(ClientError, match="no resource-based policy allows"):
        read()
    principal = stranger.arn if named == "the user" else named
    policy = allow("s3:GetObject", OBJECTS, Principal={"AWS": principal})
    world.root("s3").put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    read()
    stranger.may(allow("s3:PutObject", OBJECTS))
    with pytest.raises(ClientError, match="no identity-based policy allows"):
        read()


def assert_both_must_allow(
    stranger: Stranger,
    action: str,
    arn: str,
    let_in: Callable[[dict[str, Any]], Any],
    use: Callable[[], Any],
) -> None:
    """Use a resource by one side's permission, by both, and by the other side's."""
    stranger.may(allow(action, arn))
    with pytest.raises(ClientError, match="no resource-based policy allows"):
        use()
    let_in(allow(action, arn, Principal={"AWS": OTHER_ROOT}))
    use()
    stranger.may(allow("s3:GetObject", OBJECTS))
    with pytest.raises(ClientError, match="no identity-based policy allows"):
        use()


def test_a_queue_is_sent_to_from_another_account_only_when_both_allow(
    world: IamWorld, stranger: Stranger
) -> None:
    own, theirs = world.root("sqs"), stranger.client("sqs")
    url = own.create_queue(QueueName=f"iam-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    arn = own.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    assert_both_must_allow(
        stranger,
        "sqs:SendMessage",
        arn["QueueArn"],
        let_in=lambda policy: own.set_queue_attributes(
            QueueUrl=url, Attributes={"Policy": json.dumps(policy)}
        ),
        use=lambda: theirs.send_message(QueueUrl=url, MessageBody="x"),
    )
    own.delete_queue(QueueUrl=url)


def test_a_topic_is_published_to_from_another_account_only_when_both_allow(
    world: IamWorld, stranger: Stranger
) -> None:
    own, theirs = world.root("sns"), stranger.client("sns")
    arn = own.create_topic(Name=f"iam-{uuid.uuid4().hex[:8]}")["TopicArn"]
    assert_both_must_allow(
        stranger,
        "sns:Publish",
        arn,
        let_in=lambda policy: own.set_topic_attributes(
            TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(policy)
        ),
        use=lambda: theirs.publish(TopicArn=arn, Message="x"),
    )
    own.delete_topic(TopicArn=arn)


def test_a_function_is_invoked_from_another_account_only_when_both_allow(
    world: IamWorld, stranger: Stranger
) -> None:
    own, theirs = world.root("lambda"), stranger.client("lambda")
    permission = {"FunctionName": FUNCTION, "StatementId": f"s{uuid.uuid4().hex[:8]}"}
    assert_both_must_allow(
        stranger,
        "lambda:InvokeFunction",
        FUNCTION,
        let_in=lambda _: own.add_permission(
            **permission, Action="lambda:InvokeFunction", Principal=OTHER
        ),
        use=lambda: theirs.invoke(FunctionName=FUNCTION, Payload=b"{}"),
    )
    own.remove_permission(**permission)


def test_a_layer_is_read_from_another_account_only_when_both_allow(
    world: IamWorld, stranger: Stranger
) -> None:
    own, theirs = world.root("lambda"), stranger.client("lambda")
    layer = own.publish_layer_version(
        LayerName=f"iam-{uuid.uuid4().hex[:8]}", Content={"ZipFile": code_archive()}
    )
    version = {"LayerName": layer["LayerArn"], "VersionNumber": layer["Version"]}
    action = "lambda:GetLayerVersion"
    assert_both_must_allow(
        stranger,
        action,
        layer["LayerVersionArn"],
        let_in=lambda _: own.add_layer_version_permission(
            **version, StatementId="other", Action=action, Principal=OTHER
        ),
        use=lambda: theirs.get_layer_version_by_arn(Arn=layer["LayerVersionArn"]),
    )
    own.delete_layer_version(**version)


def test_the_name_of_another_account_s_bucket_is_taken(world: IamWorld) -> None:
    s3 = world.localstack.client("s3", OTHER)
    with pytest.raises(ClientError, match="BucketAlreadyExists"):
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})


def test_another_accounts_root_may_what_the_resource_gives_it(
    world: IamWorld, stranger: Stranger
) -> None:
    policy = allow("s3:GetObject", OBJECTS, Principal={"AWS": OTHER})
    world.root("s3").put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    s3 = world.localstack.client("s3", OTHER)
    assert s3.get_object(Bucket=BUCKET, Key="file.csv")["Body"].read()
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(Bucket=BUCKET, Key="x", Body=b"")
    with pytest.raises(ClientError, match="403"):
        s3.head_object(Bucket=BUCKET, Key="missing")
    assert stranger.arn


def test_a_role_is_assumed_from_another_account_only_when_both_allow(
    world: IamWorld, stranger: Stranger
) -> None:
    role = world.role(f"iam-visited-{uuid.uuid4().hex[:6]}", trust(AWS=OTHER_ROOT))
    sts = stranger.client("sts")
    with pytest.raises(ClientError, match="not authorized to perform: sts:AssumeRole"):
        sts.assume_role(RoleArn=role, RoleSessionName="visit")
    stranger.may(allow("sts:AssumeRole", role))
    arn = sts.assume_role(RoleArn=role, RoleSessionName="visit")["AssumedRoleUser"]["Arn"]
    assert arn.startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/")
    with pytest.raises(ClientError, match="not authorized to perform: sts:AssumeRole"):
        sts.assume_role(RoleArn=ROLE, RoleSessionName="visit")
