"""`scripts/lab up --plan` changes nothing at a target: each request of it is counted there."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from lab.running import LabRecord, RunningLab
from tests.recording_endpoint import RecordingEndpoint, record_requests
from tests.target_commands import commands_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.engine.conftest import LocalStack

ACCOUNT = "555566660001"
"""Of the profile; nobody else makes anything in it."""

FEWEST_REQUESTS = 30
"""A plan asks more than that, also where nothing is there."""


@pytest.fixture
def recorded(localstack: LocalStack) -> Iterator[RecordingEndpoint]:
    """An endpoint in front of LocalStack."""
    with record_requests(localstack.endpoint) as endpoint:
        yield endpoint


@pytest.mark.parametrize("target", ["endpoint", "aws"])
def test_a_plan_at_a_target_sends_no_request_that_writes(
    target: str,
    recorded: RecordingEndpoint,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = commands_of(tmp_path, recorded.url, {"work": ACCOUNT}, monkeypatch, capsys)
    where = {
        "endpoint": ("--endpoint-url", recorded.url),
        "aws": ("--aws-profile", "work"),
    }

    status, seen, told = run("up", "--plan", "--target", target, *where[target])

    assert status == 0, told
    assert "create   ProcessCSVWorkflow" in seen
    assert "Nothing was changed." in told
    assert len(recorded.asked) > FEWEST_REQUESTS
    assert recorded.writes == []


ARN = f"ap-southeast-1:{ACCOUNT}"
DELETIONS: list[tuple[str, str, dict[str, Any], str]] = [
    ("cloudwatch", "delete_dashboards", {"DashboardNames": ["none"]}, "DeleteDashboards"),
    ("iam", "delete_role", {"RoleName": "none"}, "DeleteRole"),
    (
        "lambda",
        "delete_function",
        {"FunctionName": "none"},
        "DELETE /2015-03-31/functions/none",
    ),
    ("logs", "delete_log_group", {"logGroupName": "none"}, "DeleteLogGroup"),
    ("s3", "delete_bucket", {"Bucket": "none-of-ours"}, "DELETE /none-of-ours"),
    ("sns", "delete_topic", {"TopicArn": f"arn:aws:sns:{ARN}:none"}, "DeleteTopic"),
    ("sqs", "delete_queue", {"QueueUrl": f"http://127.0.0.1/{ACCOUNT}/none"}, "DeleteQueue"),
    (
        "stepfunctions",
        "delete_state_machine",
        {"stateMachineArn": f"arn:aws:states:{ARN}:stateMachine:none"},
        "DeleteStateMachine",
    ),
]


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "counted"), DELETIONS, ids=[row[0] for row in DELETIONS]
)
def test_a_request_that_writes_would_be_counted(
    service: str,
    operation: str,
    parameters: dict[str, Any],
    counted: str,
    recorded: RecordingEndpoint,
) -> None:
    port = int(recorded.url.rpartition(":")[2])
    client = RunningLab(LabRecord(port), ACCOUNT, retries=0).client(service)
    with contextlib.suppress(ClientError):  # there is no such thing
        getattr(client, operation)(**parameters)
    assert recorded.writes == [counted]
