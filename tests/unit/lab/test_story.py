"""What `scripts/lab explain` makes of triggers, log lines and refusals."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from course.grants import Role, Statement
from lab.story.clues import (
    clue_in,
    encoded,
    failure_in,
    refusal_clue,
    trigger_misses,
    widened,
)
from lab.story.story import Moment, Story

THAI_KEY = "uploads/ยอดขาย มกราคม.csv"
BUCKET = "pipeline-raw-student-111111111111"
DENIED = (
    "[ERROR] ClientError: An error occurred (AccessDenied) when calling the GetObject operation: "
    "User: arn:aws:sts::111111111111:assumed-role/pipeline-lambda-role/csv-validator is not "
    f'authorized to perform: s3:GetObject on resource: "arn:aws:s3:::{BUCKET}/uploads/a.csv" '
    "because no identity-based policy allows the s3:GetObject action"
)
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def role(*statements: Statement) -> Role:
    return Role("pipeline-lambda-role", ("lambda.amazonaws.com",), statements)


def trigger(*rules: tuple[str, str], events: tuple[str, ...] = ("s3:ObjectCreated:*",)) -> Any:
    named = [{"Name": name, "Value": value} for name, value in rules]
    return {"Events": list(events), "Filter": {"Key": {"FilterRules": named}}}


@pytest.mark.parametrize(
    ("given", "key", "says"),
    [
        (trigger(), "anywhere.csv", None),
        (trigger(("prefix", "uploads/")), "uploads/a.csv", None),
        (trigger(("Prefix", "uploads/"), ("Suffix", ".csv")), "uploads/test.txt", "suffix is .csv"),
        (trigger(("prefix", "upload/")), "uploads/a.csv", "prefix is upload/"),
        (trigger(events=("s3:ObjectRemoved:*",)), "uploads/a.csv", "s3:ObjectRemoved:* only"),
    ],
)
def test_a_trigger_that_does_not_go_off_is_told_with_its_rule(
    given: Any, key: str, says: str | None
) -> None:
    missed = trigger_misses(given, key)
    assert missed == says if says is None else says in str(missed)


@pytest.mark.parametrize("error", ["NoSuchKey", "AccessDenied", "404"])
def test_the_encoded_key_of_an_event_is_recognised_in_the_log(error: str) -> None:
    lines = [f"[ERROR] {error}: {encoded(THAI_KEY)}"]
    clue = clue_in(lines, function="csv-validator", key=THAI_KEY, role=None)
    assert clue is not None
    assert "the key in the event is encoded" in clue.why
    assert "unquote_plus" in clue.mend


def test_the_encoded_key_is_recognised_by_what_iam_refused_where_the_log_is_silent_about_it() -> (
    None
):
    lines = ["[ERROR] ClientError: An error occurred (AccessDenied) when calling HeadObject"]
    denied = [f"arn:aws:s3:::{BUCKET}/{encoded(THAI_KEY)}"]
    asked: dict[str, Any] = {"function": "csv-validator", "key": THAI_KEY, "role": None}
    assert "encoded" in str(clue_in(lines, denied=denied, **asked))
    assert clue_in(lines, denied=[], **asked) is None


def test_a_refusal_names_the_statement_that_is_missing() -> None:
    clue = clue_in([DENIED], function="csv-validator", key="uploads/a.csv", role=role())
    assert clue is not None
    assert "pipeline-lambda-role may not s3:GetObject" in clue.why
    assert json.loads(clue.mend) == {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/uploads/*",
    }


def test_a_refusal_tells_of_an_action_that_does_not_exist() -> None:
    written = Statement("p", "Allow", ("s3:HeadObject",), (f"arn:aws:s3:::{BUCKET}/*",))
    clue = refusal_clue("s3:GetObject", f"arn:aws:s3:::{BUCKET}/uploads/a.csv", role(written))
    assert "s3:HeadObject in its policy is no action of IAM" in clue.why


def test_a_refusal_by_a_deny_asks_for_no_further_statement() -> None:
    denying = Statement("p", "Deny", ("s3:*",), ("*",))
    clue = refusal_clue("s3:GetObject", f"arn:aws:s3:::{BUCKET}/uploads/a.csv", role(denying))
    assert "denies it" in clue.why
    assert clue.mend == ""


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("2026 x Task timed out after 3.00 seconds", "timeout"),
        ("States.DataLimitExceeded: The state/task returned a result", "262,144"),
        ("Runtime.HandlerNotFound: Handler 'x' missing", "could not start"),
    ],
)
def test_other_failures_are_known_by_what_they_log(line: str, says: str) -> None:
    assert says in str(clue_in([line], function="f", key="uploads/a.csv", role=None))


def test_a_line_that_tells_of_no_failure_gives_no_clue() -> None:
    lines = ['{"event": "validated", "key": "uploads/a.csv", "rows": 5}', "REPORT RequestId: 1"]
    assert failure_in(lines) is None
    assert clue_in(lines, function="f", key="uploads/a.csv", role=None) is None


def test_an_error_is_told_as_one_line() -> None:
    assert failure_in(["x", "[ERROR] KeyError: 'QUEUE_URL'", "Traceback"]) == (
        "KeyError: 'QUEUE_URL'"
    )


@pytest.mark.parametrize(
    ("asked_for", "statement"),
    [
        (f"arn:aws:s3:::{BUCKET}/uploads/x/a.csv", f"arn:aws:s3:::{BUCKET}/uploads/*"),
        (f"arn:aws:s3:::{BUCKET}/a.csv", f"arn:aws:s3:::{BUCKET}/*"),
        (f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}"),
        ("arn:aws:sqs:r:1:pipeline-main-queue", "arn:aws:sqs:r:1:pipeline-main-queue"),
    ],
)
def test_a_statement_is_for_all_files_of_a_folder(asked_for: str, statement: str) -> None:
    assert widened(asked_for) == statement


def test_a_story_is_told_in_time_order_and_what_did_not_happen_where_it_belongs() -> None:
    def moment(place: str, seconds: float | None) -> Moment:
        at = None if seconds is None else NOON + timedelta(seconds=seconds)
        return Moment(place, "", at)

    story = Story("k", [moment("S3", 0), moment("queue", None), moment("b", 5), moment("a", 2)])
    assert [each.place for each in story.in_time()] == ["S3", "queue", "a", "b"]
