"""docker-compose.yml says what the local engine says, and .env.example names every choice."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.launch import mailbox
from lab.launch.containers import OFFICIAL_IMAGE
from lab.launch.environment import (
    LOCALSTACK,
    QUICK_LOCALSTACK,
    TAKEN_UP_AT_THE_START,
    lab_settings,
    read_env_file,
)
from lab.paths import REPOSITORY
from provision.settings import Settings

COMPOSE_FILE = REPOSITORY / "docker-compose.yml"
OVERRIDE_FILE = REPOSITORY / "docker-compose.docker-executor.yml"
VARIABLE = re.compile(r"\$\{(\w+):-([^}]*)\}")
# Made by the launcher, not chosen by the user; or meant for scripts/lab alone.
NOT_A_CHOICE = {"LAB_PUBLIC_ENDPOINT", "LAB_STATE_DIR", "LAB_STATE_LOADED"}
# Offered as what to say, because the default is to say nothing.
FOR_A_MAILBOX = {"COMPOSE_PROFILES": mailbox.PROFILE, "SMTP_HOST": mailbox.SMTP_ADDRESS}
# No matter of the container.
OF_THE_COMMAND_LINE = {"LAB_CONSOLE": "off", "LAB_LANG": "th"}


def services(path: Path = COMPOSE_FILE) -> dict[str, Any]:
    described: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))["services"]
    return described


def service(path: Path = COMPOSE_FILE) -> dict[str, Any]:
    described: dict[str, Any] = services(path)["localstack"]
    return described


def default(value: str) -> str:
    """What a value is when nothing was chosen."""
    return VARIABLE.sub(r"\2", value)


def variables_read_by(*folders: str) -> set[str]:
    """The LAB_* variables that code in these folders reads."""
    quoted = re.compile(r"[\"'](LAB_[A-Z_]+)[\"']")
    return {
        name
        for folder in folders
        for path in (REPOSITORY / folder).rglob("*.py")
        for name in quoted.findall(path.read_text("utf-8"))
    }


def test_the_container_gets_the_settings_of_the_local_engine() -> None:
    environment = service()["environment"]

    assert {name: environment.get(name) for name in LOCALSTACK} == LOCALSTACK


def test_what_a_profile_changes_in_localstack_can_be_said_to_the_container() -> None:
    environment = service()["environment"]

    assert QUICK_LOCALSTACK, "nothing to say"
    for name in QUICK_LOCALSTACK:
        assert environment[name].startswith(f"${{{name}:-")


def test_every_variable_that_the_container_s_code_reads_reaches_it() -> None:
    read = variables_read_by("init", "engine")

    assert "LAB_PROFILE" in read
    others = {
        "LAB_STATE_LOADED",  # the plugin makes it
        "LAB_ALLOW_AWS",  # names an account of AWS, and the container provisions itself only
        "LAB_TARGET",  # the same
        "LAB_WITHOUT",  # the benchmarks measure without Docker
    }
    assert read - others - set(service()["environment"]) == set()


def test_without_choices_the_container_has_the_defaults_of_the_local_engine() -> None:
    environment = service()["environment"]
    defaults = {name: default(str(value)) for name, value in environment.items()}

    in_container = Settings.from_environment(defaults)

    assert in_container == Settings.from_environment(lab_settings("workshop", {}))


def test_what_a_running_lab_cannot_take_up_is_known_with_its_default() -> None:
    text = {name: str(value) for name, value in service()["environment"].items()}
    choices = {name: default(value) for name, value in text.items() if f"${{{name}:-" in value}
    refused = {"LAB_PROFILE", "LAB_STUDENT", "LAB_SUFFIX", "LAB_EMAIL"}  # they name another lab
    known = {*refused, *TAKEN_UP_AT_THE_START, *QUICK_LOCALSTACK}
    assert choices.keys() == known
    assert choices.items() >= TAKEN_UP_AT_THE_START.items()


def test_the_image_is_the_last_release_that_needs_no_account() -> None:
    assert VARIABLE.fullmatch(service()["image"]) is not None
    assert default(service()["image"]) == OFFICIAL_IMAGE


def test_every_choice_stands_commented_in_env_example() -> None:
    text = COMPOSE_FILE.read_text("utf-8") + OVERRIDE_FILE.read_text("utf-8")
    used = dict(VARIABLE.findall(text))
    offered = dict(
        re.findall(r"^#(\w+)=(.*)$", (REPOSITORY / ".env.example").read_text("utf-8"), re.M)
    )

    defaults = {name: value for name, value in used.items() if name not in NOT_A_CHOICE}
    assert offered == defaults | FOR_A_MAILBOX | OF_THE_COMMAND_LINE


@pytest.mark.parametrize("path", [COMPOSE_FILE, OVERRIDE_FILE], ids=lambda path: path.name)
def test_compose_v1_can_read_it(path: Path) -> None:
    """1.29 refuses these (FACTS of the project: they were tried)."""
    described = yaml.safe_load(path.read_text("utf-8"))

    assert {"name", "include", "version"}.isdisjoint(described)
    for each in described["services"].values():
        for name, value in each.get("environment", {}).items():
            assert isinstance(value, str), f"{name} is not quoted"
        assert "start_interval" not in each.get("healthcheck", {})
        assert {"depends_on", "env_file", "pull_policy"}.isdisjoint(each)
    assert ":+" not in path.read_text("utf-8")


def test_without_choices_there_is_one_container_and_no_mail_leaves_it() -> None:
    always = [name for name, each in services().items() if "profiles" not in each]

    assert always == ["localstack"]
    environment = service()["environment"]
    assert [default(environment[f"SMTP_{each}"]) for each in ("HOST", "USER", "PASS")] == [""] * 3


def test_the_mailbox_is_what_the_command_line_takes_it_for() -> None:
    box = services()[mailbox.SERVICE]

    assert box["profiles"] == [mailbox.PROFILE]
    assert default(box["image"]) == mailbox.OFFICIAL_IMAGE
    assert re.fullmatch(r"[a-z/]+:v\d+\.\d+\.\d+", mailbox.OFFICIAL_IMAGE), "a moving tag"
    [published] = box["ports"]
    assert default(published) == f"127.0.0.1:{mailbox.DEFAULT_PORT}:8025"


def test_the_mailbox_may_do_as_little_as_a_container_can() -> None:
    box = services()[mailbox.SERVICE]

    assert box["cap_drop"] == ["ALL"]
    assert "cap_add" not in box
    assert box["security_opt"] == ["no-new-privileges:true"]
    assert box["read_only"] is True
    assert box["user"] != "0"
    assert "volumes" not in box
    assert {"mem_limit", "pids_limit"} <= box.keys()
    assert int(box["environment"]["MP_MAX_MESSAGES"]) > 0


def test_only_the_override_touches_docker_s_socket() -> None:
    assert "docker.sock" not in COMPOSE_FILE.read_text("utf-8")
    assert service(OVERRIDE_FILE)["environment"] == {"LAMBDA_RUNTIME_EXECUTOR": "docker"}


def test_the_command_line_reads_env_as_compose_does_and_the_shell_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".env"
    file.write_text("LAB_STUDENT=nok\nLAB_SUFFIX=7\n", "utf-8")
    monkeypatch.setattr("os.environ", {"LAB_SUFFIX": "8"})

    read_env_file(file)

    assert lab_settings("quick", os.environ) == {
        "LAB_STUDENT": "nok",
        "LAB_SUFFIX": "8",
        "LAB_PROFILE": "quick",
    }
