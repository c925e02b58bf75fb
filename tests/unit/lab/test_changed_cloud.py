"""A cloud that was emptied or changed: what is missing is said, and nothing is destroyed."""

import json
import re
from typing import Any

import pytest

from lab.commands import status
from lab.paths import REPOSITORY
from lab.running import MISSING_CODES, LabRecord, RunningLab
from tests.unit.lab.empty_cloud import SERVICES, EmptyService, missing
from tests.unit.lab.opening import RunningLauncher, let_commands_open


@pytest.fixture
def _empty_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = RunningLab(LabRecord(4566), clients=dict.fromkeys(SERVICES, EmptyService()))
    let_commands_open(monkeypatch, lambda *_: empty)
    monkeypatch.setattr(status, "launcher_of", lambda _: RunningLauncher())


@pytest.mark.usefixtures("_empty_cloud")
def test_status_of_an_empty_cloud_lists_what_is_missing(lab_command: Any) -> None:
    status, seen, told = lab_command("status")
    assert (status, told) == (0, "")
    for name in (
        "parse-csv: missing",
        "pipeline-dlq: missing",
        "ProcessCSVWorkflow: missing",
        "pipeline-raw-student-0001: missing",
        "SQS → csv-processor: missing",
        "pipeline-notifications: missing",
        "pipeline-dlq-messages: missing",
    ):
        assert name in seen
    assert "19 missing. scripts/lab deploy" in seen
    assert "scripts/lab status" not in seen


@pytest.mark.usefixtures("_empty_cloud")
def test_status_as_json_lists_what_is_missing(lab_command: Any) -> None:
    status, seen, _ = lab_command("status", "--json")
    report = json.loads(seen)
    assert status == 0
    assert report["queues"]["pipeline-dlq"] is None
    assert "state machine ProcessCSVWorkflow" in report["missing"]
    assert len(report["missing"]) == 19


@pytest.mark.usefixtures("_empty_cloud")
@pytest.mark.parametrize("arguments", [("runs",), ("run", "x"), ("verify",), ("dlq",)])
def test_where_the_cloud_lacks_something_one_line_says_so_and_where_to_look(
    lab_command: Any, arguments: tuple[str, ...]
) -> None:
    status, _, told = lab_command(*arguments)
    assert status == 1
    assert re.fullmatch(
        r"✗ Missing in this cloud: It does not exist \(\w+\)\. "
        r"What is there and what is not: scripts/lab status --port \d+\n",
        told,
    )


@pytest.mark.usefixtures("_empty_cloud")
def test_without_alarms_the_advice_keeps_what_is_there(lab_command: Any) -> None:
    status, _, told = lab_command("alarms")
    assert status == 1
    assert "scripts/lab deploy" in told


@pytest.mark.usefixtures("_empty_cloud")
def test_an_upload_into_a_cloud_without_its_bucket_says_so(lab_command: Any) -> None:
    status, _, told = lab_command("upload", str(REPOSITORY / "samples" / "sample_sales.csv"))
    assert status == 1
    assert told.startswith("✗ Missing in this cloud: ")


@pytest.mark.parametrize("code", MISSING_CODES)
def test_every_service_s_word_for_missing_is_known(
    lab_command: Any, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    def refuse(*_: Any) -> Any:
        raise missing(code)

    let_commands_open(monkeypatch, refuse)
    _, _, told = lab_command("runs")
    assert told.startswith("✗ Missing in this cloud: It does not exist (Read).")
