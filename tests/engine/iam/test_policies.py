"""How explicit denies, conditions, boundaries, groups and resource policies change the answer."""

import json
import zlib
from collections.abc import Callable
from typing import Any

import pytest
import requests
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
    User,
    allow,
    deny,
    trust,
)

OBJECT = f"arn:aws:s3:::{BUCKET}/file.csv"
OBJECTS = f"arn:aws:s3:::{BUCKET}/*"
BUCKET_ARN = f"arn:aws:s3:::{BUCKET}"


def refusal(call: Callable[..., Any], **parameters: Any) -> str:
    """The message a call is refused with; fails when it is not refused."""
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 403)
    return str(refused.value.response["Error"]["Message"])


def both(*policies: dict[str, Any]) -> dict[str, Any]:
    """One policy of the statements of several."""
    statements = [statement for each in policies for statement in each["Statement"]]
    return {"Version": "2012-10-17", "Statement": statements}


@pytest.fixture
def user(world: IamWorld, request: pytest.FixtureRequest) -> User:
    """A user without policies, of the test's own."""
    return world.user(request.node.name.replace("[", "-").rstrip("]")[:64])


def name_of(user: User) -> str:
    return user.arn.rpartition("/")[2]


@pytest.mark.gap("iam", "an explicit deny wins", plain="DID NOT RAISE")
def test_an_explicit_deny_wins_over_an_allow(world: IamWorld, user: User) -> None:
    world.put_user_policy(name_of(user), both(allow("s3:*", "*"), deny("s3:DeleteObject", OBJECTS)))
    s3 = world.localstack.client("s3", user.access_key)

    message = refusal(s3.delete_object, Bucket=BUCKET, Key="other.csv")

    assert message == (
        f"User: {user.arn} is not authorized to perform: s3:DeleteObject on resource: "
        f'"{BUCKET_ARN}/other.csv" with an explicit deny in an identity-based policy'
    )
    assert s3.get_object(Bucket=BUCKET, Key="file.csv")["Body"].read()


def test_not_action_and_not_resource_leave_out_what_they_name(world: IamWorld, user: User) -> None:
    statement = {"Effect": "Allow", "NotAction": "s3:Delete*", "NotResource": f"{BUCKET_ARN}/x*"}
    world.put_user_policy(name_of(user), {"Version": "2012-10-17", "Statement": statement})
    s3 = world.localstack.client("s3", user.access_key)
    s3.put_object(Bucket=BUCKET, Key="y", Body=b"")
    refusal(s3.put_object, Bucket=BUCKET, Key="x", Body=b"")
    refusal(s3.delete_object, Bucket=BUCKET, Key="y")


@pytest.mark.gap("iam", "a condition narrows an allow", plain="DID NOT RAISE")
def test_a_condition_narrows_an_allow(world: IamWorld, user: User) -> None:
    condition = {"StringLike": {"s3:prefix": "home/${aws:username}/*"}}
    world.put_user_policy(name_of(user), allow("s3:ListBucket", BUCKET_ARN, Condition=condition))
    s3 = world.localstack.client("s3", user.access_key)
    s3.list_objects_v2(Bucket=BUCKET, Prefix=f"home/{name_of(user)}/2026")
    refusal(s3.list_objects_v2, Bucket=BUCKET, Prefix="home/somebody-else/")
    refusal(s3.list_objects_v2, Bucket=BUCKET)


def test_a_condition_on_the_region_denies_the_others(world: IamWorld, user: User) -> None:
    condition = {"StringNotEquals": {"aws:RequestedRegion": REGION}}
    world.put_user_policy(
        name_of(user), both(allow("sqs:*", "*"), deny("*", "*", Condition=condition))
    )
    world.localstack.client("sqs", user.access_key).list_queues()
    elsewhere = world.localstack.client("sqs", user.access_key, region="eu-west-1")
    assert "explicit deny" in refusal(elsewhere.list_queues)


