"""`--account`: which account of a lab a command means."""

from typing import Any

import typer

from lab.advice import OF_THE_WHOLE_LAB, command
from lab.chosen import FIRST_ACCOUNT, choose_account
from lab.cli import app
from lab.provisioner import Provisioner
from lab.running import LabRecord, RunningLab

SECOND = "111111111111"
LAB = LabRecord(4701, profile="quick", variables={"LAB_STUDENT": "somchai", "LAB_SUFFIX": "42"})


def test_every_command_that_reads_the_cloud_takes_an_account() -> None:
    options = {
        path: {option for each in listed.params for option in each.opts}
        for path, listed in _commands()
    }
    without = {path for path, its in options.items() if "--port" in its and "--account" not in its}
    assert without <= OF_THE_WHOLE_LAB


def test_a_further_account_s_buckets_end_in_its_number() -> None:
    assert LAB.settings_of(SECOND).raw_bucket == f"pipeline-raw-somchai-{SECOND}"
    assert LAB.settings_of(SECOND).profile == LAB.settings.profile
    assert LAB.settings.raw_bucket == "pipeline-raw-somchai-42"


def test_arns_and_credentials_are_those_of_the_account() -> None:
    lab = RunningLab(LAB, SECOND)
    assert lab.arns.state_machine.split(":")[4] == SECOND
    environment = Provisioner("provision", lab).environment
    assert environment["AWS_ACCESS_KEY_ID"] == SECOND
    assert environment["LAB_SUFFIX"] == SECOND


def test_the_first_account_is_deployed_under_the_names_it_was_started_with() -> None:
    environment = Provisioner("provision", RunningLab(LAB)).environment
    assert environment["AWS_ACCESS_KEY_ID"] == FIRST_ACCOUNT
    assert environment["LAB_SUFFIX"] == "42"


def test_advice_names_the_account_that_the_running_command_looks_at() -> None:
    choose_account(SECOND)
    assert command("runs") == f"scripts/lab runs --account {SECOND}"
    assert command("up") == "scripts/lab up"


def _commands() -> list[tuple[str, Any]]:

    root: Any = typer.main.get_command(app)
    found = []
    for name, listed in root.commands.items():
        within = getattr(listed, "commands", None)
        if within is None:
            found.append((name, listed))
        else:
            found += [(f"{name} {each}", sub) for each, sub in within.items()]
    return found
