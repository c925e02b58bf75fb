"""Which policies AWS refuses to store."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from lab_engine.iam import policy_rules
from lab_engine.iam.policy_rules import RefusedPolicyError

BUCKET = "arn:aws:s3:::raw"
GRANT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{BUCKET}/*", "Principal": "*"}


def document(**elements: Any) -> str:
    statement = {name: value for name, value in (GRANT | elements).items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def refusal(check: Callable[..., None], *arguments: str) -> str:
    with pytest.raises(RefusedPolicyError) as refused:
        check(*arguments)
    return str(refused.value)


@pytest.mark.parametrize(
    "resource",
    [
        "*",
        "arn:aws:s3:::raw/*",
        "arn:aws:sqs:ap-southeast-1:123456789012:q",
        "arn:aws:sqs:*:*:q",
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "arn:aws:iam::${aws:PrincipalAccount}:role/x",
        "arn:aws:s3:::home/${aws:username}/*",
        "arn:aws:s3:::home/${s3:ExistingObjectTag/owner}/*",
    ],
)
def test_an_identity_policy_may_name_any_resource_there_can_be(resource: str) -> None:
    policy_rules.check_identity_policy(document(Principal=None, Resource=resource))


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:sqs:ap-southeast-1:<ACCOUNT>:q",
        "arn:aws:sqs:ap-southeast-1:ACCOUNT_ID:q",
        "arn:aws:sqs:ap-southeast-1:XXXXXXXXXXXX:q",
        "arn:aws:sqs:ap-southeast-1:${AWS::AccountId}:q",
        "arn:aws:sqs:ap-southeast-1:${ACCOUNT}:q",
        "arn:aws:iam::[YOUR-ACCOUNT]:role/x",
    ],
)
def test_a_placeholder_for_the_account_is_refused(resource: str) -> None:
    told = refusal(policy_rules.check_identity_policy, document(Principal=None, Resource=resource))
    assert told == "The policy failed legacy parsing"


def test_an_identity_policy_names_no_principal() -> None:
    told = refusal(policy_rules.check_identity_policy, document())
    assert told == "Policy document should not specify a principal."


@pytest.mark.parametrize(
    ("principal", "told"),
    [
        (None, "Missing required field Principal"),
        ({"Service": "lambda"}, 'Invalid principal in policy: "SERVICE":"lambda"'),
        ({"AWS": "ACCOUNT_ID"}, 'Invalid principal in policy: "AWS":"ACCOUNT_ID"'),
        (
            {"AWS": ["123456789012", "arn:aws:iam::<ACCOUNT>:root"]},
            'Invalid principal in policy: "AWS":"arn:aws:iam::<ACCOUNT>:root"',
        ),
        ({"Serv": "lambda.amazonaws.com"}, 'Invalid principal in policy: "SERV":'),
    ],
)
def test_a_role_can_trust_only_whom_there_can_be(principal: Any, told: str) -> None:
    assert refusal(policy_rules.check_trust_policy, document(Principal=principal)).startswith(told)


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        {"AWS": "*"},
        {"AWS": ["123456789012", "arn:aws:iam::123456789012:root"]},
        {"AWS": "arn:aws:sts::123456789012:assumed-role/r/s"},
        {"AWS": "AROAEXAMPLEEXAMPLE123"},
        {"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1EXAMPLE"},
        {"Service": ["lambda.amazonaws.com", "states.ap-southeast-1.amazonaws.com"]},
        {"Federated": "accounts.google.com"},
        {"CanonicalUser": "a-canonical-user"},
    ],
)
def test_principals_that_there_are(principal: Any) -> None:
    policy_rules.check_trust_policy(document(Principal=principal))
    policy_rules.check_bucket_policy(document(Principal=principal), "raw")


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ("", "Policies must be valid JSON and the first byte must be '{'"),
        ("no json", "Policies must be valid JSON and the first byte must be '{'"),
        (" {}", "Policies must be valid JSON and the first byte must be '{'"),
        ("[]", "Policies must be valid JSON and the first byte must be '{'"),
        ("{}", "Missing required field Statement"),
        ('{"Statement": ["x"]}', "Invalid policy syntax."),
        (document(Effect="allow"), "Invalid effect: allow"),
        (document(Effect=None), "Missing required field Effect"),
        (document(Principal=None), "Missing required field Principal"),
        (document(Action=None), "Missing required field Action"),
        (document(Resource=None), "Missing required field Resource"),
        (document(Principal={"AWS": "ACCOUNT"}), "Invalid principal in policy"),
        (document(Action="sqs:SendMessage"), "Policy has invalid action"),
        (document(Resource="arn:aws:s3:::other/*"), "Policy has invalid resource"),
        (document(Resource="arn:aws:s3:::raw-[YOUR-NAME]/*"), "Policy has invalid resource"),
    ],
)
def test_a_bucket_takes_only_a_policy_about_itself(policy: str, told: str) -> None:
    assert refusal(policy_rules.check_bucket_policy, policy, "raw") == told


@pytest.mark.parametrize("resource", [BUCKET, f"{BUCKET}/*", f"{BUCKET}/a/b", f"{BUCKET}*"])
def test_a_bucket_policy_may_name_the_bucket_and_its_objects(resource: str) -> None:
    policy_rules.check_bucket_policy(document(Resource=resource), "raw")


@pytest.mark.parametrize("elements", [{"Effect": "allow"}, {"Principal": None}, {"Action": None}])
def test_queues_and_topics_take_whole_statements_only(elements: dict[str, Any]) -> None:
    policy = document(**elements)
    told = refusal(policy_rules.check_queue_policy, policy)
    assert told == "Invalid value for the parameter Policy."
    told = refusal(policy_rules.check_topic_policy, policy)
    assert told == "Invalid parameter: Policy Error: null"


def test_a_topic_takes_only_actions_of_sns() -> None:
    told = refusal(policy_rules.check_topic_policy, document())
    assert told == "Invalid parameter: Policy statement action out of service scope!"
    policy_rules.check_topic_policy(document(Action=["SNS:Publish", "sns:*"]))
