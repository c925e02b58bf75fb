"""The ready.d hook, executed the way LocalStack executes it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = tuple[list[str], dict[str, Any]]
RunHook = Callable[..., Call]

HOOK = Path(__file__).parents[3] / "init/ready.d/10_provision.py"


@pytest.fixture
def run_hook(monkeypatch: pytest.MonkeyPatch) -> RunHook:
    """Executes the hook without `__file__` and returns how it would call the provisioner."""

    def run(**environment: str) -> Call:
        for name in ("FILESYSTEM_ROOT", "GATEWAY_LISTEN"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        calls: list[Call] = []
        monkeypatch.setattr(
            subprocess, "run", lambda command, **options: calls.append((command, options))
        )
        exec(compile(HOOK.read_bytes(), "<hook>", "exec"), {})  # noqa: S102 - as LocalStack does
        (call,) = calls
        return call

    return run


def test_the_provisioner_runs_in_a_process_whose_failure_fails_the_hook(run_hook: RunHook) -> None:
    command, options = run_hook()
    assert command == [sys.executable, "-m", "provision"]
    assert options["check"] is True


def test_in_the_container_the_package_is_found_at_the_root_of_the_file_system(
    run_hook: RunHook,
) -> None:
    _, options = run_hook()
    assert options["env"]["PYTHONPATH"] == "/etc/localstack/init"
    assert options["env"]["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"


def test_outside_it_is_found_below_localstack_s_own_root(run_hook: RunHook, tmp_path: Path) -> None:
    _, options = run_hook(FILESYSTEM_ROOT=str(tmp_path))
    assert options["env"]["PYTHONPATH"] == str(tmp_path / "etc/localstack/init")


@pytest.mark.parametrize(
    ("listen", "port"),
    [
        ("127.0.0.1:4599", "4599"),
        ("0.0.0.0:4567,0.0.0.0:443", "4567"),
        (":4568", "4568"),
        ("4569", "4569"),
        ("[::]:4570", "4570"),
        ("", "4566"),
    ],
)
def test_the_endpoint_s_port_is_the_first_that_localstack_listens_at(
    run_hook: RunHook, listen: str, port: str
) -> None:
    _, options = run_hook(GATEWAY_LISTEN=listen)
    assert options["env"]["AWS_ENDPOINT_URL"] == f"http://127.0.0.1:{port}"


def test_nothing_of_somebody_s_aws_account_reaches_the_provisioner(run_hook: RunHook) -> None:
    _, options = run_hook(
        AWS_PROFILE="production", AWS_SESSION_TOKEN="real", AWS_ACCESS_KEY_ID="AKIAREAL"
    )
    assert "AWS_PROFILE" not in options["env"]
    assert "AWS_SESSION_TOKEN" not in options["env"]
    assert options["env"]["AWS_ACCESS_KEY_ID"] == "test"


def test_the_lab_s_settings_reach_the_provisioner(run_hook: RunHook) -> None:
    _, options = run_hook(LAB_PROFILE="quick", LAB_STUDENT="malee")
    assert options["env"]["LAB_PROFILE"] == "quick"
    assert options["env"]["LAB_STUDENT"] == "malee"


def test_an_account_that_is_to_stay_empty_is_not_provisioned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LAB_EMPTY", "on")
    calls: list[object] = []
    monkeypatch.setattr(subprocess, "run", lambda *given, **_: calls.append(given))
    exec(compile(HOOK.read_bytes(), "<hook>", "exec"), {})  # noqa: S102 - as LocalStack does
    assert calls == []