@pytest.mark.gap("iam", "a permissions boundary caps", plain="DID NOT RAISE")
def test_a_condition_may_ask_whose_the_resource_is(world: IamWorld, user: User) -> None:
    """As the roles of CDK's bootstrapping do."""
    s3 = world.localstack.client("s3", user.access_key)
    for account, may in ((ACCOUNT, True), ("999999999999", False)):
        condition = {"StringEquals": {"aws:ResourceAccount": account}}
        world.put_user_policy(
            name_of(user), allow("s3:ListBucket", BUCKET_ARN, Condition=condition)
        )
        if may:
            s3.list_objects_v2(Bucket=BUCKET)
        else:
            assert "s3:ListBucket" in refusal(s3.list_objects_v2, Bucket=BUCKET)


def test_a_permissions_boundary_caps_what_a_policy_allows(world: IamWorld, user: User) -> None:
    iam = world.root("iam")
    boundary = iam.create_policy(
        PolicyName="iam-boundary", PolicyDocument=json.dumps(allow("s3:GetObject", "*"))
    )["Policy"]["Arn"]
    iam.put_user_permissions_boundary(UserName=name_of(user), PermissionsBoundary=boundary)
    world.put_user_policy(name_of(user), allow("s3:*", "*"))
    s3 = world.localstack.client("s3", user.access_key)
    s3.get_object(Bucket=BUCKET, Key="file.csv")
    message = refusal(s3.put_object, Bucket=BUCKET, Key="x", Body=b"")
    assert message.endswith("because no permissions boundary allows the s3:PutObject action")


def test_a_managed_policy_counts_in_its_default_version(world: IamWorld, user: User) -> None:
    iam = world.root("iam")
    arn = iam.create_policy(
        PolicyName="iam-managed", PolicyDocument=json.dumps(allow("s3:GetObject", OBJECTS))
    )["Policy"]["Arn"]
    iam.attach_user_policy(UserName=name_of(user), PolicyArn=arn)
    s3 = world.localstack.client("s3", user.access_key)
    s3.get_object(Bucket=BUCKET, Key="file.csv")
    iam.create_policy_version(
        PolicyArn=arn, PolicyDocument=json.dumps(allow("s3:ListBucket", "*")), SetAsDefault=True
    )
    refusal(s3.get_object, Bucket=BUCKET, Key="file.csv")


def test_a_groups_policy_counts_for_its_members(world: IamWorld, user: User) -> None:
    iam = world.root("iam")
    iam.create_group(GroupName="iam-group")
    policy = json.dumps(allow("s3:GetObject", OBJECTS))
    iam.put_group_policy(GroupName="iam-group", PolicyName="p", PolicyDocument=policy)
    s3 = world.localstack.client("s3", user.access_key)
    refusal(s3.get_object, Bucket=BUCKET, Key="file.csv")
    iam.add_user_to_group(GroupName="iam-group", UserName=name_of(user))
    s3.get_object(Bucket=BUCKET, Key="file.csv")


@pytest.mark.gap("iam", "a bucket policy's deny counts", plain="DID NOT RAISE")
def test_a_bucket_policy_lets_in_whom_it_names_and_keeps_out_whom_it_denies(
    world: IamWorld, user: User
) -> None:
    s3 = world.localstack.client("s3", user.access_key)
    named = {"Principal": {"AWS": user.arn}}
    try:
        set_bucket_policy(world, allow("s3:GetObject", OBJECTS, **named))
        s3.get_object(Bucket=BUCKET, Key="file.csv")
        world.put_user_policy(name_of(user), allow("s3:*", "*"))
        set_bucket_policy(world, deny("s3:GetObject", OBJECTS, **named))
        message = refusal(s3.get_object, Bucket=BUCKET, Key="file.csv")
        assert message.endswith("with an explicit deny in a resource-based policy")
    finally:
        world.root("s3").delete_bucket_policy(Bucket=BUCKET)


def set_bucket_policy(world: IamWorld, policy: dict[str, Any]) -> None:
    world.root("s3").put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))


