"""Least privilege for services beyond those of the course: a policy may name the resource."""

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.engine.conftest import REGION
from tests.engine.iam.world import ACCOUNT, IamWorld, User, allow


@pytest.fixture
def user(world: IamWorld) -> User:
    return world.user(f"iam-{uuid.uuid4().hex[:8]}")


def as_user(world: IamWorld, user: User, service: str, action: str, resource: str) -> Any:
    """A client of the user, who may do just this."""
    world.put_user_policy(user.arn.rpartition("/")[2], allow(action, resource))
    return world.localstack.client(service, user.access_key)


def test_a_parameter_of_systems_manager_is_named(world: IamWorld, user: User) -> None:
    for name in ("/lab/mine", "/lab/yours"):
        world.root("ssm").put_parameter(Name=name, Value="x", Type="String", Overwrite=True)
    arn = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/lab/mine"
    ssm = as_user(world, user, "ssm", "ssm:GetParameter", arn)
    assert ssm.get_parameter(Name="/lab/mine")["Parameter"]["Value"] == "x"
    with pytest.raises(ClientError, match="AccessDenied"):
        ssm.get_parameter(Name="/lab/yours")


@pytest.mark.parametrize("pattern", ["{arn}", "{named}-??????", "{named}-*"])
def test_a_secret_is_named_by_any_form_of_its_arn(
    world: IamWorld, user: User, pattern: str
) -> None:
    name = f"secret-{uuid.uuid4().hex[:8]}"
    other = f"secret-{uuid.uuid4().hex[:8]}"
    secrets = world.root("secretsmanager")
    arn = secrets.create_secret(Name=name, SecretString="x")["ARN"]
    secrets.create_secret(Name=other, SecretString="x")
    named = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}"
    action = "secretsmanager:GetSecretValue"
    resource = pattern.format(arn=arn, named=named)
    mine = as_user(world, user, "secretsmanager", action, resource)
    for given in (name, arn):
        assert mine.get_secret_value(SecretId=given)["SecretString"] == "x"
    with pytest.raises(ClientError, match="AccessDenied"):
        mine.get_secret_value(SecretId=other)


def test_an_alias_means_its_key(world: IamWorld, user: User) -> None:
    kms = world.root("kms")
    alias = f"alias/{uuid.uuid4().hex[:8]}"
    key = kms.create_key()["KeyMetadata"]
    other = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName=alias, TargetKeyId=key["KeyId"])
    mine = as_user(world, user, "kms", "kms:Encrypt", key["Arn"])
    for given in (alias, key["KeyId"], key["Arn"]):
        assert mine.encrypt(KeyId=given, Plaintext=b"x")["CiphertextBlob"]
    with pytest.raises(ClientError, match="AccessDenied"):
        mine.encrypt(KeyId=other["KeyId"], Plaintext=b"x")


def test_of_a_service_without_rules_any_resource_in_the_policy_counts(
    world: IamWorld, user: User
) -> None:
    action = "route53:ListHostedZones"
    zones = as_user(world, user, "route53", action, "arn:aws:route53:::hostedzone/*")
    assert zones.list_hosted_zones()["HostedZones"] == []
    zones = as_user(world, user, "route53", action, "arn:aws:s3:::hostedzone")
    with pytest.raises(ClientError, match="AccessDenied"):
        zones.list_hosted_zones()
