"""The pure half of IAM enforcement: which statement means which request."""

import json
import re
import time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from lab_engine.iam import conditions, patterns, policy
from lab_engine.iam.policy import Named, Principal, Request

ACCOUNT = "000000000000"
USER = Principal(f"arn:aws:iam::{ACCOUNT}:user/nok", ACCOUNT)
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/reader"
SESSION = Principal(f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/s1", ACCOUNT, role_arn=ROLE_ARN)


def statement(**elements: Any) -> policy.Statement:
    body = {"Effect": "Allow", "Action": "*", "Resource": "*"} | elements
    if "NotAction" in elements:
        del body["Action"]
    if "NotResource" in elements:
        del body["Resource"]
    document = {"Version": "2012-10-17", "Statement": body}
    return policy.parse("tested", json.dumps(document)).statements[0]


def applies(
    written: policy.Statement,
    action: str = "s3:GetObject",
    resource: str = "arn:aws:s3:::bucket/key",
    **context: patterns.ContextValue,
) -> bool:
    return written.applies_to(Request(USER, action, resource, context))


@pytest.mark.parametrize(
    ("element", "matching", "other"),
    [
        ({"Action": "s3:GetObject"}, "s3:GetObject", "s3:GetObjectAcl"),
        ({"Action": "S3:getobject"}, "s3:GetObject", "s3:PutObject"),
        ({"Action": "s3:Get*"}, "s3:GetObject", "s3:PutObject"),
        ({"Action": "s3:GetObjec?"}, "s3:GetObject", "s3:GetObjectAcl"),
        ({"Action": ["s3:PutObject", "sqs:*"]}, "sqs:SendMessage", "s3:GetObject"),
        ({"NotAction": "iam:*"}, "s3:GetObject", "iam:CreateUser"),
        ({"NotAction": ["iam:*", "sts:*"]}, "s3:GetObject", "sts:AssumeRole"),
    ],
)
def test_a_statement_means_the_actions_it_names(element: Any, matching: str, other: str) -> None:
    assert applies(statement(**element), action=matching)
    assert not applies(statement(**element), action=other)


@pytest.mark.parametrize(
    ("element", "matching", "other"),
    [
        ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a/b", "arn:aws:s3:::bucket"),
        ("arn:aws:s3:::bucket/a?", "arn:aws:s3:::bucket/ab", "arn:aws:s3:::bucket/abc"),
        ("arn:aws:s3:::Bucket/*", "arn:aws:s3:::Bucket/a", "arn:aws:s3:::bucket/a"),
        ("arn:aws:s3:::b.c/*", "arn:aws:s3:::b.c/x", "arn:aws:s3:::bxc/x"),
        ("arn:aws:s3:::b[c]/*", "arn:aws:s3:::b[c]/x", "arn:aws:s3:::bc/x"),
        ("arn:aws:sqs:*:*:q", "arn:aws:sqs:eu-west-1:1:q", "arn:aws:sqs:eu-west-1:1:qq"),
        # A star in the region can't swallow the account and a name with colons.
        ("arn:aws:sqs:*:q", "arn:aws:sqs:a:q", "arn:aws:sns:a:q"),
        (
            "arn:aws:logs:*:*:*",
            "arn:aws:logs:r:a:log-group:g:log-stream:s",
            "arn:aws:s3:r:a:log-group:g",
        ),
        (
            "arn:aws:states:*:1:stateMachine:m",
            "arn:aws:states:r:1:stateMachine:m",
            "arn:aws:states:r:2:x:1:stateMachine:m",
        ),
        ("*", "arn:aws:s3:::anything", None),
    ],
)
def test_a_resource_pattern_is_compared_by_arn_segments(
    element: str, matching: str, other: str | None
) -> None:
    assert applies(statement(Resource=element), resource=matching)
    assert other is None or not applies(statement(Resource=element), resource=other)


def test_where_nobody_can_tell_the_resource_any_of_the_service_counts() -> None:
    request = Request(USER, "rds:StartExportTask", "*", {}, any_of="rds")
    allowed = statement(Resource="arn:aws:rds:*:*:db:mine")
    denied = statement(Effect="Deny", Resource="arn:aws:rds:*:*:db:mine")
    assert allowed.applies_to(request)
    assert not statement(Resource="arn:aws:s3:::mine").applies_to(request)
    assert not denied.applies_to(request), "one is denied, not all"
    assert statement(Effect="Deny").applies_to(request)


def test_not_resource_means_everything_else() -> None:
    written = statement(NotResource="arn:aws:s3:::secret/*")
    assert applies(written, resource="arn:aws:s3:::open/x")
    assert not applies(written, resource="arn:aws:s3:::secret/x")


def test_a_policy_variable_stands_for_the_callers_own_name() -> None:
    written = statement(Resource="arn:aws:s3:::home/${aws:username}/*")
    assert applies(written, resource="arn:aws:s3:::home/nok/x", **{"aws:username": "nok"})
    assert not applies(written, resource="arn:aws:s3:::home/lek/x", **{"aws:username": "nok"})
    assert not applies(written, resource="arn:aws:s3:::home/nok/x"), "a role has no user name"


def test_wildcards_in_a_variables_value_are_plain_characters() -> None:
    written = statement(Resource="arn:aws:s3:::home/${aws:username}/*")
    assert not applies(written, resource="arn:aws:s3:::home/lek/x", **{"aws:username": "*"})
    assert applies(written, resource="arn:aws:s3:::home/*/x", **{"aws:username": "*"})


def test_a_variable_may_have_a_default_and_a_literal_star() -> None:
    written = statement(Resource="arn:aws:s3:::home/${aws:username, 'guest'}/${*}")
    assert applies(written, resource="arn:aws:s3:::home/guest/*")
    assert not applies(written, resource="arn:aws:s3:::home/guest/x")


def test_a_policy_of_the_old_version_has_no_variables() -> None:
    equal = {"StringEquals": {"aws:username": "${x}"}}
    body = {"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::${x}", "Condition": equal}
    old = policy.parse("old", json.dumps({"Statement": body})).statements[0]
    assert applies(old, resource="arn:aws:s3:::${x}", **{"aws:username": "${x}", "x": "y"})


@pytest.mark.parametrize("element", ["Resource", "NotResource"])
def test_a_resource_whose_variable_has_no_value_means_nothing(element: str) -> None:
    """In NotResource nobody knows what the statement was to leave out: it must not mean all."""
    written = statement(**{element: ["arn:aws:s3:::home/${aws:username}/*", "arn:aws:s3:::x"]})
    assert not applies(written, resource="arn:aws:s3:::home/lek/x")
    assert not applies(written, resource="arn:aws:s3:::other")


def test_not_resource_with_a_variable_leaves_out_the_callers_own() -> None:
    written = statement(NotResource="arn:aws:s3:::home/${aws:username}/*")
    assert applies(written, resource="arn:aws:s3:::home/lek/x", **{"aws:username": "nok"})
    assert not applies(written, resource="arn:aws:s3:::home/nok/x", **{"aws:username": "nok"})


@pytest.mark.parametrize("missing", ["Action", "Resource", "Effect"])
def test_a_statement_that_lacks_an_element_grants_nothing(missing: str) -> None:
    body = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    del body[missing]
    assert policy.parse("broken", json.dumps({"Statement": body})).statements == ()


def test_a_trust_policy_means_the_role_it_stands_on() -> None:
    body = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}
    document = json.dumps({"Statement": body})
    (trust,) = policy.parse("trust", document, of_role=True).statements
    assert applies(trust, action="sts:AssumeRole", resource=ROLE_ARN)


