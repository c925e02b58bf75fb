"""The hooks in start.d and ready.d, executed the way LocalStack executes them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import provisioner_process
from provision import command_line

INIT = Path(__file__).parents[3] / "init"


class Started:
    """Stands for a provisioner's process."""

    def __init__(self, command: tuple[str, ...], **options: Any) -> None:
        self.args, self.options = command, options
        self.told: bytes | None = None
        self.returncode = 0

    def communicate(self, told: bytes = b"") -> None:
        self.told = told


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[Started]]:
    """The processes that hooks start below a LocalStack's own root."""
    found: list[Started] = []

    def start(command: tuple[str, ...], **options: Any) -> Started:
        found.append(Started(command, **options))
        return found[-1]

    (tmp_path / "etc/localstack").mkdir(parents=True)
    (tmp_path / "etc/localstack/init").symlink_to(INIT)
    monkeypatch.setattr(
        provisioner_process, "subprocess", SimpleNamespace(**vars(subprocess) | {"Popen": start})
    )
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("GATEWAY_LISTEN", "LAB_EMPTY", "LAB_STATE_DIR", "LAB_STATE_LOADED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FILESYSTEM_ROOT", str(tmp_path))
    yield found
    provisioner_process._started.clear()


def run_hook(stage: str) -> None:
    """Execute the hook of a stage without `__file__`."""
    (hook,) = (INIT / stage).glob("*.py")
    exec(compile(hook.read_bytes(), "<hook>", "exec"), {})  # noqa: S102 - as LocalStack does


def test_the_provisioner_is_started_early_and_told_when_localstack_is_ready(
    processes: list[Started],
) -> None:
    run_hook("start.d")
    (process,) = processes
    assert process.args == (sys.executable, "-m", "provision", "--when-told")
    assert process.options["stdin"] == subprocess.PIPE
    assert process.told is None
    run_hook("ready.d")
    assert processes == [process]
    assert process.told


def test_the_provisioner_is_started_when_ready_if_it_was_not_before(
    processes: list[Started],
) -> None:
    run_hook("ready.d")
    (process,) = processes
    assert process.told


def test_a_provisioner_that_fails_fails_the_hook(processes: list[Started]) -> None:
    run_hook("start.d")
    processes[0].returncode = 1
    with pytest.raises(subprocess.CalledProcessError):
        run_hook("ready.d")


def test_it_is_not_started_early_where_a_cloud_was_saved(
    processes: list[Started], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "state"))
    (tmp_path / "state").mkdir()
    run_hook("start.d")
    assert processes == []


def test_a_cloud_that_is_back_is_not_provisioned_again_unless_the_settings_are_others(
    processes: list[Started], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_STUDENT", "malee")
    run_hook("start.d")
    monkeypatch.setenv("LAB_STATE_LOADED", json.dumps({"LAB_STUDENT": "malee"}))
    run_hook("ready.d")
    assert [process.told for process in processes] == [b""]
    monkeypatch.setenv("LAB_STUDENT", "somchai")
    run_hook("ready.d")
    assert processes[-1].told


def test_in_the_container_the_package_is_found_at_the_root_of_the_file_system(
    processes: list[Started], tmp_path: Path
) -> None:
    run_hook("ready.d")
    environment = processes[0].options["env"]
    assert environment["PYTHONPATH"] == str(INIT)
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert str(tmp_path / "etc/localstack/init") in sys.path


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
    processes: list[Started], monkeypatch: pytest.MonkeyPatch, listen: str, port: str
) -> None:
    monkeypatch.setenv("GATEWAY_LISTEN", listen)
    run_hook("ready.d")
    assert processes[0].options["env"]["AWS_ENDPOINT_URL"] == f"http://127.0.0.1:{port}"


def test_nothing_of_somebody_s_aws_account_reaches_the_provisioner(
    processes: list[Started], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    run_hook("ready.d")
    environment = processes[0].options["env"]
    assert "AWS_PROFILE" not in environment
    assert "AWS_SESSION_TOKEN" not in environment
    assert environment["AWS_ACCESS_KEY_ID"] == "test"


def test_the_lab_s_settings_reach_the_provisioner(
    processes: list[Started], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_PROFILE", "quick")
    monkeypatch.setenv("LAB_STUDENT", "malee")
    run_hook("ready.d")
    environment = processes[0].options["env"]
    assert (environment["LAB_PROFILE"], environment["LAB_STUDENT"]) == ("quick", "malee")


def test_an_account_that_is_to_stay_empty_is_not_provisioned(
    processes: list[Started], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_EMPTY", "on")
    run_hook("start.d")
    run_hook("ready.d")
    assert processes == []


@pytest.mark.parametrize(("told", "asks"), [("begin\n", True), ("", False)])
def test_the_provisioner_asks_nothing_before_it_is_told(
    monkeypatch: pytest.MonkeyPatch, told: str, asks: bool
) -> None:
    did: list[str] = []

    class Target:
        def __init__(self, *_: object, **__: object) -> None:
            self.settings = SimpleNamespace(profile=SimpleNamespace(name="quick"))

        def make_clients(self) -> None:
            did.append("ready")

    def read() -> str:
        did.append("waited")
        return told

    monkeypatch.setattr(command_line, "Target", Target)

    def provision(*_: object, **__: object) -> list[Any]:
        did.append("asked")
        return []

    monkeypatch.setattr(command_line, "provision", provision)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(readline=read))
    assert command_line.run("provision", (), ["--when-told"]) == 0
    assert did == ["ready", "waited", *(["asked"] if asks else [])]
