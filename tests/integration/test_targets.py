"""The pipeline at a target, from `up` to `destroy`, in a LocalStack that nobody has provisioned.

Target aws is tried with a profile that leads to it: the commands take the same way as on AWS. The
real AWS is not asked.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from lab.chosen import FIRST_ACCOUNT
from lab.launch.local import LocalLauncher
from lab.launch.ports import free_port
from lab.running import LabRecord, RunningLab
from tests.integration.everything import everything_in
from tests.integration.sales_files import BAD_SCHEMA, SAMPLE_SALES
from tests.target_commands import commands_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.target, pytest.mark.timeout(900)]

AWS_ACCOUNT, OTHER_ACCOUNT = "123456789012", "210987654321"
BURST = 50
LONGEST_DESTROY_SECONDS = 60


@dataclass(frozen=True)
class Life:
    """How the commands name a target.

    Attributes:
        target: Its name.
        account: That it has.
        up: What `up` is told.
        sure: What the commands are told that ask before they change something.
    """

    target: str
    account: str
    up: tuple[str, ...]
    sure: tuple[str, ...]


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A LocalStack with nothing in it."""
    launcher = LocalLauncher(
        port=free_port(), home=tmp_path_factory.mktemp("lab"), provisions=False
    )
    try:
        launcher.start()
        yield launcher.endpoint
    finally:
        launcher.stop()


@pytest.fixture
def run(
    endpoint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Any:
    """Runs `scripts/lab` in this process; its status, and what it printed."""
    profiles = {"work": AWS_ACCOUNT, "other": OTHER_ACCOUNT}
    return commands_of(tmp_path, endpoint, profiles, monkeypatch, capsys)


@pytest.fixture(params=["endpoint", "aws"])
def life(request: pytest.FixtureRequest, endpoint: str) -> Life:
    if request.param == "endpoint":
        up = ("--endpoint-url", endpoint, "--profile", "quick")
        return Life("endpoint", FIRST_ACCOUNT, up, ())
    return Life("aws", AWS_ACCOUNT, ("--aws-profile", "work"), ("--account", AWS_ACCOUNT))


def account_at(endpoint: str, account: str) -> RunningLab:
    record = LabRecord(int(endpoint.rpartition(":")[2]), variables={"LAB_SUFFIX": ""})
    return RunningLab(record, account)


def files_in(folder: Path) -> list[str]:
    """A burst: two of three are good."""
    folder.mkdir()
    for number in range(BURST):
        body = SAMPLE_SALES if number % 3 else BAD_SCHEMA
        (folder / f"{number}.csv").write_bytes(body)
    return [str(file) for file in sorted(folder.iterdir())]


def resources_in(endpoint: str, account: str) -> list[str]:
    """What is in an account; buckets have the names of whichever suffix was chosen.

    A subscription that nobody confirmed cannot be deleted by anybody but AWS, which does it later.
    """
    lab = account_at(endpoint, account)
    buckets = [f"bucket {each['Name']}" for each in lab.client("s3").list_buckets()["Buckets"]]
    others = [each for each in everything_in(lab) if not each.startswith("bucket ")]
    return [each for each in others if "PendingConfirmation" not in each] + buckets


def test_a_pipeline_comes_up_works_keeps_its_promise_and_goes(
    run: Any, life: Life, endpoint: str, tmp_path: Path
) -> None:
    at = ("--target", life.target)

    def succeed(*words: str) -> str:
        status, seen, told = run(*words, *at)
        assert status == 0, seen + told
        return str(seen)

    status, seen, told = run("up", *life.up, "--plan", *at)
    assert status == 0, told
    assert f"account {life.account}" in told
    assert "region ap-southeast-1" in told
    assert "create   ProcessCSVWorkflow" in seen
    assert "Nothing was changed." in told
    assert ("at most 0.03 USD" in told) is (life.target == "aws")
    assert resources_in(endpoint, life.account) == []

    if life.sure:
        status, _, told = run("up", *life.up, *at)
        assert status == 2
        assert f"scripts/lab up --aws-profile work --target aws --account {AWS_ACCOUNT}" in told
        status, _, told = run("up", *life.up, *at, "--account", OTHER_ACCOUNT)
        assert status == 2
        assert f"is account {AWS_ACCOUNT}, not {OTHER_ACCOUNT}" in told
        assert resources_in(endpoint, life.account) == []

    succeed("up", *life.up, *life.sure)
    assert "Nothing to change: all " in succeed("up", *life.up)
    uploads = json.loads(succeed("upload", "--json", *files_in(tmp_path / "files")))
    assert len(uploads) == BURST
    assert {each["outcome"] for each in uploads} == {"processed", "failed"}

    verified = json.loads(succeed("verify", "--wait", "180", "--json"))
    assert verified["findings"] == []
    assert verified["mails"] == BURST

    assert_every_command_sees_it(succeed, uploads, life)
    assert "as your checkout says" in succeed("deploy", *life.sure)

    assert "Nothing was removed" in succeed("destroy", "--dry-run")
    started = time.monotonic()
    if life.target == "aws":
        assert run("destroy", "--yes", *at)[0] == 2, "the account was not named"
        told = succeed("down", *life.sure)
    else:
        told = succeed("destroy", "--yes")
    seconds = time.monotonic() - started
    assert "Nothing of the pipeline is left" in told
    assert resources_in(endpoint, life.account) == []
    assert seconds < LONGEST_DESTROY_SECONDS
    assert "No pipeline is known" in run("status", *at)[2]
    sys.stderr.write(f"\n{life.target}: destroyed in {seconds:.1f} s\n")


def assert_every_command_sees_it(
    succeed: Callable[..., str], uploads: list[dict[str, Any]], life: Life
) -> None:
    good = next(each for each in uploads if each["outcome"] == "processed")
    assert len(json.loads(succeed("runs", "--json", "--limit", "100"))) == BURST
    assert "ProcessingComplete" in succeed("run", good["job_id"])
    assert json.loads(succeed("result", good["job_id"]))["summary"]["total_rows"] == 5
    assert "file_received" in succeed("logs", "csv-validator")
    assert "pipeline-dlq-messages" in succeed("alarms")
    assert "pipeline-dlq is empty" in succeed("dlq")
    assert len(json.loads(succeed("inbox", "--json", "--limit", "100"))) >= BURST
    status_told = json.loads(succeed("status", "--json"))
    assert status_told["missing"] == []
    assert (status_told["target"], status_told["account"]) == (life.target, life.account)
    assert f"account {life.account}" in succeed("status")


def test_what_has_our_names_but_not_our_tags_is_named_and_nothing_is_made(
    run: Any, endpoint: str
) -> None:
    others = account_at(endpoint, OTHER_ACCOUNT)
    url = others.client("sqs").create_queue(QueueName="pipeline-dlq")["QueueUrl"]
    up = ("up", "--target", "aws", "--aws-profile", "other", "--account", OTHER_ACCOUNT)
    status, _, told = run(*up)
    assert status == 1
    assert "do not have the tags" in told or "not the tags of lab" in told
    assert "pipeline-dlq" in told
    assert resources_in(endpoint, OTHER_ACCOUNT) == ["queue pipeline-dlq"]
    others.client("sqs").delete_queue(QueueUrl=url)
