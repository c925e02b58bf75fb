"""The course's small parts: languages, grants, evidence, data, progress, narration."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import quote, quote_plus

import pytest
from policy_sentry.querying.all import get_all_actions

from course.checking import Result
from course.evidence import Invocation, objects_in, tells_rows
from course.executions import executions
from course.finding import Finding, Verdict, failed, passed
from course.grants import NO_ACTIONS, Statement
from course.language import Text, fill
from course.library import open_library
from course.narration import as_command
from course.progress import Progress, read_progress, write_progress
from course.sales import sales_file
from course.sandbox import Call, Sandbox
from course.step import Step

SANDBOX = Sandbox("http://127.0.0.1:4566", account="123456789012")


def test_names_are_filled_in_and_braces_of_json_stay() -> None:
    assert fill('{"a": "{account}", "b": {unknown}}', {"account": 1}) == (
        '{"a": "1", "b": {unknown}}'
    )


@pytest.mark.parametrize(
    ("action", "resource", "covered"),
    [
        ("s3:GetObject", "arn:aws:s3:::b/uploads/a.csv", True),
        ("s3:getobject", "arn:aws:s3:::b/uploads/x/y.csv", True),
        ("s3:PutObject", "arn:aws:s3:::b/uploads/a.csv", False),
        ("s3:GetObject", "arn:aws:s3:::b/failed/a.csv", False),
        ("s3:GetObject", "arn:aws:s3:::b", False),
    ],
)
def test_a_statement_covers_what_its_patterns_match(
    action: str, resource: str, covered: bool
) -> None:
    statement = Statement("p", "Allow", ("s3:Get*",), ("arn:aws:s3:::b/uploads/*",))
    assert statement.covers(action, resource) == covered


def test_brackets_in_a_resource_are_no_pattern() -> None:
    statement = Statement("p", "Allow", ("s3:GetObject",), ("arn:aws:s3:::b/[ab].csv",))
    assert statement.covers("s3:GetObject", "arn:aws:s3:::b/[ab].csv")
    assert not statement.covers("s3:GetObject", "arn:aws:s3:::b/a.csv")


def test_the_calls_that_are_no_actions_are_none_and_what_is_meant_instead_is_one() -> None:
    actions = {each.lower() for each in get_all_actions()}
    for call, meant in NO_ACTIONS.items():
        assert call.lower() not in actions
        assert {each.strip().lower() for each in meant.split(",")} <= actions


@pytest.mark.parametrize(
    "line",
    [
        '{"event": "file_validated", "total_rows": 5}',
        '[INFO]\t2026-01-01T00:00:00Z\tid\t{"status": "valid", "rows": 5}',
        '{"statusCode": 200, "body": "{\\"results\\": [{\\"row_count\\": 5}]}"}',
        'Processing complete. Results: [{"file": "a", "status": "valid", "rows": 5}]',
    ],
)
def test_a_report_is_known_in_the_workshops_forms_and_in_ours(line: str) -> None:
    assert tells_rows([line], 5)
    assert not tells_rows([line], 6)


def test_a_rejected_file_tells_no_rows() -> None:
    assert not tells_rows(['{"status": "rejected", "total_rows": 5}'], 5)


def test_objects_are_found_in_lists_and_inside_strings() -> None:
    found = list(objects_in('before {"a": [{"b": "{\\"c\\": 1}"}]} after'))
    assert {"c": 1} in found
    assert list(objects_in("no {json here")) == []


@pytest.mark.parametrize("encode", [str, quote_plus, quote, lambda key: json.dumps(key)[1:-1]])
def test_a_key_is_known_as_it_is_as_encoded_and_as_json_writes_it(
    encode: Callable[[str], str],
) -> None:
    invocation = Invocation("1", [f'{{"key": "uploads/{encode("ยอด ขาย.csv")}"}}'])
    assert invocation.mentions("uploads/ยอด ขาย.csv")


def test_the_same_seed_makes_the_same_file_and_another_student_has_another() -> None:
    other = Sandbox(SANDBOX.endpoint, account="210987654321")
    file = sales_file(SANDBOX.seed("a"), 20)
    assert file == sales_file(SANDBOX.seed("a"), 20)
    assert file.body != sales_file(other.seed("a"), 20).body
    lines = [line.split(",") for line in file.body.decode().splitlines()[1:]]
    assert len(lines) == file.rows
    assert sum(int(line[3]) * Decimal(line[4]) for line in lines) == file.revenue


@pytest.mark.parametrize("account", ["1234", "12345678901x", ""])
def test_an_account_that_aws_cannot_have_is_refused(account: str) -> None:
    with pytest.raises(ValueError, match="12 digits"):
        Sandbox(SANDBOX.endpoint, account=account)


def results(step: Step, *verdicts: Verdict) -> list[Result]:
    return [
        Result(check, Finding(verdict))
        for check, verdict in zip(step.checks, verdicts, strict=True)
    ]


def test_progress_is_kept_and_a_passed_step_stays_passed(tmp_path: Path) -> None:
    step = open_library().named("1.5")
    progress = Progress(account=SANDBOX.account)
    progress.checked(step, results(step, Verdict.PASS))
    progress.checked(step, results(step, Verdict.FAIL))
    write_progress(tmp_path / "deep" / "p.json", progress)
    again = read_progress(tmp_path / "deep" / "p.json", SANDBOX.account)
    assert again == progress
    assert again.has_passed(step.id)
    assert again.points(step) == step.points
    assert again.steps[step.id].attempts == 2


def test_a_step_that_passes_in_part_earns_a_part_and_one_done_for_the_student_nothing() -> None:
    step = open_library().named("1.6")
    progress = Progress(account=SANDBOX.account)
    progress.checked(step, results(step, Verdict.PASS, Verdict.FAIL))
    assert progress.points(step) == step.points / 2
    progress.of(step).solved = True
    assert progress.points(step) == 0


def test_hints_rise_to_the_last_one_and_stay_there() -> None:
    step = open_library().named("1.1")
    progress = Progress(account=SANDBOX.account)
    assert [progress.next_hint(step) for _ in range(4)] == [1, 2, 3, 3]


def test_a_call_is_told_as_the_command_that_makes_it() -> None:
    call = Call("s3", "PutObject", {"Bucket": "b", "Key": "a b", "Body": b"x"})
    assert as_command(call) == "aws s3api put-object --bucket b --key 'a b' --body file"
    assert Call("s3", "HeadObject", {}).changes_nothing
    assert not call.changes_nothing


def test_a_finding_says_what_was_expected_and_what_is_there() -> None:
    finding = failed(Text.same(1), Text.same(2), "aws s3 ls")
    assert (finding.verdict, finding.look_at) == (Verdict.FAIL, "aws s3 ls")
    assert passed().verdict is Verdict.PASS


class StepFunctions:
    """A Step Functions that still lists an execution of a state machine that was deleted."""

    MADE = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
    STARTED: ClassVar = {"old": MADE - timedelta(hours=1), "new": MADE + timedelta(seconds=1)}

    def describe_state_machine(self, **_: str) -> dict[str, Any]:
        return {"creationDate": self.MADE}

    def get_paginator(self, _: str) -> Self:
        return self

    def paginate(self, **_: str) -> list[dict[str, Any]]:
        listed = [{"executionArn": n, "startDate": at} for n, at in self.STARTED.items()]
        return [{"executions": listed}]

    def describe_execution(self, *, executionArn: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        return {"executionArn": f"arn:{executionArn}", "status": "SUCCEEDED", "input": "{}"}


def test_executions_of_an_earlier_state_machine_of_the_name_do_not_count() -> None:
    assert [each.name for each in executions(StepFunctions(), "arn")] == ["new"]
