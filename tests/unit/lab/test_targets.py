"""Targets: what is refused before anything is asked, and what is compared at each command."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import replace
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.loaders import create_loader
from typer import Exit
from typer.main import get_command

from lab import cli, running
from lab.advice import command
from lab.chosen import TargetName, choose_target
from lab.errors import LabError, UsageError
from lab.running import ignore_the_users_aws
from lab.targets.choosing import Wanted, record_for
from lab.targets.opening import open_target
from lab.targets.reasons import REASONS
from lab.targets.record import TargetRecord, keep, kept
from lab.views.targets import require_account
from tests.network import elsewhere, watched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OURS, OTHERS = "111122223333", "444455556666"
NOBODY_LISTENS = "http://127.0.0.1:9"
WORKING = {
    "alarms",
    "deploy",
    "destroy",
    "dlq",
    "down",
    "inbox",
    "logs",
    "result",
    "run",
    "runs",
    "status",
    "up",
    "upload",
    "verify",
}
"""The commands that need nothing but AWS."""

PASSING_ON = {"aws", "test"}
"""Commands whose options belong to another program."""

_LOADER = cache(create_loader)


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An environment without AWS, which is put back: a target sets boto3's variables in it."""
    monkeypatch.setattr(botocore.session, "create_loader", _LOADER)
    monkeypatch.setattr(running, "_SET_BY_THE_USER", {})
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith(("AWS_", "LAB_"))]:
        del os.environ[name]
    yield
    os.environ.clear()
    os.environ.update(before)


