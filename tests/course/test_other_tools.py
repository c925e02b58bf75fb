"""The checks judge what is there, whoever made it.

The solutions are boto3. Here the AWS command line (as the texts have it), a stack of CloudFormation
and the provisioner make the same.
"""

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
from course.grading import OF_THE_PAST
from course.language import fill
from course.library import WEEKS, open_library
from course.sandbox import Sandbox, found_names
from course.step import AFTER_THE_WEEKS, Step
from lab.paths import REPOSITORY
from provision.changes import Changes
from tests.course.test_steps import seen

_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)

#: Steps that try what is there instead of making something: their commands are typed in any case.
TRIED = (
    *("week1/5-sample", "week1/6-upload", "week1/7-by-hand"),
    *("week2/7-end-to-end", "week2/8-dead-letters", "week3/5-try", "week4/7-end-to-end"),
)
STACK = Path(__file__).parent / "cloudformation"
#: What the stack does not have: other exercises are changes of the functions and the workflow.
IN_THE_STACK = ("week2/e1-alarm", "week4/e1-sms")
#: What the finished pipeline has of the exercises.
IN_THE_PIPELINE = ("week1/e2-metric", "week2/e1-alarm", "week2/e3-once", "week4/e3-lifecycle")

pytestmark = pytest.mark.course
each_week = pytest.mark.parametrize("week", WEEKS, ids=lambda week: f"week{week}")
each_week_and_after = pytest.mark.parametrize(
    "week", [*WEEKS, AFTER_THE_WEEKS], ids=lambda week: f"week{week}"
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like the repository's root to a student, with a `my/` of its own."""
    folder = tmp_path_factory.mktemp("desk")
    for name in ("scripts", "my"):
        (folder / name).mkdir()
    (folder / "scripts" / "lab").symlink_to(REPOSITORY / "scripts" / "lab")
    (folder / "samples").symlink_to(REPOSITORY / "samples")
    return folder


@pytest.fixture(scope="module")
def stack(account: Callable[[str], Sandbox], desk: Path) -> Sandbox:
    """The whole pipeline as a stack of CloudFormation."""
    sandbox = account("stack")
    times = sandbox.times
    script = (STACK / "deploy.sh").read_text(encoding="utf-8")
    in_shell(
        f"set -- {STACK}\n{script}",
        sandbox,
        desk,
        AWS_REGION=sandbox.region,
        ENDPOINT=sandbox.endpoint,
        EMAIL=sandbox.email,
        VISIBILITY=str(times.visibility_seconds),
        WINDOW=str(times.window_seconds),
        ALARM_PERIOD=str(times.alarm_seconds),
    )
    return sandbox


def in_shell(script: str, sandbox: Sandbox, desk: Path, **variables: str) -> None:
    """Run commands as a student at a desk, and see that each succeeds."""
    environment = {
        **os.environ,
        "LOCALSTACK_PORT": str(urlsplit(sandbox.endpoint).port),
        "LAB_ACCOUNT": sandbox.account,
        "LAB_MY": str(desk / "my"),
        "LAB_PROFILE": sandbox.pace,
        **variables,
    }
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=desk,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def follow_text(step: Step, sandbox: Sandbox, desk: Path) -> None:
    """Do what a step's text says: write its files, run its commands."""
    for solution in (step.folder / "solution").glob("*"):  # the student has filled in the TODOs
        shutil.copytree(solution, desk / "my" / solution.name, dirs_exist_ok=True)
    for kind, file, block in _BLOCK.findall(fill(step.text("th"), found_names(sandbox))):
        if file:
            (desk / file).write_text(block, encoding="utf-8")
        if kind == "sh":
            in_shell(block, sandbox, desk)


@pytest.mark.timeout(900)  # some twenty starts of the AWS command line
@each_week_and_after
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


@pytest.mark.timeout(900)
@each_week
def test_a_stack_of_cloudformation_passes_the_checks_of_every_week(
    week: int, stack: Sandbox, desk: Path
) -> None:
    """Its roles, bucket names, sizes and workflow are others than those of the solutions."""
    for step in open_library().week(week):
        if step.id in TRIED:
            follow_text(step, stack, desk)
        if not step.is_exercise or step.id in IN_THE_STACK:
            results = run_checks(step, stack)
            assert all_passed(results), f"{step.id}\n{seen(results)}"


@pytest.fixture(scope="module")
def pipeline(account: Callable[[str], Sandbox]) -> Sandbox:
    """The finished pipeline as the provisioner makes it, its mails confirmed by their owner."""
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
    open_library().named("4.1").solve(sandbox, Changes())
    return sandbox


@pytest.mark.timeout(900)
@each_week
def test_the_finished_pipeline_passes_the_checks_of_every_week(
    week: int, pipeline: Sandbox
) -> None:
    """It has a role for each function, its own layout of code, and its own job ids.

    What a student once did in it nobody has done.
    """
    for step in open_library().week(week):
        if step.id not in TRIED and (not step.is_exercise or step.id in IN_THE_PIPELINE):
            seen_now = run_checks(step, pipeline)
            results = [each for each in seen_now if each.check.probe not in OF_THE_PAST]
            assert all_passed(results), f"{step.id}\n{seen(results)}"