HOSTILE = [
    ("arn:aws:s3:::" + "*a" * 6, "arn:aws:s3:::" + "a" * 5000 + "b"),
    ("arn:aws:s3:::" + "*a" * 500 + "c", "arn:aws:s3:::" + "a" * 5000),
    ("arn:" + "*a" * 50 + ":s3:::k", f"arn:{'a' * 5000}b:s3:::k"),
    ("*" * 2000 + "c", "a" * 5000),
    ("*?a" * 300 + "c", "a" * 5000),
    ("*" + "?" * 1000 + "c*", "a" * 5000),
    ("*" + "ab" * 500 + "*c", "ab" * 5000),
    ("${" * 5000, "a"),
    ("${" + " " * 5000 + "}", "a"),
]


@pytest.mark.parametrize(("written", "value"), HOSTILE, ids=range(len(HOSTILE)))
def test_no_pattern_takes_long_whatever_it_is_compared_with(written: str, value: str) -> None:
    """Six `*a` against a long key took seconds, for every request."""
    block = {"StringLike": {"a:k": written}, "ArnLike": {"a:k": written}}
    began = time.process_time()
    assert not applies(statement(Action=written), action=value)
    assert not applies(statement(Resource=written), resource=value)
    assert not applies(statement(Condition=block), **{"a:k": value})
    assert time.process_time() - began < 0.5


