"""The user's own docker-compose.yml, run for real."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
import yaml

from lab.paths import REPOSITORY
from tests.compose.conftest import CHECKOUT
from tests.compose.standin_image import SOURCE, VENV
from tests.course.shards import commits_so_far
from tests.integration.lab_under_test import LabUnderTest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.compose.compose_project import ComposeProject

SUITE_LIMIT_SECONDS = 2400
MEMORY_LIMIT_MB = 1000
LIST_PACKAGES = """
from importlib.metadata import distributions
for each in distributions():
    print(f"{each.name}=={each.version}")
"""


def under_test(project: ComposeProject) -> LabUnderTest:
    return LabUnderTest.at(project.endpoint)


def test_up_returns_when_everything_is_provisioned(
    lab: ComposeProject, note: Callable[[str], None]
) -> None:
    readiness = lab.readiness()

    assert readiness.ready, readiness
    assert lab.container()["State"]["Health"]["Status"] == "healthy"
    note(f"up -d --wait, image present: {lab.up_seconds:.1f} s; {lab.memory_mb():.0f} MB then")


def test_lambda_runs_in_processes_not_in_docker(lab: ComposeProject) -> None:
    log = lab.log()

    assert "Falling back" not in log
    assert "stands in for Lambda's python3.12" in log


def test_the_stand_in_of_a_checkout_has_its_sources_and_its_pins(lab: ComposeProject) -> None:
    if CHECKOUT not in os.environ:
        pytest.skip(f"{CHECKOUT} names no checkout: another image is tried")
    lock = Path(os.environ[CHECKOUT], "requirements-runtime.txt").read_text("utf-8")
    pins = {_normal(line) for line in lock.splitlines() if re.match(r"[a-z0-9].*==", line)}
    python = ("exec", "-T", "localstack", str(VENV / "bin" / "python"))

    # pip freeze names the file that a package came from instead of its version.
    installed = lab.run(*python, "-c", LIST_PACKAGES).stdout
    # A module's file, because the path of an editable package has a hook in it too.
    place = lab.run(*python, "-c", "from localstack import constants; print(constants.__file__)")

    assert pins
    assert sorted(pins - {_normal(line) for line in installed.splitlines()}) == []
    assert Path(place.stdout.strip()).parent == SOURCE / "localstack-core" / "localstack"


def _normal(pin: str) -> str:
    """A version of a package, by the name that all spellings share (PEP 503)."""
    name, _, version = pin.partition("==")
    return f"{re.sub(r'[-_.]+', '-', name).lower()}=={version}"


def test_nobody_asked_for_a_mailbox_or_a_relay_and_there_is_none(lab: ComposeProject) -> None:
    assert lab.services() == ["localstack"]
    assert "SMTP_HOST=" in lab.container()["Config"]["Env"]
    assert "copies of mails go to" not in lab.log()


def test_the_lab_is_published_on_this_machine_only(lab: ComposeProject) -> None:
    published = lab.container()["NetworkSettings"]["Ports"]

    addresses = {inner: outer for inner, outer in published.items() if outer}
    assert list(addresses) == ["4566/tcp"]
    assert {each["HostIp"] for each in addresses["4566/tcp"]} == {"127.0.0.1"}


def test_the_container_gets_the_repository_read_only_and_no_docker_socket(
    lab: ComposeProject,
) -> None:
    mounts = lab.container()["Mounts"]

    binds = {each["Destination"]: each["RW"] for each in mounts if each["Type"] == "bind"}
    assert binds == {
        "/etc/localstack/init": False,
        "/etc/localstack/lambdas": False,
        "/etc/localstack/asl": False,
        "/opt/lab/engine": False,
    }
    assert [each["Destination"] for each in mounts if each["Type"] == "volume"] == [
        "/var/lib/localstack"
    ]


def test_the_container_can_gain_no_privileges(lab: ComposeProject) -> None:
    status = lab.run("exec", "-T", "localstack", "cat", "/proc/1/status").stdout
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)

    assert fields["NoNewPrivs"] == "1"
    # CHOWN, DAC_OVERRIDE, FOWNER and NET_BIND_SERVICE, by their bits in capability.h.
    assert int(fields["CapBnd"], 16) == 1 << 0 | 1 << 1 | 1 << 3 | 1 << 10


def test_the_health_check_stays_out_of_the_log(lab: ComposeProject) -> None:
    assert lab.container()["State"]["Health"]["Log"], "the check has run"
    # `up --wait` asks the page nothing itself; this module's own questions are few.
    assert lab.log().count("GET /_localstack/init/ready") < 5


def half_of_the_suite() -> list[str]:
    """Every second file of it, the others with the next commit: outside of a container all run."""
    files = sorted((REPOSITORY / "tests/integration").glob("test_*.py"))
    return [str(file) for file in files[commits_so_far() % 2 :: 2]]


@pytest.mark.timeout(SUITE_LIMIT_SECONDS + 30, func_only=True)
def test_the_integration_suite_passes_in_the_container(
    lab: ComposeProject, note: Callable[[str], None]
) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *half_of_the_suite()]
    environment = {**os.environ, "LAB_ENDPOINT": lab.endpoint, "LAB_PROFILE": "quick"}

    done = subprocess.run(
        command,
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SUITE_LIMIT_SECONDS,
        check=False,
    )

    used = lab.memory_mb()
    note(f"integration suite: {(done.stdout.strip() or done.stderr).splitlines()[-1]}")
    note(f"memory after it: {used:.0f} MB")
    assert done.returncode == 0, done.stdout[-20000:]
    assert used < MEMORY_LIMIT_MB


def test_a_second_up_changes_nothing(lab: ComposeProject) -> None:
    before = lab.container()

    lab.up()

    after = lab.container()
    assert (after["Id"], after["State"]["StartedAt"]) == (
        before["Id"],
        before["State"]["StartedAt"],
    )


def test_the_cloud_is_as_it_was_after_a_restart_a_kill_and_another_container(
    lab: ComposeProject,
) -> None:
    """A stop saves at once; after a kill what was saved before it is back."""
    before = under_test(lab)
    upload = before.upload("before-restart.csv", "order_id\n")
    outcome = before.outcome_of(upload)
    before.client("sqs").create_queue(QueueName="by-hand")

    def assert_all_is_back(how: str) -> None:
        lab.wait_until_provisioned()
        state = requests.get(f"{lab.endpoint}/_lab/state", timeout=60).json()
        assert state["brought_back"], (how, state, lab.log()[-6000:])
        cloud = under_test(lab)
        assert [each.key for each in cloud.outcomes(upload.key)] == [outcome.key], how
        assert cloud.queue_url("by-hand"), how

    for how, words in {
        "restart": ["restart"],
        "stop and start": ["stop"],
        "another container": ["down"],
    }.items():
        done = lab.run(*words)
        assert done.returncode == 0, done.stderr
        lab.up()
        assert_all_is_back(how)

    requests.post(f"{lab.endpoint}/_lab/state", timeout=60).raise_for_status()
    lab.kill()
    lab.up()
    assert_all_is_back("kill")
    after = under_test(lab)
    after.outcome_of(after.upload("after-restart.csv", "order_id\n"))


def test_down_leaves_no_container_network_or_volume(own_project: ComposeProject) -> None:
    own_project.up()
    assert len(own_project.leftovers()) == 3

    done = own_project.run("down", "--volumes")

    assert done.returncode == 0, done.stderr
    assert own_project.leftovers() == []


def test_a_failing_hook_fails_up_and_its_reason_is_visible(own_project: ComposeProject) -> None:
    hook = own_project.folder / "init" / "ready.d" / "20_broken.py"
    hook.write_text("raise ValueError('no bucket today')\n", encoding="utf-8")

    done = own_project.run("up", "-d", "--wait", "--pull", "never")

    assert done.returncode != 0
    assert own_project.readiness().failed == ["20_broken.py"]
    assert "no bucket today" in own_project.log()
    health = own_project.container()["State"]["Health"]
    assert health["Status"] == "unhealthy"
    assert "20_broken.py" in health["Log"][-1]["Output"]


def test_compose_v1_runs_the_same_file(compose_v1: ComposeProject) -> None:
    started = compose_v1.run("up", "-d")

    assert started.returncode == 0, started.stderr
    compose_v1.wait_until_provisioned()
    cloud = under_test(compose_v1)
    cloud.outcome_of(cloud.upload("by-compose-v1.csv", "order_id\n"))
    stopped = compose_v1.run("down", "--volumes")
    assert stopped.returncode == 0, stopped.stderr
    assert compose_v1.leftovers() == []


def test_the_docker_executor_s_override_is_read_by_both_compose_versions(
    own_project: ComposeProject, compose_v1: ComposeProject
) -> None:
    override = "docker-compose.docker-executor.yml"
    shutil.copy(REPOSITORY / override, own_project.folder)

    for project in (own_project, compose_v1):
        done = project.run("-f", "docker-compose.yml", "-f", override, "config")

        assert done.returncode == 0, done.stderr
        service = yaml.safe_load(done.stdout)["services"]["localstack"]
        assert service["environment"]["LAMBDA_RUNTIME_EXECUTOR"] == "docker"
        assert service["environment"]["SQS_ENDPOINT_STRATEGY"] == "dynamic"
        assert "docker.sock" in str(service["volumes"])
        assert "/etc/localstack/init" in str(service["volumes"])