def test_a_queue_policy_lets_in_whom_it_names(world: IamWorld, user: User) -> None:
    policy = allow("sqs:SendMessage", QUEUE, Principal={"AWS": user.arn})
    url = world.root("sqs").get_queue_url(QueueName="iam-queue")["QueueUrl"]
    sqs = world.localstack.client("sqs", user.access_key)
    refusal(sqs.send_message, QueueUrl=url, MessageBody="x")
    set_queue_policy = world.root("sqs").set_queue_attributes
    set_queue_policy(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    try:
        sqs.send_message(QueueUrl=url, MessageBody="x")
    finally:
        set_queue_policy(QueueUrl=url, Attributes={"Policy": ""})


def test_the_policy_every_topic_starts_with_lets_nobody_publish(
    world: IamWorld, user: User
) -> None:
    """Its condition, AWS:SourceOwner, is only met by services that act for the owner."""
    sns = world.localstack.client("sns", user.access_key)
    message = refusal(sns.publish, TopicArn=TOPIC, Message="x")
    assert message.endswith("because no identity-based policy allows the SNS:Publish action")


def test_a_function_policy_lets_a_user_invoke(world: IamWorld, user: User) -> None:
    functions = world.localstack.client("lambda", user.access_key)
    refusal(functions.invoke, FunctionName="iam-function")
    world.root("lambda").add_permission(
        FunctionName=FUNCTION,
        StatementId="user",
        Action="lambda:InvokeFunction",
        Principal=user.arn,
    )
    functions.invoke(FunctionName="iam-function", InvocationType="DryRun")
    world.root("lambda").remove_permission(FunctionName=FUNCTION, StatementId="user")
    refusal(functions.invoke, FunctionName="iam-function")


@pytest.mark.gap("iam", "a role is assumed only by whom it trusts", plain="DID NOT RAISE")
def test_a_role_is_assumed_only_by_whom_it_trusts(world: IamWorld, user: User) -> None:
    world.put_user_policy(name_of(user), allow("sts:AssumeRole", "*"))
    lambdas = world.role("iam-for-lambda-only", trust(Service="lambda.amazonaws.com"))
    mine = world.role("iam-for-one-user", trust(AWS=user.arn))
    sts = world.localstack.client("sts", user.access_key)
    message = refusal(sts.assume_role, RoleArn=lambdas, RoleSessionName="session")
    assert message == (
        f"User: {user.arn} is not authorized to perform: sts:AssumeRole on resource: {lambdas}"
    )
    assert sts.assume_role(RoleArn=mine, RoleSessionName="session")["Credentials"]


def test_who_assumed_a_role_has_the_roles_permissions_and_name(world: IamWorld, user: User) -> None:
    role = world.role("iam-worn", trust(AWS=user.arn), allow("s3:GetObject", OBJECTS))
    sts = world.localstack.client("sts", user.access_key)
    key = sts.assume_role(RoleArn=role, RoleSessionName="nok")["Credentials"]["AccessKeyId"]
    s3 = world.localstack.client("s3", key)
    s3.get_object(Bucket=BUCKET, Key="file.csv")
    message = refusal(s3.delete_object, Bucket=BUCKET, Key="file.csv")
    assert message.startswith(f"User: arn:aws:sts::{ACCOUNT}:assumed-role/iam-worn/nok is not")


@pytest.mark.gap("iam", "passing a role needs a permission", plain="DID NOT RAISE")
def test_passing_a_role_can_be_limited_to_a_service(world: IamWorld, user: User) -> None:
    to_lambda = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    world.put_user_policy(
        name_of(user),
        both(allow("states:*", "*"), allow("iam:PassRole", ROLE, Condition=to_lambda)),
    )
    states = world.localstack.client("stepfunctions", user.access_key)
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    message = refusal(
        states.create_state_machine, name="iam-other", roleArn=ROLE, definition=definition
    )
    assert f"iam:PassRole on resource: {ROLE}" in message


def test_who_one_is_may_be_asked_without_permission(world: IamWorld, user: User) -> None:
    sts = world.localstack.client("sts", user.access_key)
    assert sts.get_caller_identity()["Arn"] == user.arn


@pytest.mark.gap(
    "iam", "a missing object is a 403 to who may not list", plain=r"assert 404 in \(400, 403\)"
)
def test_a_missing_object_is_forbidden_to_who_may_not_list(world: IamWorld, user: User) -> None:
    world.put_user_policy(name_of(user), allow("s3:GetObject", OBJECTS))
    s3 = world.localstack.client("s3", user.access_key)
    message = refusal(s3.get_object, Bucket=BUCKET, Key="missing")
    assert f's3:ListBucket on resource: "{BUCKET_ARN}"' in message
    with pytest.raises(ClientError, match="403"):
        s3.head_object(Bucket=BUCKET, Key="missing")

    world.put_user_policy(
        name_of(user), both(allow("s3:GetObject", OBJECTS), allow("s3:ListBucket", BUCKET_ARN))
    )
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket=BUCKET, Key="missing")
    with pytest.raises(ClientError, match="404"):
        s3.head_object(Bucket=BUCKET, Key="missing")


