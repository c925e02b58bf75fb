"""The checks judge what is there, whoever made it: the texts' commands, and the provisioner."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from course.checking import all_passed, run_checks
from course.language import fill
from course.library import open_library
from course.sandbox import Sandbox, known_names
from course.step import Step
from lab.paths import REPOSITORY
from provision.changes import Changes
from tests.course.test_steps import seen

STEPS = open_library().steps
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)

#: What of the finished pipeline is as week 1 asks for it. The sample, the log of it and the
#: invocation by hand are things that somebody did.
OF_THE_PIPELINE = (
    *("week1/1-buckets", "week1/2-role", "week1/3-function", "week1/4-trigger"),
    *("week2/1-dlq", "week2/2-main-queue", "week2/3-policy", "week2/4-validator"),
    *("week2/5-processor", "week2/6-event-source", "week2/e1-alarm"),
)

pytestmark = pytest.mark.course


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder that looks like the repository's root to a student, with a `my/` of its own."""
    for name in ("scripts", "my"):
        (tmp_path / name).mkdir()
    (tmp_path / "scripts" / "lab").symlink_to(REPOSITORY / "scripts" / "lab")
    (tmp_path / "samples").symlink_to(REPOSITORY / "samples")
    return tmp_path


def follow_text(step: Step, sandbox: Sandbox, desk: Path) -> None:
    """Do what a step's text says: write its files, run its commands."""
    for solution in (step.folder / "solution").glob("*"):  # the student has filled in the TODOs
        shutil.copytree(solution, desk / "my" / solution.name, dirs_exist_ok=True)
    environment = {
        **os.environ,
        "LOCALSTACK_PORT": str(urlsplit(sandbox.endpoint).port),
        "LAB_ACCOUNT": sandbox.account,
        "LAB_MY": str(desk / "my"),
        "LAB_PROFILE": sandbox.pace,
    }
    for kind, file, block in _BLOCK.findall(fill(step.text("th"), known_names(sandbox))):
        if file:
            (desk / file).write_text(block, encoding="utf-8")
        if kind == "sh":
            run = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", block],
                cwd=desk,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.timeout(900)  # some twenty starts of the AWS command line
@pytest.mark.parametrize("week", sorted({step.week for step in STEPS}))
def test_the_commands_in_the_texts_do_the_week(
    week: int, account: Callable[[str], Sandbox], desk: Path
) -> None:
    """One language is enough: a unit test holds that both texts of a step have the same code."""
    sandbox = account(f"text of week {week}")
    for step in open_library().before_week(week):
        if step.builds:
            step.solve(sandbox, Changes())
    for step in open_library().week(week):
        follow_text(step, sandbox, desk)
        results = run_checks(step, sandbox)
        assert all_passed(results), f"{step.id}\n{seen(results)}"


def test_the_finished_pipeline_passes_the_checks_too(account: Callable[[str], Sandbox]) -> None:
    sandbox = account("the provisioner's")
    subprocess.run(
        [sys.executable, "-P", "-m", "provision"],
        env={
            **os.environ,
            **sandbox.environment(),
            "LAB_PROFILE": sandbox.pace,
            "PYTHONPATH": str(REPOSITORY / "init"),
        },
        check=True,
    )
    for name in OF_THE_PIPELINE:
        results = run_checks(open_library().named(name), sandbox)
        assert all_passed(results), f"{name}\n{seen(results)}"
