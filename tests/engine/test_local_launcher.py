"""The lab without Docker, with a small stand-in for LocalStack that it starts as a real process."""

import json
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from lab.errors import LabError
from lab.launch import local, processes
from lab.launch.local import LocalLauncher
from lab.launch.ports import free_port
from tests.engine.stand_in import FAILED, PROVISIONING, StandIn

STUBBORN = """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
orphan = subprocess.Popen(["sh", "-c", "sleep 60 & echo $!"], stdout=subprocess.PIPE)
(root / "pids").write_text(f"{child.pid} {int(orphan.stdout.readline())}")
"""
GUARDED = """
clean = "import pathlib, sys, time; sys.stdin.read(); time.sleep(0.3); "
clean += "pathlib.Path('cleaned').touch()"
guard = subprocess.Popen(
    [sys.executable, "-c", clean], cwd=root, stdin=subprocess.PIPE, start_new_session=True
)
"""

MakeLauncher = Callable[..., LocalLauncher]


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """The launcher starts it instead of LocalStack."""
    repository = tmp_path / "repository"
    monkeypatch.setattr(local, "REPOSITORY", repository)
    monkeypatch.setattr(local, "STOP_PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(local, "START_LIMIT_SECONDS", 20)
    return StandIn(repository)


@pytest.fixture
def make_launcher(tmp_path: Path) -> Iterator[MakeLauncher]:
    launchers: list[LocalLauncher] = []

    def make(**options: Any) -> Any:
        launcher = LocalLauncher(
            port=free_port(), home=tmp_path / f"lab{len(launchers)}", **options
        )
        launchers.append(launcher)
        return launcher

    yield make
    for launcher in launchers:
        launcher.stop()


def root_of(launcher: LocalLauncher) -> Path:
    return launcher.log_file.parent / "root"


def is_gone(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


@pytest.mark.usefixtures("stand_in")
def test_a_lab_starts_is_ready_and_stops(make_launcher: MakeLauncher) -> None:
    launcher = make_launcher(profile="quick")
    told: list[str] = []
    launcher.start(told.append)
    assert launcher.status().ready
    assert (launcher.running_environment() or {})["LAB_PROFILE"] == "quick"
    assert told
    pid = int(launcher.status().detail.removeprefix("pid "))
    launcher.stop()
    assert not launcher.status().running
    assert is_gone(pid)


@pytest.mark.usefixtures("stand_in")
def test_starting_again_is_harmless(make_launcher: MakeLauncher) -> None:
    launcher = make_launcher()
    launcher.start()
    first = launcher.status().detail
    launcher.start()
    assert launcher.status().detail == first


@pytest.mark.usefixtures("stand_in")
def test_two_labs_do_not_disturb_each_other(make_launcher: MakeLauncher) -> None:
    one, other = make_launcher(), make_launcher()
    one.start()
    other.start()
    one.stop(wipe=True)
    assert other.status().ready
    assert not root_of(one).exists()


@pytest.mark.usefixtures("stand_in")
def test_localstack_sees_none_of_the_users_aws_and_keeps_to_itself(
    make_launcher: MakeLauncher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "HTTPS_PROXY", "PERSISTENCE", "PYTHONHOME"):
        monkeypatch.setenv(name, "the-users-own")
    monkeypatch.setenv("LAB_EMAIL", "somchai@example.com")
    launcher = make_launcher(profile="quick")
    launcher.start()
    seen = (root_of(launcher) / "seen.json").read_text(encoding="utf-8")
    assert "the-users-own" not in seen
    assert f'"GATEWAY_LISTEN": "127.0.0.1:{launcher.port}"' in seen
    assert '"LAB_EMAIL": "somchai@example.com"' in seen
    assert '"LAB_PROFILE": "quick"' in seen
    assert f'"TMPDIR": "{launcher.log_file.parent}/' in seen


@pytest.mark.usefixtures("stand_in")
def test_localstack_learns_of_the_mail_server_and_no_file_of_the_lab_does(
    make_launcher: MakeLauncher, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = {"SMTP_HOST": "smtp.example.com:587", "SMTP_USER": "nok", "SMTP_PASS": "kw4m-lap"}
    for name, value in login.items():
        monkeypatch.setenv(name, value)
    launcher = make_launcher()
    launcher.start()
    seen = root_of(launcher) / "seen.json"
    assert login.items() <= json.loads(seen.read_text(encoding="utf-8")).items()
    seen.unlink()  # written by the stand-in, to show what it was told
    written = [path for path in launcher.log_file.parent.rglob("*") if path.is_file()]
    assert launcher.log_file in written
    assert [path for path in written if "kw4m-lap" in path.read_text(errors="replace")] == []


def test_failed_provisioning_is_told_with_the_log_and_leaves_nothing_running(
    stand_in: StandIn, make_launcher: MakeLauncher
) -> None:
    stand_in.write(page=FAILED, before="print('the reason why', flush=True)")
    launcher = make_launcher()
    with pytest.raises(LabError, match=r"(?s)10\.py.*the reason why"):
        launcher.start()
    assert not launcher.status().running


def test_a_localstack_that_dies_is_told_with_the_log(
    stand_in: StandIn, make_launcher: MakeLauncher
) -> None:
    stand_in.write(before="sys.exit('cannot open database')")
    with pytest.raises(LabError, match=r"(?s)ended before.*cannot open database"):
        make_launcher().start()


def test_nothing_to_provision_is_no_lab(stand_in: StandIn, make_launcher: MakeLauncher) -> None:
    stand_in.write(page={"completed": True, "scripts": []})
    with pytest.raises(LabError, match="nothing to provision"):
        make_launcher().start()


def test_a_fall_back_to_another_executor_is_no_lab(
    stand_in: StandIn, make_launcher: MakeLauncher
) -> None:
    stand_in.write(
        before="print('Executor process not found. Falling back to docker.', flush=True)"
    )
    with pytest.raises(LabError, match="executor"):
        make_launcher().start()


def test_a_lab_that_is_never_ready_is_given_up(
    stand_in: StandIn, make_launcher: MakeLauncher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "START_LIMIT_SECONDS", 0.5)
    stand_in.write(page=PROVISIONING)
    launcher = make_launcher()
    with pytest.raises(LabError, match="not ready after"):
        launcher.start()
    assert not launcher.status().running


@pytest.mark.usefixtures("stand_in")
def test_a_taken_port_is_told_with_who_holds_it(make_launcher: MakeLauncher) -> None:
    launcher = make_launcher()
    told = rf"taken by .*pid {os.getpid()}"
    with socket.create_server(("127.0.0.1", launcher.port)), pytest.raises(LabError, match=told):
        launcher.start()


def test_what_ignores_sigterm_is_killed_with_all_it_started(
    stand_in: StandIn, make_launcher: MakeLauncher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "GUARD_PATIENCE_SECONDS", 0.3)
    stand_in.write(before=STUBBORN)
    launcher = make_launcher()
    launcher.start()
    started = [int(pid) for pid in (root_of(launcher) / "pids").read_text().split()]
    launcher.stop()
    assert [pid for pid in started if not is_gone(pid)] == []


def test_what_cleans_up_after_localstack_is_given_the_time_to_do_it(
    stand_in: StandIn, make_launcher: MakeLauncher
) -> None:
    stand_in.write(before=GUARDED)
    launcher = make_launcher()
    launcher.start()
    launcher.stop()
    assert (root_of(launcher) / "cleaned").exists()