def test_a_missing_bucket_is_no_secret(world: IamWorld, user: User) -> None:
    s3 = world.localstack.client("s3", user.access_key)
    with pytest.raises(ClientError, match="NoSuchBucket"):
        s3.get_object(Bucket="iam-no-such-bucket", Key="x")


def test_the_answer_to_head_is_a_bare_403(world: IamWorld, user: User) -> None:
    s3 = world.localstack.client("s3", user.access_key)
    with pytest.raises(ClientError) as refused:
        s3.head_object(Bucket=BUCKET, Key="file.csv")
    assert refused.value.response["Error"] == {"Code": "403", "Message": "Forbidden"}


@pytest.mark.gap("iam", "each of many deletions is checked", plain="'yours/1'")
def test_deleting_many_objects_deletes_those_that_are_allowed(world: IamWorld, user: User) -> None:
    world.put_user_policy(name_of(user), allow("s3:DeleteObject", f"{BUCKET_ARN}/mine/*"))
    root = world.root("s3")
    for key in ("mine/1", "yours/1"):
        root.put_object(Bucket=BUCKET, Key=key, Body=b"")
    s3 = world.localstack.client("s3", user.access_key)

    objects = [{"Key": "mine/1"}, {"Key": "yours/1"}]
    answer = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": objects})

    assert [each["Key"] for each in answer["Deleted"]] == ["mine/1"]
    (error,) = answer["Errors"]
    assert (error["Key"], error["Code"]) == ("yours/1", "AccessDenied")
    assert f'"{BUCKET_ARN}/yours/1" because no identity-based policy' in error["Message"]
    assert root.head_object(Bucket=BUCKET, Key="yours/1")


def test_deleting_many_objects_of_others_deletes_none(world: IamWorld, user: User) -> None:
    s3 = world.localstack.client("s3", user.access_key)
    answer = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "file.csv"}]})
    assert [each["Code"] for each in answer["Errors"]] == ["AccessDenied"]
    assert "Deleted" not in answer
    assert world.root("s3").head_object(Bucket=BUCKET, Key="file.csv")


def test_copying_within_s3_reads_with_the_callers_permission(world: IamWorld, user: User) -> None:
    world.put_user_policy(name_of(user), allow("s3:PutObject", OBJECTS))
    s3 = world.localstack.client("s3", user.access_key)
    source = {"Bucket": BUCKET, "Key": "file.csv"}
    message = refusal(s3.copy_object, Bucket=BUCKET, Key="copy", CopySource=source)
    assert f's3:GetObject on resource: "{OBJECT}"' in message


UNKNOWN_KEYS = [
    ("s3", "list_buckets", "InvalidAccessKeyId"),
    ("sqs", "list_queues", "InvalidClientTokenId"),
    ("sns", "list_topics", "InvalidClientTokenId"),
    ("iam", "list_roles", "InvalidClientTokenId"),
    ("sts", "get_caller_identity", "InvalidClientTokenId"),
    ("cloudwatch", "list_metrics", "InvalidClientTokenId"),
    ("lambda", "list_functions", "UnrecognizedClientException"),
    ("stepfunctions", "list_state_machines", "UnrecognizedClientException"),
    ("logs", "describe_log_groups", "UnrecognizedClientException"),
]