def backtracking(written: str, *, many: str = ".*", one: str = ".") -> str:
    wildcards = {"*": many, "?": one}
    return "".join(wildcards.get(each) or re.escape(each) for each in written)


@given(some.text("ab*?", max_size=8), some.text("ab", max_size=10))
@example("a*a", "a")
@example("*ab*ab*", "abab")
def test_a_pattern_means_what_its_regular_expression_would(written: str, value: str) -> None:
    expected = re.fullmatch(backtracking(written), value) is not None
    assert patterns.parse(written).matches(value) is expected


@given(some.text("a:*?", max_size=14), some.text("a:", max_size=14))
@example("a:*:a:a:a:*", "a:a:a:a:a:a:a")
def test_an_arn_pattern_means_what_its_segments_would(written: str, value: str) -> None:
    *head, tail = written.split(":", 5)
    expression = backtracking(written)
    if len(head) == 5:
        inside = [backtracking(each, many="[^:]*", one="[^:]") for each in head]
        expression = ":".join([*inside, backtracking(tail)])
    expected = re.fullmatch(expression, value) is not None
    assert patterns.parse(written).matches_arn(value) is expected


def test_a_colon_in_a_variables_value_ends_no_segment_of_an_arn() -> None:
    written = statement(Resource="arn:aws:s3:::${aws:userid}/*:${aws:userid}")
    keys = {"aws:userid": "AROA:s1"}
    assert applies(written, resource="arn:aws:s3:::AROA:s1/x:AROA:s1", **keys)
    in_head = statement(Resource="arn:aws:*:r:${aws:userid}:q")
    assert not applies(in_head, resource="arn:aws:sqs:r:AROA:s1:q", **keys)