class FakeSts(BaseHTTPRequestHandler):
    """STS, which knows whose every credentials are."""

    account = OURS

    def do_POST(self) -> None:
        told = (
            "<GetCallerIdentityResponse xmlns='https://sts.amazonaws.com/doc/2011-06-15/'>"
            f"<GetCallerIdentityResult><Account>{self.account}</Account></GetCallerIdentityResult>"
            "</GetCallerIdentityResponse>"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def sts() -> Iterator[str]:
    """The address of an endpoint that has nothing but STS."""
    with HTTPServer(("127.0.0.1", 0), FakeSts) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def aws_at(endpoint: str, folder: Path) -> TargetRecord:
    """A target aws whose profile leads to this machine; what the user's variables say is read."""
    (folder / "config").write_text(f"[profile mine]\nendpoint_url = {endpoint}\n")
    (folder / "credentials").write_text(
        "[mine]\naws_access_key_id = AKIMINE\naws_secret_access_key = secret\n"
    )
    os.environ["AWS_CONFIG_FILE"] = str(folder / "config")
    os.environ["AWS_SHARED_CREDENTIALS_FILE"] = str(folder / "credentials")
    ignore_the_users_aws()
    variables = {"LAB_SUFFIX": "7f3a", "LAB_EMAIL": "malee@example.org"}
    return TargetRecord(
        engine=TargetName.AWS,
        variables=variables,
        account=OURS,
        region="ap-southeast-1",
        aws_profile="mine",
        is_kept=True,
    )


def endpoint_at(url: str) -> TargetRecord:
    return TargetRecord(account=OURS, region="ap-southeast-1", endpoint_url=url, is_kept=True)


# Wrong use --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("up --target aws", "--aws-profile NAME"),
        ("up --target aws --aws-profile p", "LAB_EMAIL is not set"),
        ("up --target aws --aws-profile p --endpoint-url http://127.0.0.1:1", "endpoint only"),
        ("up --target aws --aws-profile p --profile quick", "Profile quick is for emulators"),
        ("up --target aws --aws-profile p --mailbox", "--mailbox is for a lab on this machine"),
        ("up --target aws --aws-profile p --engine local", "--engine is for a lab"),
        ("up --target endpoint", "--endpoint-url http://127.0.0.1:4566"),
        ("up --target endpoint --aws-profile p", "--target aws only"),
        ("up --target endpoint --endpoint-url https://sqs.eu-west-1.amazonaws.com", "not an addr"),
        ("up --target endpoint --endpoint-url http://192.168.1.4:4566", "not an address on this"),
        ("up --target endpoint --endpoint-url 127.0.0.1:4566", "not an address on this machine"),
        ("up --target moon", "'local', 'compose', 'endpoint', 'aws'"),
        ("up --plan", "--plan is for --target"),
        ("up --aws-profile p", "--aws-profile is for --target"),
        ("up --target local --engine compose", "contradict each other"),
        ("down --target aws --wipe", "--wipe is for a lab on this machine"),
        ("down --account 111122223333", "--account is for --target"),
    ],
)
def test_wrong_use_is_one_line_and_nobody_is_asked(
    lab_command: Any, words: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with watched() as seen:
        status, _, told = lab_command(*words.split())
    assert status == 2
    assert told.count("\n") == 1
    assert says in told
    assert [each for each in seen if each[0] != "subprocess.Popen"] == []


@pytest.mark.parametrize("words", sorted(WORKING - {"up"}))
def test_a_target_that_is_not_up_is_told_with_how_to_bring_it_up(
    lab_command: Any, words: str
) -> None:
    arguments = {"run": ["job-1"], "result": ["job-1"], "upload": [__file__]}.get(words, [])
    status, _, told = lab_command(words, *arguments, "--target", "aws")
    assert status == 1
    assert "scripts/lab up --target aws --aws-profile NAME" in told
    assert told.count("\n") == 1


def test_every_other_command_says_in_one_sentence_why_it_has_no_target(lab_command: Any) -> None:
    root: Any = get_command(cli.app)
    every = {command.name for command in root.commands.values()}
    assert set(REASONS) == every - WORKING - {"test"}
    for words in sorted(every - WORKING - PASSING_ON):
        status, _, told = lab_command(words, "--target", "aws")
        assert status == 2
        assert f"{words} has no --target: " in told
        assert told.count("\n") == 1
    status, _, told = lab_command("course", "check", "--target", "aws")
    assert (status, "course check has no --target: " in told) == (2, True)
    status, _, told = lab_command("aws", "--target", "aws", "s3", "ls")
    assert (status, "takes --profile by itself" in told) == (2, True)


# What is kept -----------------------------------------------------------------------------------


def test_a_new_aws_lab_gets_a_random_suffix_and_keeps_it() -> None:
    os.environ |= {"LAB_EMAIL": "malee@example.org", "LAB_SUFFIX": "0001"}
    first, second = (
        record_for(Wanted(TargetName.AWS, aws_profile="mine")).lab_id for _ in range(2)
    )
    assert first != second
    assert len(first) == len("student-") + 8
    keep(replace(record_for(Wanted(TargetName.AWS, aws_profile="mine")), account=OURS))
    again = record_for(Wanted(TargetName.AWS))
    known = kept(TargetName.AWS)
    assert known is not None
    assert again.lab_id == known.lab_id


def test_what_is_kept_has_no_secret(state: Path) -> None:
    os.environ |= {
        "LAB_EMAIL": "malee@example.org",
        "LAB_COURSE_KEY": "secret",
        "AWS_SECRET_ACCESS_KEY": "secret",  # pragma: allowlist secret
        "SMTP_PASS": "secret",
    }
    record = record_for(Wanted(TargetName.AWS, aws_profile="mine"))
    keep(record)
    text = (state / "targets" / "aws.json").read_text("utf-8")
    assert "secret" not in text
    assert set(json.loads(text)["variables"]) == {"LAB_EMAIL", "LAB_SUFFIX"}
    assert kept(TargetName.AWS) == record


@pytest.mark.parametrize(
    "damage", ["", "{}", "[]", '{"engine": "local"}', '{"engine": "aws", "profile": "slow"}']
)
def test_a_damaged_record_is_none(state: Path, damage: str) -> None:
    file = state / "targets" / "aws.json"
    file.parent.mkdir()
    file.write_text(damage)
    assert kept(TargetName.AWS) is None


@pytest.mark.parametrize(
    "change",
    [
        {"region": "eu-west-1"},
        {"profile": "quick"},
        {"aws_profile": "other"},
    ],
)
def test_another_account_region_or_profile_would_forget_a_lab_that_costs(
    change: dict[str, str], tmp_path: Path
) -> None:
    keep(aws_at(NOBODY_LISTENS, tmp_path))
    choose_target(TargetName.AWS)
    with pytest.raises(UsageError, match="remove that lab first: scripts/lab destroy --target aws"):
        record_for(Wanted(TargetName.AWS, **change))


# What is compared -------------------------------------------------------------------------------


def test_aws_is_reached_with_the_profile_and_its_account_compared(sts: str, tmp_path: Path) -> None:
    record = aws_at(sts, tmp_path)
    keep(record)
    with watched() as seen:
        lab = open_target(TargetName.AWS)
    assert elsewhere(seen) == []
    assert (lab.account, lab.region) == (OURS, "ap-southeast-1")
    client = lab.client("sqs")
    assert client.meta.endpoint_url == sts
    assert client._request_signer._credentials.access_key == "AKIMINE"
    assert os.environ["LAB_ALLOW_AWS"] == OURS

    keep(replace(record, account=OTHERS))
    with pytest.raises(LabError, match=f"account {OTHERS}, but these credentials are of .* {OURS}"):
        open_target(TargetName.AWS)


def test_an_endpoint_is_asked_without_anything_of_the_users_aws(sts: str, tmp_path: Path) -> None:
    aws_at(NOBODY_LISTENS, tmp_path)  # a profile there is
    keep(endpoint_at(sts))
    lab = open_target(TargetName.ENDPOINT)
    assert lab.client("s3").meta.endpoint_url == sts
    assert lab.client("s3")._request_signer._credentials.access_key == "test"
    assert os.environ["AWS_CONFIG_FILE"] == os.devnull
    assert "LAB_ALLOW_AWS" not in os.environ


def test_every_request_of_a_command_about_a_bucket_says_whose_it_must_be(sts: str) -> None:
    keep(endpoint_at(sts))
    s3 = open_target(TargetName.ENDPOINT).client("s3")
    sent: list[Any] = []

    def keep_it(request: Any, **_: object) -> Any:
        sent.append(request)
        raise LabError("not sent")

    s3.meta.events.register_first("before-send.s3", keep_it)
    with pytest.raises(LabError, match="not sent"):
        s3.head_object(Bucket="b", Key="k")
    assert sent[0].headers["x-amz-expected-bucket-owner"] == OURS.encode()


@pytest.mark.parametrize(
    ("account", "variables", "says"),
    [
        (OTHERS, {}, f"is account {OURS}, not {OTHERS}"),
        (OURS, {"LAB_SUFFIX": "8b"}, "LAB_SUFFIX is '8b', but target endpoint is lab student-0001"),
        (OURS, {"LAB_STUDENT": "malee"}, "LAB_STUDENT is 'malee'"),
    ],
)
def test_another_account_or_other_names_than_the_kept_ones_are_refused_before_anything_is_asked(
    account: str, variables: dict[str, str], says: str
) -> None:
    keep(endpoint_at(NOBODY_LISTENS))
    os.environ |= variables
    with watched() as seen, pytest.raises(UsageError, match=says):
        open_target(TargetName.ENDPOINT, account)
    assert seen == []


def test_a_profile_that_is_gone_and_an_endpoint_that_is_down_are_told_in_one_line(
    tmp_path: Path,
) -> None:
    keep(replace(aws_at(NOBODY_LISTENS, tmp_path), aws_profile="gone"))
    with pytest.raises(LabError, match=r"Target aws cannot be asked: .*gone"):
        open_target(TargetName.AWS)
    del os.environ["AWS_PROFILE"]
    os.environ["AWS_MAX_ATTEMPTS"] = "1"
    keep(endpoint_at(NOBODY_LISTENS))
    with pytest.raises(LabError, match=f"{NOBODY_LISTENS} does not tell whose account it is"):
        open_target(TargetName.ENDPOINT)


# What is asked ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "passes"), [(OURS, True), (f" {OURS} ", True), (OTHERS, False), ("", False)]
)
def test_on_aws_only_the_number_of_the_account_lets_a_person_go_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: str, passes: bool
) -> None:
    record = aws_at(NOBODY_LISTENS, tmp_path)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("lab.console.SafeConsole.is_terminal", True)
    monkeypatch.setattr("builtins.input", lambda *_: answer)
    if passes:
        require_account(record, None, "deploy")
        return
    with pytest.raises(Exit) as left:
        require_account(record, None, "deploy")
    assert left.value.exit_code == 1


def test_where_nobody_can_be_asked_the_account_has_to_be_on_the_command_line(
    tmp_path: Path,
) -> None:
    record = aws_at(NOBODY_LISTENS, tmp_path)
    choose_target(TargetName.AWS)
    with pytest.raises(UsageError, match=f"deploy --target aws --account {OURS}"):
        require_account(record, None, "deploy")
    require_account(record, OURS, "deploy")
    require_account(endpoint_at(NOBODY_LISTENS), None, "deploy")
    with pytest.raises(UsageError, match=f"is account {OURS}, not {OTHERS}"):
        require_account(record, OTHERS, "deploy")


@pytest.mark.parametrize(
    ("target", "advised"),
    [
        (None, "scripts/lab runs"),
        (TargetName.LOCAL, "scripts/lab runs"),
        (TargetName.ENDPOINT, "scripts/lab runs --target endpoint"),
        (TargetName.AWS, "scripts/lab runs --target aws"),
    ],
)
def test_advice_names_the_target(target: TargetName | None, advised: str) -> None:
    choose_target(target)
    assert command("runs") == advised
