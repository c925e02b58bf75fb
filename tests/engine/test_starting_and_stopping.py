"""`scripts/lab up` and `down` under hostile hands: at once, killed, files spoilt, disk full.

LocalStack's place is taken by a stand-in, so that what is tried here takes seconds.
"""

import json
import os
import pty
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.engine.lab_checkout import LabCheckout, compiled_parts, lab_checkout, wait_until
from tests.engine.stand_in import FAILED, PROVISIONING, SUCCESSFUL

FUNCTION = "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled_parts(tmp_path_factory.mktemp("parts"))


@pytest.fixture
def checkout(tmp_path: Path, parts: Path) -> Iterator[LabCheckout]:
    with lab_checkout(tmp_path / "checkout", parts) as made:
        yield made


def hold_back(checkout: LabCheckout) -> None:
    """Have the stand-in provision until the test says how that ended."""
    page = f"json.loads(verdict.read_text()) if verdict.exists() else {PROVISIONING}"
    checkout.localstack.write(page=page, before="verdict = root.parent / 'verdict'")


def let_go(checkout: LabCheckout, verdict: dict[str, object]) -> None:
    draft = checkout.home / "draft"
    draft.write_text(json.dumps(verdict))
    draft.replace(checkout.home / "verdict")


def assert_one_line(told: str) -> str:
    """The one line of complaint, after what tells of the progress."""
    assert "Traceback" not in told
    [line] = [line for line in told.splitlines() if not line.startswith(("Engine: ", "Waiting "))]
    assert line.startswith("✗ ")
    return line


# --- two at once ---------------------------------------------------------------------------------


def test_the_second_of_two_ups_waits_and_then_says_what_runs_and_how_to_change_it(
    checkout: LabCheckout,
) -> None:
    hold_back(checkout)
    first = checkout.start("up", "--profile", "quick")
    wait_until("the first to start LocalStack", checkout.running_localstack)
    second = checkout.start("up", "--profile", "workshop")
    assert second.stderr
    waiting = second.stderr.readline()
    assert f"Waiting for scripts/lab up --profile quick --port {checkout.port} (pid" in waiting
    let_go(checkout, SUCCESSFUL)
    _, said = first.communicate()
    assert first.returncode == 0, said
    _, told = second.communicate()
    assert second.returncode == 1
    line = assert_one_line(told)
    assert "already runs with engine local and profile quick" in line
    assert f"scripts/lab down --port {checkout.port}" in line
    assert checkout.recorded_profile() == "quick"


def test_ups_at_the_same_moment_agree_on_what_runs(checkout: LabCheckout) -> None:
    ups = [checkout.start("up", "--profile", name, "--json") for name in ("quick", "workshop") * 2]
    answers = [each.communicate()[0] for each in ups]
    localstack = wait_until("LocalStack", checkout.running_localstack)
    profile = localstack.environ()["LAB_PROFILE"]
    assert checkout.recorded_profile() == profile
    assert [json.loads(answer)["profile"] for answer in answers if answer] == [profile] * 2
    assert sorted(up.returncode for up in ups) == [0, 0, 1, 1]


# --- an empty account -----------------------------------------------------------------------------


def started_empty(checkout: LabCheckout) -> bool:
    seen = checkout.home / "root" / "seen.json"
    return bool(json.loads(seen.read_text())["LAB_EMPTY"] == "on")


def test_a_lab_started_empty_stays_so_until_it_is_stopped(checkout: LabCheckout) -> None:
    up = checkout.run("up", "--empty", "--json")
    assert json.loads(up.stdout)["empty"] is True, up.stderr
    assert started_empty(checkout)
    assert json.loads(checkout.run("up", "--json").stdout)["empty"] is True
    assert "is empty again" in checkout.run("reset").stdout
    assert started_empty(checkout)
    refused = checkout.run("deploy")
    assert "--account 222222222222" in assert_one_line(refused.stderr)
    localstack = wait_until("LocalStack", checkout.running_localstack)
    localstack.kill()  # as a machine that is switched off
    wait_until("its end", lambda: not checkout.running_localstack())
    assert json.loads(checkout.run("up", "--json").stdout)["empty"] is True
    checkout.run("down")
    assert json.loads(checkout.run("up", "--json").stdout)["empty"] is False


def test_a_lab_with_the_pipeline_is_not_emptied_by_up(checkout: LabCheckout) -> None:
    checkout.run("up")
    refused = checkout.run("up", "--empty")
    assert refused.returncode == 1
    assert "with the finished pipeline" in assert_one_line(refused.stderr)
    assert not started_empty(checkout)


