"""The workshop, clicked: what is made so passes the course's checks, and so does its script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from course.checking import Result, all_passed, run_checks
from course.finding import Verdict
from course.library import open_library
from course.notifications import subscriptions
from course.week4.step1_topic.solve import PENDING, TOPIC, confirm_newest
from provision.changes import Changes
from provision.waiting import Polling
from tests.console.replaying import replay, unpack
from tests.console.workshop import week1, week2, week3, week4
from tests.console.workshop.student import Student
from tests.course.accounts import sandbox_for

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from playwright.sync_api import Page

    from course.sandbox import Sandbox
    from course.step import Step
    from tests.console.conftest import Console

WEEKS = {1: week1.click, 2: week2.click, 3: week3.click, 4: week4.click}
"""What clicks each week."""

PATIENCE_SECONDS = 90.0
"""How long after the last click the cloud may still be at it: a dead letter takes three tries."""

IN_NO_SCRIPT = {
    ("week2/7-end-to-end", "twice"),
    *(
        ("week4/7-end-to-end", check)
        for check in ("broken-parse", "good-file", "bad-file", "no-csv")
    ),
}
"""Checks of what no script brings about: a switch of the lab is no AWS call, and no script waits
until a file has failed before it mends the function, which the step's other checks build on."""

pytestmark = pytest.mark.timeout(1800)


@pytest.mark.clicked_week
@pytest.mark.parametrize("week", WEEKS)
def test_a_week_is_clicked_and_its_script_builds_the_same(
    tab: Page, console: Console, tmp_path: Path, week: int
) -> None:
    student = Student(tab, console, _beginning_of(week, console, "clicked"))
    WEEKS[week](student)
    _passes(student.sandbox, _steps_of(week))

    again = _beginning_of(week, console, "replayed")
    replay_for_its_owner(student.script(tmp_path), again)
    _passes(again, _steps_of(week), but=IN_NO_SCRIPT)


@pytest.mark.workshop_clicks
def test_all_weeks_are_clicked_in_one_account_and_their_script_builds_the_same(
    tab: Page, console: Console, tmp_path: Path
) -> None:
    student = Student(tab, console, sandbox_for(console.localstack.endpoint, "all weeks"))
    for week, click in WEEKS.items():
        click(student)
        _passes(student.sandbox, _steps_of(week))

    again = sandbox_for(console.localstack.endpoint, "all weeks again")
    # By boto3: the weeks' own tests run their shell scripts, where each command is a process.
    replay_for_its_owner(student.script(tmp_path), again, "replay.py")
    _passes(again, _steps_of(max(WEEKS)), but=IN_NO_SCRIPT)


def replay_for_its_owner(archive: Path, sandbox: Sandbox, kind: str = "replay.sh") -> None:
    """Run a program of an export in an account, whose owner opens the letters that come."""

    def open_letters() -> None:
        if any(each["SubscriptionArn"] == PENDING for each in subscriptions(sandbox, TOPIC)):
            confirm_newest(sandbox)

    folder = unpack(archive, archive.parent / f"replay-{sandbox.account}")
    replay(folder, sandbox.endpoint, sandbox.account, kind, open_letters)


def _beginning_of(week: int, console: Console, purpose: str) -> Sandbox:
    """An account where the earlier weeks are done, as `course start` leaves it."""
    sandbox = sandbox_for(console.localstack.endpoint, f"week {week} {purpose}")
    for step in open_library().before_week(week):
        if step.builds:
            step.solve(sandbox, Changes())
    return sandbox


def _steps_of(week: int) -> list[Step]:
    return [step for step in open_library().week(week) if not step.is_exercise]


def _passes(
    sandbox: Sandbox, steps: list[Step], but: Collection[tuple[str, str]] = frozenset()
) -> None:
    """Every check of these steps passes, as soon as the cloud is through with what was clicked.

    Args:
        sandbox: Where.
        steps: Which.
        but: Checks that are left out, by their step and their name.
    """
    for step in steps:
        results: list[Result] = []
        for _ in Polling(within=PATIENCE_SECONDS, every=2):
            results = [
                each for each in run_checks(step, sandbox) if (step.id, each.check.id) not in but
            ]
            if all_passed(results):
                break
        told = [
            f"{each.check.id}: {each.says or each.finding}"
            for each in results
            if each.verdict is not Verdict.PASS
        ]
        assert not told, f"{step.id} in {sandbox.account}: {told}"