ARN = "arn:aws:s3:::my-bucket"
CONDITIONS = [
    # operator, key, policy's value(s), a request that satisfies it, one that does not
    ("StringEquals", "aws:username", "nok", "nok", "Nok"),
    ("StringEquals", "aws:username", ["nok", "lek"], "lek", "ying"),
    ("StringNotEquals", "aws:username", "nok", "lek", "nok"),
    ("StringNotEquals", "aws:username", ["nok", "lek"], "ying", "lek"),
    ("StringNotEquals", "aws:username", "nok", None, "nok"),
    ("StringEqualsIgnoreCase", "aws:username", "nok", "NOK", "lek"),
    ("StringNotEqualsIgnoreCase", "aws:username", "nok", "lek", "NOK"),
    ("StringLike", "s3:prefix", "home/*", "home/a", "x"),
    ("StringLike", "s3:prefix", "home/*", "home/a", None),
    ("StringNotLike", "s3:prefix", "home/*", "x", "home/a"),
    ("ArnEquals", "aws:SourceArn", ARN, ARN, "arn:aws:s3:::other"),
    ("ArnLike", "aws:SourceArn", "arn:aws:s3:::my-*", ARN, "arn:aws:s3:::other"),
    ("ArnNotLike", "aws:SourceArn", "arn:aws:s3:::my-*", "arn:aws:s3:::other", ARN),
    ("ArnNotEquals", "aws:SourceArn", ARN, "arn:aws:s3:::other", ARN),
    ("NumericLessThan", "s3:max-keys", "10", "9", "10"),
    ("NumericLessThanEquals", "s3:max-keys", 10, "10", "11"),
    ("NumericGreaterThan", "s3:max-keys", "9", "10", "9"),
    ("NumericGreaterThanEquals", "s3:max-keys", "10", "10", "9"),
    ("NumericEquals", "s3:max-keys", "10", "10.0", "11"),
    ("NumericNotEquals", "s3:max-keys", "10", "11", "10"),
    ("NumericEquals", "s3:max-keys", "10", "10", "ten"),
    (
        "DateGreaterThan",
        "aws:CurrentTime",
        "2026-01-01T00:00:00Z",
        "2026-06-01T00:00:00Z",
        "2025-06-01T00:00:00Z",
    ),
    ("DateLessThan", "aws:CurrentTime", "2026-01-01", "2025-12-31T00:00:00Z", "2026-06-01"),
    ("DateGreaterThanEquals", "aws:EpochTime", "1767225600", "1767225600", "1767225599"),
    ("DateLessThanEquals", "aws:EpochTime", "1767225600", "1767225600", "1767225601"),
    ("DateEquals", "aws:CurrentTime", "2026-01-01", "2026-01-01T00:00:00Z", "2026-01-02"),
    ("DateNotEquals", "aws:CurrentTime", "2026-01-01", "2026-01-02", "2026-01-01T00:00:00Z"),
    ("Bool", "aws:SecureTransport", True, "true", "false"),
    ("Bool", "aws:SecureTransport", "false", "false", "true"),
    ("BinaryEquals", "x:binary", "QUJD", "QUJD", "QUJE"),
    ("IpAddress", "aws:SourceIp", "10.0.0.0/8", "10.1.2.3", "11.1.2.3"),
    ("IpAddress", "aws:SourceIp", ["2001:db8::/32", "10.0.0.1"], "10.0.0.1", "::1"),
    ("NotIpAddress", "aws:SourceIp", "10.0.0.0/8", "11.1.2.3", "10.1.2.3"),
    ("Null", "aws:SourceArn", "true", None, ARN),
    ("Null", "aws:SourceArn", "false", ARN, None),
    ("Null", "aws:TagKeys", "true", (), ("a",)),
    ("DateLessThan", "aws:EpochTime", "1767225600", "1767225599", "9" * 30),
    ("StringNotEquals", "aws:username", ["${aws:nothing}", "lek"], "nok", "lek"),
    ("StringEqualsIfExists", "aws:username", "nok", None, "lek"),
    ("NumericLessThanIfExists", "s3:max-keys", "10", None, "12"),
    ("ForAllValues:StringEquals", "aws:TagKeys", ["a", "b"], ("a", "b"), ("a", "c")),
    ("ForAllValues:StringEquals", "aws:TagKeys", ["a"], None, ("c",)),
    ("ForAllValues:StringNotEquals", "aws:TagKeys", ["a"], ("b", "c"), ("a", "b")),
    ("ForAnyValue:StringEquals", "aws:TagKeys", ["a", "b"], ("b", "x"), ("x",)),
    ("ForAnyValue:StringEquals", "aws:TagKeys", ["a", "b"], ("b",), None),
    ("ForAnyValue:StringNotEquals", "aws:TagKeys", ["a"], ("a", "b"), ("a",)),
    ("StringEquals", "AWS:USERNAME", "${aws:username}", "nok", None),
]


