"""Nothing reaches AWS unless its account was named, whatever the user's own AWS looks like."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.loaders import create_loader
from botocore.stub import Stubber

from provision import command_line
from provision.errors import ProvisionError
from provision.guard import SERVICES, is_on_this_machine
from provision.pipeline import GROUPS, provision
from provision.settings import QUICK, Settings
from provision.target import Target
from tests.network import elsewhere, watched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HERE = "http://127.0.0.1:9"
"""The discard port: nobody answers."""
OURS, OTHERS = "111122223333", "444455556666"
GOOD = Settings(student="malee", suffix="7f3a", email="malee@example.org")
_LOADER = cache(create_loader)

READS = {
    "cloudwatch": "describe_alarms",
    "iam": "list_roles",
    "lambda": "list_functions",
    "logs": "describe_log_groups",
    "s3": "list_buckets",
    "sns": "list_topics",
    "sqs": "list_queues",
    "stepfunctions": "list_state_machines",
}


@pytest.fixture(autouse=True)
def one_loader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let boto3 read the services' models once for all sessions of this module."""
    monkeypatch.setattr(botocore.session, "create_loader", _LOADER)


@pytest.fixture(autouse=True)
def users_aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home with everything by which boto3 finds AWS, a program and a server included."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "LAB_"))]:
        monkeypatch.delenv(name)
    folder = tmp_path / ".aws"
    folder.mkdir()
    (folder / "credentials").write_text(
        "[default]\naws_access_key_id = AKIDEFAULT\naws_secret_access_key = secret\n"
    )
    (folder / "config").write_text(
        "[default]\nregion = eu-west-1\n"
        f"[profile work]\ncredential_process = touch {tmp_path}/ran\nregion = eu-west-1\n"
        "[profile elsewhere]\nservices = away\n"
        "[services away]\ns3 =\n  endpoint_url = https://s3.example.com\n"
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://192.0.2.1:3128")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def asked() -> Iterator[list[tuple[str, str]]]:
    with watched() as seen:
        yield seen


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", HERE)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", OURS)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An account is named, and the profile has credentials."""
    monkeypatch.setenv("LAB_ALLOW_AWS", OURS)


def said_by(action: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert command_line.run("provision", GROUPS, [action, "--json"]) == 1
    failed = json.loads(capsys.readouterr().out.splitlines()[-1])["failed"]
    text: str = failed["sentence"].format_map(failed["facts"])
    return text


def identified(target: Target, account: str = OURS) -> Stubber:
    """STS as it answers these credentials."""
    stubber = Stubber(target.client("sts"))
    stubber.add_response("get_caller_identity", {"Account": account})
    stubber.activate()
    return stubber


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:4566", True),
        ("http://127.8.9.10", True),
        ("http://[::1]:4566", True),
        ("http://localhost:4566", True),
        ("http://bucket.s3.localhost:4566", True),
        ("https://s3.ap-southeast-1.amazonaws.com", False),
        ("http://0.0.0.0:4566", False),
        ("http://192.168.1.4:4566", False),
        ("http://localstack:4566", False),
        ("http://localhost.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://127.0.0.1@example.com", False),
        ("http://2130706433", False),
        ("", False),
    ],
)
def test_only_loopback_addresses_and_localhost_are_on_this_machine(
    url: str, expected: bool
) -> None:
    assert is_on_this_machine(url) is expected


@pytest.mark.parametrize(
    "way",
    [("apply", ""), ("plan", ""), ("apply", "work"), ("apply", "elsewhere"), ("apply", "none")],
)
def test_without_an_account_named_aws_is_refused_before_anything_is_asked(
    way: tuple[str, str],
    asked: list[tuple[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    action, profile = way
    if profile:
        monkeypatch.setenv("AWS_PROFILE", profile)
    text = said_by(action, capsys)
    assert "amazonaws.com, which is not on this machine" in text
    assert "LAB_ALLOW_AWS" in text
    assert asked == []
    assert not (tmp_path / "ran").exists()


@pytest.mark.usefixtures("here")
def test_an_endpoint_of_a_single_service_elsewhere_is_refused(
    asked: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "https://sqs.eu-west-1.amazonaws.com")
    assert said_by("apply", capsys).startswith("sqs would be asked at https://sqs.eu-west-1")
    monkeypatch.setenv("LAB_ALLOW_AWS", OURS)
    assert "elsewhere" in said_by("apply", capsys)
    assert asked == []


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("profile", ["work", "none"])
def test_a_lab_here_is_asked_without_proxy_and_profile(
    profile: str, asked: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_PROFILE", profile)
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://192.0.2.1")
    target = Target(Settings())
    assert not target.is_aws
    for service in SERVICES:
        client = target.client(service)
        assert client.meta.endpoint_url == HERE
        assert client._request_signer._credentials.access_key == OURS
    with pytest.raises(ProvisionError, match="no account to provision"):
        provision(target, lambda _: None)
    assert asked
    assert elsewhere(asked) == []
    assert not (tmp_path / "ran").exists()


@pytest.mark.usefixtures("here")
def test_a_request_that_would_leave_this_machine_after_all_is_not_sent(
    asked: list[tuple[str, str]],
) -> None:
    client = Target(Settings()).client("sqs")

    def lead_away(request: Any, **_: object) -> None:
        request.url = "https://sqs.eu-west-1.amazonaws.com/"

    client.meta.events.register("request-created.sqs.*", lead_away)
    with pytest.raises(ProvisionError, match="not sent"):
        client.list_queues()
    assert asked == []


def test_a_lab_here_needs_credentials_of_the_environment(
    asked: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", HERE)
    assert said_by("apply", capsys).startswith("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    assert asked == []


@pytest.mark.parametrize("value", ["yes", "1", "111122223333 444455556666", "๑๑๑๑๒๒๒๒๓๓๓๓"])
def test_only_a_number_of_an_account_allows_aws(
    value: str,
    asked: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LAB_ALLOW_AWS", value)
    assert "twelve digits" in said_by("apply", capsys)
    assert asked == []


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"LAB_TARGET": "aws"}, "LAB_ALLOW_AWS is not set"),
        ({"LAB_TARGET": "moon", "LAB_ALLOW_AWS": OURS}, "can only be aws"),
        ({"LAB_TARGET": "aws", "LAB_ALLOW_AWS": OURS}, "LAB_EMAIL is not set"),
    ],
)
def test_an_endpoint_here_can_be_treated_as_aws(
    variables: dict[str, str],
    says: str,
    asked: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert says in said_by("apply", capsys)
    assert asked == []


@pytest.mark.usefixtures("here", "allowed")
def test_treated_as_aws_an_endpoint_here_has_the_account_compared(
    monkeypatch: pytest.MonkeyPatch, asked: list[tuple[str, str]]
) -> None:
    monkeypatch.setenv("LAB_TARGET", "aws")
    target = Target(GOOD)
    assert target.is_aws
    with pytest.raises(ProvisionError, match="account is not known yet"):
        target.client("sqs").list_queues()
    with identified(target, OTHERS), pytest.raises(ProvisionError, match=OTHERS):
        provision(target, lambda _: None)
    assert asked == []


@pytest.mark.usefixtures("allowed")
def test_a_profile_that_does_not_exist_is_named_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "none")
    assert "none" in said_by("apply", capsys)


@pytest.mark.usefixtures("allowed")
def test_another_account_than_the_one_named_is_refused(asked: list[tuple[str, str]]) -> None:
    target = Target(GOOD)
    with identified(target, OTHERS), pytest.raises(ProvisionError, match=OTHERS):
        provision(target, lambda _: None)
    assert asked == []


@pytest.mark.usefixtures("allowed")
def test_on_aws_nothing_but_sts_is_asked_until_the_account_is_known(
    asked: list[tuple[str, str]],
) -> None:
    target = Target(GOOD)
    for service, read in READS.items():
        with pytest.raises(ProvisionError, match="account is not known yet"):
            getattr(target.client(service), read)()
    assert asked == []


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (Settings(suffix="7f3a", email="malee@example.org", profile=QUICK), "LAB_PROFILE"),
        (Settings(suffix="7f3a"), "LAB_EMAIL"),
        (Settings(email="malee@example.org"), "LAB_SUFFIX"),
    ],
)
def test_on_aws_settings_that_are_for_an_emulator_are_refused_before_anything_is_asked(
    settings: Settings, named: str, asked: list[tuple[str, str]]
) -> None:
    with pytest.raises(ProvisionError, match=named):
        provision(Target(settings), lambda _: None)
    assert asked == []


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize("bucket", [0, 1])
def test_a_bucket_of_somebody_else_is_found_out_before_anything_is_created(
    bucket: int, asked: list[tuple[str, str]]
) -> None:
    target = Target(GOOD)
    buckets = (GOOD.raw_bucket, GOOD.processed_bucket)
    with identified(target), Stubber(target.client("s3")) as s3:
        for name in buckets[:bucket]:
            s3.add_client_error(
                "get_bucket_location", "NoSuchBucket", expected_params=asked_of(name)
            )
        s3.add_client_error(
            "get_bucket_location", "AccessDenied", expected_params=asked_of(buckets[bucket])
        )
        with pytest.raises(ProvisionError, match=f"{buckets[bucket]} belongs to another account"):
            provision(target, lambda _: None)
        s3.assert_no_pending_responses()
    assert asked == []


def asked_of(bucket: str) -> dict[str, str]:
    return {"Bucket": bucket, "ExpectedBucketOwner": OURS}


@pytest.mark.usefixtures("allowed")
def test_a_bucket_in_another_region_is_found_out_before_anything_is_created() -> None:
    target = Target(GOOD)
    with identified(target), Stubber(target.client("s3")) as s3:
        s3.add_response("get_bucket_location", {"LocationConstraint": "eu-west-1"})
        with pytest.raises(ProvisionError, match="exists in eu-west-1, not in ap-southeast-1"):
            provision(target, lambda _: None)


@pytest.mark.usefixtures("here")
def test_a_plan_that_would_write_is_stopped(asked: list[tuple[str, str]]) -> None:
    sqs = Target(Settings(), is_read_only=True).client("sqs")
    with pytest.raises(AssertionError, match="CreateQueue"):
        sqs.create_queue(QueueName="any")
    assert asked == []