@pytest.mark.gap("iam", "an unknown access key is refused", plain="DID NOT RAISE")
@pytest.mark.parametrize(("service", "operation", "code"), UNKNOWN_KEYS)
@pytest.mark.parametrize("key", ["AKIAIOSFODNN7EXAMPLE", "my-real-key"])
def test_an_unknown_access_key_is_refused(
    world: IamWorld, key: str, service: str, operation: str, code: str
) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(world.localstack.client(service, key), operation)()
    assert refused.value.response["Error"]["Code"] == code


@pytest.mark.gap("iam", "an inactive access key is refused", plain="DID NOT RAISE")
def test_an_inactive_access_key_is_refused(world: IamWorld, user: User) -> None:
    world.root("iam").update_access_key(
        UserName=name_of(user), AccessKeyId=user.access_key, Status="Inactive"
    )
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        world.localstack.client("sts", user.access_key).get_caller_identity()


def test_the_root_key_may_do_everything(world: IamWorld) -> None:
    assert world.root("sts").get_caller_identity()["Arn"] == f"arn:aws:iam::{ACCOUNT}:root"
    world.root("s3").list_buckets()


@pytest.mark.gap("iam", "an unsigned request has what everybody has", plain="assert 200 == 403")
def test_an_unsigned_request_has_what_everybody_has(world: IamWorld) -> None:
    url = f"{world.localstack.endpoint}/{BUCKET}/file.csv"
    refused = requests.get(url, timeout=60)
    assert refused.status_code == 403
    assert "<Message>Access Denied</Message>" in refused.text
    set_bucket_policy(world, allow("s3:GetObject", OBJECTS, Principal="*"))
    try:
        assert requests.get(url, timeout=60).ok
    finally:
        world.root("s3").delete_bucket_policy(Bucket=BUCKET)


@pytest.fixture
def bucket_with_acls(world: IamWorld, request: pytest.FixtureRequest) -> str:
    """A bucket as old as ACLs: nothing keeps them from counting. It has an object, `kept`."""
    name = f"iam-acls-{zlib.crc32(request.node.name.encode())}"
    s3 = world.root("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.delete_bucket_ownership_controls(Bucket=name)
    s3.delete_public_access_block(Bucket=name)
    s3.put_object(Bucket=name, Key="kept", Body=b"kept")
    return name


def test_an_acl_opens_to_everybody_what_it_grants_and_no_more(
    world: IamWorld, bucket_with_acls: str
) -> None:
    s3 = world.root("s3")
    bucket = f"{world.localstack.endpoint}/{bucket_with_acls}"

    def statuses() -> list[int]:
        return [
            requests.get(bucket, timeout=60).status_code,
            requests.get(f"{bucket}/kept", timeout=60).status_code,
            requests.put(f"{bucket}/new", data=b"new", timeout=60).status_code,
            requests.delete(f"{bucket}/kept", timeout=60).status_code,
            requests.get(f"{bucket}?acl", timeout=60).status_code,
        ]

    assert statuses() == [403, 403, 403, 403, 403]
    s3.put_object_acl(Bucket=bucket_with_acls, Key="kept", ACL="public-read")
    assert statuses() == [403, 200, 403, 403, 403]
    s3.put_bucket_acl(Bucket=bucket_with_acls, ACL="public-read-write")
    assert statuses() == [200, 200, 200, 403, 403]


@pytest.mark.parametrize("setting", ["ObjectOwnership", "IgnorePublicAcls"])
def test_an_acl_does_not_count_where_the_bucket_s_owner_switched_acls_off(
    world: IamWorld, bucket_with_acls: str, setting: str
) -> None:
    s3 = world.root("s3")
    url = f"{world.localstack.endpoint}/{bucket_with_acls}/kept"
    s3.put_object_acl(Bucket=bucket_with_acls, Key="kept", ACL="public-read")
    assert requests.get(url, timeout=60).ok
    if setting == "ObjectOwnership":
        rules = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        s3.put_bucket_ownership_controls(Bucket=bucket_with_acls, OwnershipControls=rules)
    else:
        ignored = {"IgnorePublicAcls": True}
        s3.put_public_access_block(Bucket=bucket_with_acls, PublicAccessBlockConfiguration=ignored)
    assert requests.get(url, timeout=60).status_code == 403


def test_an_acl_for_aws_users_is_not_for_unsigned_requests(
    world: IamWorld, user: User, bucket_with_acls: str
) -> None:
    target = {"Bucket": bucket_with_acls, "Key": "kept"}
    reader = world.localstack.client("s3", user.access_key)
    refusal(reader.get_object, **target)
    world.root("s3").put_object_acl(**target, ACL="authenticated-read")
    assert reader.get_object(**target)["Body"].read() == b"kept"
    url = f"{world.localstack.endpoint}/{bucket_with_acls}/kept"
    assert requests.get(url, timeout=60).status_code == 403


@pytest.mark.gap("iam", "a presigned URL has its signer's permissions", plain="assert 200 == 403")
def test_a_presigned_url_has_its_signers_permissions(world: IamWorld, user: User) -> None:
    s3 = world.localstack.client("s3", user.access_key, secret_key=user.secret_key)
    target = {"Bucket": BUCKET, "Key": "file.csv"}
    url = s3.generate_presigned_url("get_object", Params=target)
    assert requests.get(url, timeout=60).status_code == 403
    world.put_user_policy(name_of(user), allow("s3:GetObject", OBJECTS))
    assert requests.get(url, timeout=60).ok


def test_an_upload_form_has_its_signers_permissions(world: IamWorld, user: User) -> None:
    s3 = world.localstack.client("s3", user.access_key, secret_key=user.secret_key)
    form = s3.generate_presigned_post(BUCKET, "form.csv")

    def upload() -> int:
        file = {"file": b"a,b"}
        return requests.post(form["url"], data=form["fields"], files=file, timeout=60).status_code

    assert upload() == 403
    world.put_user_policy(name_of(user), allow("s3:PutObject", f"{BUCKET_ARN}/form.csv"))
    assert upload() == 204


_GRANT = {"Effect": "Allow", "Principal": "*"}


def _document(**elements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{**_GRANT, **elements}]})