@pytest.mark.parametrize(
    ("operator", "key", "value", "satisfying", "other"),
    CONDITIONS,
    ids=[f"{row[0]}-{number}" for number, row in enumerate(CONDITIONS)],
)
def test_a_condition_operator(
    operator: str,
    key: str,
    value: Any,
    satisfying: patterns.ContextValue | None,
    other: patterns.ContextValue | None,
) -> None:
    (condition,) = conditions.parse({operator: {key: value}})

    def holds(given: patterns.ContextValue | None) -> bool:
        return condition.holds({} if given is None else {key.lower(): given})

    assert holds(satisfying), f"{operator} {value} must hold for {satisfying}"
    assert not holds(other), f"{operator} {value} must not hold for {other}"


def test_every_line_of_a_condition_block_must_hold() -> None:
    written = statement(
        Condition={
            "StringEquals": {"aws:username": "nok", "aws:requestedregion": "ap-southeast-1"},
            "Bool": {"aws:SecureTransport": "true"},
        }
    )
    keys = {"aws:username": "nok", "aws:requestedregion": "ap-southeast-1"}
    assert applies(written, **keys, **{"aws:securetransport": "true"})
    assert not applies(written, **keys, **{"aws:securetransport": "false"})
    assert not applies(written, **keys)


def test_an_unknown_condition_operator_is_said_by_its_name() -> None:
    with pytest.raises(conditions.UnknownOperatorError, match="StringIsh"):
        conditions.parse({"StringIsh": {"a": "b"}})


@pytest.mark.parametrize(
    ("written", "principal", "named"),
    [
        ("*", USER, Named.EXACTLY),
        ({"AWS": "*"}, USER, Named.EXACTLY),
        ({"AWS": "*"}, SESSION, Named.BY_ROLE),
        ({"AWS": "*"}, policy.ANONYMOUS, Named.EXACTLY),
        ({"AWS": ACCOUNT}, USER, Named.BY_ACCOUNT),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, SESSION, Named.BY_ACCOUNT),
        ({"AWS": "111111111111"}, USER, Named.NOT),
        ({"AWS": USER.arn}, USER, Named.EXACTLY),
        ({"AWS": ["arn:aws:iam::1:user/x", USER.arn]}, USER, Named.EXACTLY),
        ({"AWS": ROLE_ARN}, SESSION, Named.BY_ROLE),
        ({"AWS": SESSION.arn}, SESSION, Named.EXACTLY),
        ({"AWS": ROLE_ARN}, USER, Named.NOT),
        (
            {"Service": "s3.amazonaws.com"},
            Principal("s3.amazonaws.com", is_service=True),
            Named.EXACTLY,
        ),
        (
            {"Service": ["sns.amazonaws.com"]},
            Principal("s3.amazonaws.com", is_service=True),
            Named.NOT,
        ),
    ],
)
def test_how_closely_a_resource_policy_names_the_caller(
    written: Any, principal: Principal, named: Named
) -> None:
    assert statement(Principal=written).names(principal) is named


def test_not_principal_names_everyone_else() -> None:
    written = statement(NotPrincipal={"AWS": USER.arn})
    assert written.names(USER) is Named.NOT
    assert written.names(SESSION) is Named.EXACTLY


def test_an_identity_policy_names_nobody() -> None:
    assert statement().names(USER) is Named.NOT


@pytest.mark.parametrize(
    "document",
    [
        "no json",
        "[]",
        '{"Statement": "Allow"}',
        '{"Statement": {"Effect": "Allow", "Action": "*", "Condition": {"StringIsh": {"a": "b"}}}}',
    ],
)
def test_what_is_no_policy_grants_nothing_and_is_said(
    document: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert policy.parse("broken", document).statements == ()
    assert "grants nothing" in caplog.text