def test_another_word_for_empty_is_refused(checkout: LabCheckout) -> None:
    refused = checkout.run("up", LAB_EMPTY="yes")
    assert refused.returncode != 0
    assert "it must be on or off" in assert_one_line(refused.stderr)


# --- ended before it is ready --------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM])
def test_an_up_that_is_told_to_end_takes_localstack_with_it(
    checkout: LabCheckout, number: signal.Signals
) -> None:
    checkout.localstack.write(page=PROVISIONING)
    up = checkout.start("up")
    wait_until("LocalStack", checkout.running_localstack)
    os.killpg(up.pid, number)
    _, told = up.communicate()
    assert up.returncode == 128 + number
    assert assert_one_line(told) == "✗ Interrupted."
    assert checkout.processes() == []


def test_closing_the_terminal_during_up_leaves_nothing_running(checkout: LabCheckout) -> None:
    checkout.localstack.write(page=PROVISIONING)
    pid, terminal = pty.fork()
    if pid == 0:
        words = checkout.command("up")
        os.execve(words[0], words, checkout.environment())  # noqa: S606 - of this very test
    wait_until("LocalStack", checkout.running_localstack)
    os.close(terminal)
    os.waitpid(pid, 0)
    assert checkout.processes() == []


def test_with_nohup_an_up_outlives_its_terminal(checkout: LabCheckout) -> None:
    hold_back(checkout)
    line = f"trap '' HUP; exec {shlex.join(checkout.command('up'))}"
    up = subprocess.Popen(
        ["bash", "-c", line],
        env=checkout.environment(),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_until("LocalStack", checkout.running_localstack)
    os.killpg(up.pid, signal.SIGHUP)
    let_go(checkout, SUCCESSFUL)
    assert up.wait() == 0
    assert checkout.running_localstack()


def test_a_localstack_whose_up_was_killed_is_taken_over_as_what_it_is(
    checkout: LabCheckout,
) -> None:
    hold_back(checkout)
    up = checkout.start("up", "--profile", "quick", LAB_STUDENT="somchai")
    left = wait_until("LocalStack", checkout.running_localstack)
    os.killpg(up.pid, signal.SIGKILL)
    up.communicate()
    (checkout.home / "lab.json").unlink()
    let_go(checkout, SUCCESSFUL)

    refused = checkout.run("up", "--profile", "workshop")
    assert "already runs with engine local and profile quick" in assert_one_line(refused.stderr)
    taken_over = json.loads(checkout.run("up", "--json").stdout)
    assert taken_over["profile"] == checkout.recorded_profile() == "quick"
    assert taken_over["raw_bucket"] == "pipeline-raw-somchai-0001"
    assert left.is_running()


def test_a_failed_start_that_was_left_behind_is_told_with_how_to_stop_it(
    checkout: LabCheckout,
) -> None:
    hold_back(checkout)
    up = checkout.start("up")
    wait_until("LocalStack", checkout.running_localstack)
    os.killpg(up.pid, signal.SIGKILL)
    up.communicate()
    let_go(checkout, FAILED)
    line = checkout.run("up").stderr.splitlines()[0]
    assert "Provisioning failed in 10.py." in line
    assert f"scripts/lab down --port {checkout.port}" in line
    checkout.run("down")
    assert checkout.processes() == []


@pytest.mark.parametrize("delay_ms", range(0, 500, 50))
def test_ctrl_c_in_the_first_half_second_leaves_nothing_and_shows_no_traceback(
    checkout: LabCheckout, delay_ms: int
) -> None:
    checkout.localstack.write(page=PROVISIONING)
    up = checkout.start("up")
    time.sleep(delay_ms / 1000)
    os.killpg(up.pid, signal.SIGINT)
    _, told = up.communicate()
    assert up.returncode in (128 + signal.SIGINT, -signal.SIGINT)
    said = [line for line in told.splitlines() if not line.startswith("Engine: ")]
    silent = up.returncode == -signal.SIGINT  # bash itself, before or after it can say anything
    assert said == ([] if silent else ["✗ Interrupted."])
    assert checkout.processes() == []


# --- records that are gone, damaged or wrong -----------------------------------------------------


def delete_all(checkout: LabCheckout) -> None:
    shutil.rmtree(checkout.root / ".lab")


def delete_records(checkout: LabCheckout) -> None:
    for file in checkout.home.glob("*.json"):
        file.unlink()


def empty_records(checkout: LabCheckout) -> None:
    for file in checkout.home.glob("*.json"):
        file.write_text("")


def damage_records(checkout: LabCheckout) -> None:
    for file in checkout.home.glob("*.json"):
        file.write_bytes(b'{"port": 1, "engine": "\xff')
    (checkout.root / ".lab" / "current").write_text("99999")


def record_another_engine(checkout: LabCheckout) -> None:
    record = {"port": checkout.port, "engine": "compose", "profile": "workshop", "variables": {}}
    (checkout.home / "lab.json").write_text(json.dumps(record))


@pytest.mark.parametrize(
    "spoil", [delete_all, delete_records, empty_records, damage_records, record_another_engine]
)
def test_down_stops_what_runs_whatever_became_of_its_records(
    checkout: LabCheckout, spoil: object
) -> None:
    assert checkout.run("up", "--profile", "quick").returncode == 0
    assert callable(spoil)
    spoil(checkout)
    done = checkout.run("down", "--wipe")
    assert f"The lab on port {checkout.port} stopped" in done.stdout, done.stderr
    assert checkout.processes() == []
    assert not checkout.home.exists()


def test_nobody_elses_process_is_stopped(checkout: LabCheckout, tmp_path: Path) -> None:
    """Another checkout's lab on this port's number, and a shell that stands in the lab's folder."""
    checkout.home.mkdir(parents=True)
    theirs = {"FILESYSTEM_ROOT": str(tmp_path / "other" / ".lab" / str(checkout.port) / "root")}
    standing = {"PWD": str(checkout.home / "t" / "x"), "OLDPWD": str(checkout.home / "root")}
    neighbour = {"FILESYSTEM_ROOT": f"{checkout.home}0/root"}
    waiting = [sys.executable, "-c", "import time; time.sleep(60)", "localstack.runtime.main"]
    others = [subprocess.Popen(waiting, env=env) for env in (theirs, standing, neighbour)]
    try:
        assert "was not running" in checkout.run("down", "--wipe").stdout
        assert [process.poll() for process in others] == [None, None, None]
    finally:
        for process in others:
            process.kill()
            process.wait()


@pytest.mark.parametrize("command", ["down", "up"])
def test_stopped_functions_of_a_lab_that_was_killed_are_ended(
    checkout: LabCheckout, command: str
) -> None:
    environment = {
        "LAMBDA_RUNTIME_DIR": str(checkout.home / "t" / "lambda-environments" / "runtime")
    }
    function = subprocess.Popen([sys.executable, "-c", FUNCTION], env=environment)
    try:
        wait_until("it to stop", lambda: psutil.Process(function.pid).status() == "stopped")
        checkout.run(command)
        assert function.wait(timeout=60) == -signal.SIGKILL
    finally:
        function.kill()


# --- a machine that refuses ----------------------------------------------------------------------


def refused(checkout: LabCheckout, shell: str) -> str:
    """The line that `up` ends with when a shell has spoilt the machine for it first."""
    line = f"{shell} && exec {shlex.join(checkout.command('up', '--engine', 'local'))}"
    done = subprocess.run(
        ["unshare", "--mount", "--map-root-user", "bash", "-c", line],
        env=checkout.environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.stderr.startswith(("unshare:", "mount:")):
        pytest.skip(f"no file system of its own here: {done.stderr.splitlines()[0]}")
    assert done.returncode == 1, done.stdout + done.stderr
    assert checkout.processes() == []
    return assert_one_line(done.stderr)


def test_too_few_open_files_are_told_before_anything_starts(checkout: LabCheckout) -> None:
    line = refused(checkout, "ulimit -n 64")
    assert "may hold 64 files open" in line
    assert "ulimit -n" in line


def test_a_low_soft_limit_of_open_files_is_raised(checkout: LabCheckout) -> None:
    line = f"ulimit -S -n 64; exec {shlex.join(checkout.command('up'))}"
    done = subprocess.run(
        ["bash", "-c", line],
        env=checkout.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    localstack = wait_until("LocalStack", checkout.running_localstack)
    assert localstack.rlimit(psutil.RLIMIT_NOFILE)[0] >= 512


def test_a_folder_that_is_read_only_is_told_with_its_name(checkout: LabCheckout) -> None:
    (checkout.root / ".lab").mkdir()
    line = refused(checkout, f"mount -t tmpfs -o ro none {checkout.root}/.lab")
    assert f"{checkout.root}/.lab/" in line
    assert "Read-only file system" in line


@pytest.mark.parametrize(
    ("room", "says"), [("4k", "No space left on device"), ("1m", "MB are free on this disk")]
)
def test_a_full_disk_is_told_before_anything_starts(
    checkout: LabCheckout, room: str, says: str
) -> None:
    (checkout.root / ".lab").mkdir()
    line = refused(checkout, f"mount -t tmpfs -o size={room} none {checkout.root}/.lab")
    assert f"{checkout.root}/.lab" in line
    assert says in line
    assert "Make room" in line
