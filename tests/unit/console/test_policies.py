"""Policies as they are typed: what is marked, and what would help."""

import json
from typing import Any

import pytest

from console.policies import (
    Kind,
    allowing,
    check,
    document,
    is_json,
    read_vocabulary,
    trust_of,
    with_statement,
)
from console.services.iam.uses import uses_of

WORDS = read_vocabulary(
    {
        "s3": {
            "actions": ["GetObject", "ListBucket", "PutObject"],
            "calls": {"HeadObject": ["s3:GetObject"]},
        }
    }
)
READS = {
    "Sid": "Reads",
    "Effect": "Allow",
    "Action": ["s3:GetObject"],
    "Resource": ["arn:aws:s3:::b/*"],
}


def told(text: str, kind: Kind = "identity") -> list[str]:
    return [each.en for each in check(text, kind, WORDS)]


def marked(text: str) -> list[str]:
    return [text[each.start : each.end] for each in check(text, "identity", WORDS)]


def test_a_policy_as_it_must_be_has_no_problem() -> None:
    assert told(document([READS])) == []
    assert told(json.dumps({"Version": "2012-10-17", "Statement": READS})) == []
    assert told(trust_of("lambda.amazonaws.com"), "trust") == []


def test_what_is_no_json_is_marked_where_it_breaks() -> None:
    text = '{"Version": "2012-10-17",\n "Statement": [}\n'
    (problem,) = check(text, "identity", WORDS)
    assert "line 2" in problem.en
    assert text[problem.start : problem.end] == "}"
    assert not is_json(text)


@pytest.mark.parametrize("text", ["", "[]", "null", "[" * 100_000])
def test_what_is_no_policy_at_all_is_told(text: str) -> None:
    assert told(text)
    assert not is_json(text)


@pytest.mark.parametrize(
    ("change", "problem", "place"),
    [
        ({"Effect": "allow"}, "Effect is Allow or Deny", '"allow"'),
        ({"Efect": "Allow"}, "no element Efect", '"Efect"'),
        ({"Sid": "no spaces"}, "letters and digits", '"no spaces"'),
        ({"Principal": "*"}, "has no Principal", '"Principal"'),
        ({"Resource": "b/*"}, "no ARN", '"b/*"'),
        ({"Resource": "arn:aws:s3:::pipeline-raw-[name]-*"}, "placeholder", '"arn:aws:s3'),
        ({"Action": "GetObject"}, "names no service", '"GetObject"'),
        ({"Action": "s3:GetObjects"}, "Did you mean s3:GetObject?", '"s3:GetObjects"'),
        ({"Action": ["s3:HeadObject"]}, "The call needs s3:GetObject", '"s3:HeadObject"'),
        ({"Action": "s3:get[o]bject"}, "no action", '"s3:get[o]bject"'),
    ],
)
def test_a_mistake_in_a_statement_is_marked(
    change: dict[str, Any], problem: str, place: str
) -> None:
    text = document([READS | change])
    assert [each for each in told(text) if problem in each]
    assert [each for each in marked(text) if each.startswith(place)]


@pytest.mark.parametrize("missing", ["Action", "Resource"])
def test_what_a_statement_lacks_is_told(missing: str) -> None:
    text = document([{name: value for name, value in READS.items() if name != missing}])
    assert told(text) == [f"Statement Reads needs {missing}."]


def test_a_trust_policy_needs_a_principal_and_no_resource() -> None:
    assert told(document([READS]), "trust") == [
        "Statement Reads needs Principal.",
        "Statement Reads: a policy of this kind has no Resource.",
    ]


def test_two_statements_of_one_sid_are_told() -> None:
    assert {"2 statements have the Sid Reads."} == set(told(document([READS, READS])))


@pytest.mark.parametrize("action", ["*", "s3:*", "s3:Get*", "S3:getobject", "s3:?utObject"])
def test_an_action_that_matches_one_that_exists_is_no_mistake(action: str) -> None:
    assert told(document([READS | {"Action": action}])) == []


def test_actions_of_services_that_nobody_listed_are_not_looked_at() -> None:
    text = document([READS | {"Action": "dynamodb:Anything"}])
    assert told(text) == []
    assert check(document([READS | {"Action": "s3:No"}]), "identity", None) == []


def test_an_endpoint_that_lists_nothing_gives_no_vocabulary() -> None:
    assert read_vocabulary(None) is None
    assert read_vocabulary([]) is None


def test_the_statement_that_allows_a_refusal_joins_a_policy_under_a_free_sid() -> None:
    wanted = allowing("s3:ListBucket", "arn:aws:s3:::b")
    once = with_statement(document([READS]), wanted)
    twice = with_statement(once, allowing("s3:ListBucket", "arn:aws:s3:::c"))
    assert told(twice) == []
    assert json.loads(twice)["Statement"][1] == wanted
    assert [each["Sid"] for each in json.loads(twice)["Statement"]][1:] == [
        "AllowS3ListBucket",
        "AllowS3ListBucket2",
    ]


def test_the_journal_is_sorted_by_what_became_of_each_request() -> None:
    mine: dict[str, Any] = {"principal": "arn:role/mine", "resource": "r", "count": 1}
    journal = {
        "uses": [
            {**mine, "action": "s3:GetObject", "allowed": True},
            {**mine, "action": "s3:GetObject", "allowed": True, "count": 2},
            {**mine, "action": "s3:ListBucket", "allowed": False},
            {**mine, "principal": "arn:role/other", "action": "s3:PutObject", "allowed": False},
        ],
        "grants": [
            {"principal": "arn:role/mine", "action": "s3:PutObject", "used": 0},
            {"principal": "arn:role/mine", "action": "s3:GetObject", "used": 3},
        ],
    }
    uses = uses_of(journal, "arn:role/mine")
    assert uses.used == [{"action": "s3:GetObject", "resource": "r", "count": 3}]
    assert [each["action"] for each in uses.refused] == ["s3:ListBucket"]
    assert [each["action"] for each in uses.unused] == ["s3:PutObject"]
