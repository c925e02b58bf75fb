"""Temporary credentials: each kind is somebody's, and is limited as on AWS."""

import base64
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.engine.iam.world import ACCOUNT, BUCKET, IamWorld, User, allow, deny, trust

OBJECTS = f"arn:aws:s3:::{BUCKET}/*"
FEDERATED = f"arn:aws:sts::{ACCOUNT}:federated-user/lek"


@pytest.fixture
def user(world: IamWorld) -> User:
    """A user who may read objects and federate others."""
    name = f"session-{uuid.uuid4().hex[:8]}"
    policy = allow(["s3:GetObject", "s3:PutObject", "iam:ListUsers", "sts:*"], "*")
    return world.user(name, policy)


def refused(code: str, call: Callable[..., Any], **parameters: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**parameters)
    answer = error.value.response["Error"]
    assert answer["Code"] == code
    return str(answer["Message"])


def read(s3: Any) -> None:
    assert s3.get_object(Bucket=BUCKET, Key="file.csv")["Body"].read()


@pytest.mark.gap("iam", "a session token's key is its user's", plain=":root' == 'arn:aws")
def test_a_session_token_acts_as_the_user_who_asked_for_it(world: IamWorld, user: User) -> None:
    key = world.localstack.client("sts", user.access_key).get_session_token()["Credentials"]
    client = _clients(world, key)
    assert client("sts").get_caller_identity()["Arn"] == user.arn
    read(client("s3"))
    message = refused("AccessDenied", client("s3").delete_object, Bucket=BUCKET, Key="file.csv")
    assert message.startswith(f"User: {user.arn} is not authorized")
    refused("InvalidClientTokenId", client("iam").list_users)
    refused("AccessDenied", client("sts").get_session_token)
    refused("AccessDenied", client("sts").get_federation_token, Name="lek")


def test_a_session_token_with_mfa_may_use_iam(world: IamWorld, user: User) -> None:
    sts = world.localstack.client("sts", user.access_key)
    serial = f"arn:aws:iam::{ACCOUNT}:mfa/phone"
    key = sts.get_session_token(SerialNumber=serial, TokenCode="123456")["Credentials"]
    assert _clients(world, key)("iam").list_users()["Users"]


@pytest.mark.parametrize("account", [ACCOUNT, "222222222222"])
def test_the_roots_session_token_is_its_accounts_root(world: IamWorld, account: str) -> None:
    key = world.localstack.client("sts", account).get_session_token()["Credentials"]
    client = _clients(world, key)
    assert client("sts").get_caller_identity()["Arn"] == f"arn:aws:iam::{account}:root"
    client("sqs").list_queues()
    refused("InvalidClientTokenId", client("iam").list_users)
    if account != ACCOUNT:
        refused("AccessDenied", client("s3").get_object, Bucket=BUCKET, Key="file.csv")


@pytest.mark.gap(
    "iam", "a federated user has what user and policy share", plain=":root' == 'arn:aws"
)
def test_a_federated_user_may_what_both_the_user_and_the_policy_allow(
    world: IamWorld, user: User
) -> None:
    policy = json.dumps(allow(["s3:GetObject", "s3:DeleteObject"], OBJECTS))
    sts = world.localstack.client("sts", user.access_key)
    answer = sts.get_federation_token(Name="lek", Policy=policy)
    assert answer["FederatedUser"]["Arn"] == FEDERATED
    client = _clients(world, answer["Credentials"])
    assert client("sts").get_caller_identity()["Arn"] == FEDERATED
    s3 = client("s3")
    read(s3)
    assert "no session policy allows" in refused(
        "AccessDenied", s3.put_object, Bucket=BUCKET, Key="x", Body=b""
    )
    assert "no identity-based policy allows" in refused(
        "AccessDenied", s3.delete_object, Bucket=BUCKET, Key="x"
    )
    refused("InvalidClientTokenId", client("iam").list_users)