STORED: list[tuple[str, str, dict[str, Any], str, str]] = [
    (
        "iam",
        "put_role_policy",
        {
            "RoleName": "iam-role",
            "PolicyName": "bad",
            "PolicyDocument": json.dumps(allow("sqs:*", "arn:aws:sqs:*:<ACCOUNT>:q")),
        },
        "MalformedPolicyDocument",
        "The policy failed legacy parsing",
    ),
    (
        "iam",
        "create_role",
        {
            "RoleName": "iam-bad",
            "AssumeRolePolicyDocument": json.dumps(trust(Service="lambda")),
        },
        "MalformedPolicyDocument",
        'Invalid principal in policy: "SERVICE":"lambda"',
    ),
    (
        "s3",
        "put_bucket_policy",
        {"Bucket": BUCKET, "Policy": _document(Action="s3:*", Resource="arn:aws:s3:::YOUR-BUCKET")},
        "MalformedPolicy",
        "Policy has invalid resource",
    ),
    (
        "sqs",
        "create_queue",
        {"QueueName": "iam-bad", "Attributes": {"Policy": "no json"}},
        "InvalidAttributeValue",
        "Invalid value for the parameter Policy.",
    ),
    (
        "sns",
        "set_topic_attributes",
        {
            "TopicArn": TOPIC,
            "AttributeName": "Policy",
            "AttributeValue": _document(Effect="allow", Action="sns:Publish", Resource=TOPIC),
        },
        "InvalidParameter",
        "Invalid parameter: Policy Error: null",
    ),
]


@pytest.mark.gap("iam", "a policy that AWS refuses is refused", plain="DID NOT RAISE")
@pytest.mark.parametrize("row", STORED, ids=[row[0] for row in STORED])
def test_a_policy_that_aws_refuses_is_not_stored(world: IamWorld, row: Any) -> None:
    service, operation, parameters, code, message = row
    with pytest.raises(ClientError) as refused:
        getattr(world.root(service), operation)(**parameters)
    error = refused.value.response["Error"]
    assert (error["Code"], error["Message"]) == (code, message)