def test_a_federated_user_without_a_policy_may_nothing(world: IamWorld, user: User) -> None:
    sts = world.localstack.client("sts", user.access_key)
    client = _clients(world, sts.get_federation_token(Name="lek")["Credentials"])
    refused("AccessDenied", client("s3").get_object, Bucket=BUCKET, Key="file.csv")
    by_arn = [{"arn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}]
    limited = sts.get_federation_token(Name="lek", PolicyArns=by_arn)["Credentials"]
    read(_clients(world, limited)("s3"))


def test_federating_needs_a_permission(world: IamWorld) -> None:
    sts = world.localstack.client("sts", world.stranger.access_key)
    message = refused("AccessDenied", sts.get_federation_token, Name="lek")
    assert f"sts:GetFederationToken on resource: {FEDERATED}" in message


@pytest.mark.gap("iam", "a role that does not exist is nobody's", plain="DID NOT RAISE")
@pytest.mark.parametrize("account", [ACCOUNT, "222222222222"])
def test_nobody_assumes_a_role_that_does_not_exist(
    world: IamWorld, user: User, account: str
) -> None:
    role = f"arn:aws:iam::{account}:role/never-made"
    for who in (user.access_key, ACCOUNT):
        sts = world.localstack.client("sts", who)
        message = refused("AccessDenied", sts.assume_role, RoleArn=role, RoleSessionName="session")
        assert message.endswith(f"is not authorized to perform: sts:AssumeRole on resource: {role}")


@pytest.mark.parametrize(
    ("role", "session", "wrong"),
    [
        ("arn:a:a::aaaaaaaaaa:", "session", "arn:a:a::aaaaaaaaaa: is invalid"),
        (f"arn:aws:iam::{ACCOUNT}:role/never-made", "a:b", "'a:b' at 'roleSessionName'"),
    ],
)
def test_a_role_s_name_is_checked_before_the_permission(
    world: IamWorld, role: str, session: str, wrong: str
) -> None:
    """As recorded on AWS for LocalStack's own suite."""
    sts = world.localstack.client("sts", ACCOUNT)

    assert wrong in refused(
        "ValidationError", sts.assume_role, RoleArn=role, RoleSessionName=session
    )


@pytest.mark.gap("iam", "session policies limit a role's session", plain="DID NOT RAISE")
@pytest.mark.parametrize("by_arn", [False, True])
def test_a_session_policy_limits_a_roles_session(world: IamWorld, user: User, by_arn: bool) -> None:
    role = world.role(f"iam-{uuid.uuid4().hex[:8]}", trust(AWS=user.arn), allow("s3:*", "*"))
    limit = json.dumps(allow("s3:GetObject", OBJECTS))
    given: dict[str, Any] = {"Policy": limit}
    if by_arn:
        name = f"iam-{uuid.uuid4().hex[:8]}"
        made = world.root("iam").create_policy(PolicyName=name, PolicyDocument=limit)
        given = {"PolicyArns": [{"arn": made["Policy"]["Arn"]}]}
    sts = world.localstack.client("sts", user.access_key)
    key = sts.assume_role(RoleArn=role, RoleSessionName="session", **given)["Credentials"]
    s3 = _clients(world, key)("s3")
    read(s3)
    message = refused("AccessDenied", s3.put_object, Bucket=BUCKET, Key="x", Body=b"")
    assert message.endswith("because no session policy allows the s3:PutObject action")


def test_a_session_policys_deny_is_said(world: IamWorld, user: User) -> None:
    role = world.role(f"iam-{uuid.uuid4().hex[:8]}", trust(AWS=user.arn), allow("s3:*", "*"))
    limit = allow("s3:*", "*")
    limit["Statement"] += deny("s3:PutObject", "*")["Statement"]
    sts = world.localstack.client("sts", user.access_key)
    key = sts.assume_role(RoleArn=role, RoleSessionName="session", Policy=json.dumps(limit))
    s3 = _clients(world, key["Credentials"])("s3")
    message = refused("AccessDenied", s3.put_object, Bucket=BUCKET, Key="x", Body=b"")
    assert message.endswith("with an explicit deny in a session policy")


def _token(**claims: Any) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"header.{payload}.signature"


def _web_role(world: IamWorld, provider: str, sub: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{provider.rpartition('oidc-provider/')[2]}:sub": sub}},
    }
    trusts = {"Version": "2012-10-17", "Statement": [statement]}
    name = f"iam-web-{uuid.uuid4().hex[:8]}"
    return world.role(name, trusts, allow("s3:GetObject", OBJECTS))


@pytest.mark.gap("iam", "a web identity is trusted or refused", plain="DID NOT RAISE")
def test_a_web_identity_takes_only_a_role_that_trusts_it(world: IamWorld) -> None:
    host = f"{uuid.uuid4().hex[:8]}.example.com"
    provider = world.root("iam").create_open_id_connect_provider(Url=f"https://{host}")
    role = _web_role(world, provider["OpenIDConnectProviderArn"], "repo:mine")
    sts = world.localstack.client("sts", ACCOUNT)

    def take(**claims: Any) -> Any:
        return sts.assume_role_with_web_identity(
            RoleArn=role, RoleSessionName="web", WebIdentityToken=_token(**claims)
        )

    key = take(iss=f"https://{host}", sub="repo:mine")["Credentials"]
    read(_clients(world, key)("s3"))
    assert refused("AccessDenied", take, iss=f"https://{host}", sub="repo:theirs") == (
        "Not authorized to perform sts:AssumeRoleWithWebIdentity"
    )
    refused("AccessDenied", take, iss="https://accounts.google.com", sub="repo:mine")
    refused("InvalidIdentityToken", take, iss="https://unknown.example.com", sub="repo:mine")
    refused(
        "InvalidIdentityToken",
        sts.assume_role_with_web_identity,
        RoleArn=role,
        RoleSessionName="web",
        WebIdentityToken="no token",
    )


_ASSERTION = """
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">
<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"><AttributeStatement>
<Attribute Name="https://aws.amazon.com/SAML/Attributes/RoleSessionName">
<AttributeValue>lek</AttributeValue></Attribute>
<Attribute Name="https://aws.amazon.com/SAML/Attributes/Role">
<AttributeValue>{role},{provider}</AttributeValue></Attribute>
</AttributeStatement></Assertion></samlp:Response>
"""


@pytest.mark.gap("iam", "a SAML identity is trusted or refused", plain=":root' == 'arn:aws")
def test_a_saml_identity_takes_only_a_role_that_trusts_it(world: IamWorld) -> None:
    iam = world.localstack.client("iam", "222222222222")
    name = f"saml-{uuid.uuid4().hex[:8]}"
    provider = iam.create_saml_provider(Name=name, SAMLMetadataDocument="x" * 1000)
    arn = provider["SAMLProviderArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": arn},
        "Action": "sts:AssumeRoleWithSAML",
    }
    trusts = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    closed = json.dumps(trust(AWS="222222222222"))
    made = {
        role: iam.create_role(RoleName=f"{name}-{role}", AssumeRolePolicyDocument=document)
        for role, document in (("open", trusts), ("closed", closed))
    }
    sts = world.localstack.client("sts", ACCOUNT)

    def take(role: str) -> Any:
        role_arn = made[role]["Role"]["Arn"]
        assertion = _ASSERTION.format(role=role_arn, provider=arn).replace("\n", "")
        return sts.assume_role_with_saml(
            RoleArn=role_arn,
            PrincipalArn=arn,
            SAMLAssertion=base64.b64encode(assertion.encode()).decode(),
        )

    key = take("open")["Credentials"]
    session = _clients(world, key)("sts").get_caller_identity()["Arn"]
    assert session == f"arn:aws:sts::222222222222:assumed-role/{name}-open/lek"
    assert refused("AccessDenied", take, role="closed") == (
        "Not authorized to perform sts:AssumeRoleWithSAML"
    )


def _clients(world: IamWorld, key: dict[str, str]) -> Callable[[str], Any]:
    return lambda service: world.localstack.client(service, key["AccessKeyId"])
