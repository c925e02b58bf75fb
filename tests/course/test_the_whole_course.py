"""The whole course, played by its solutions from an empty account to its end: CI runs this."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from course.checking import Result, all_passed, run_checks
from course.finding import Verdict
from course.grading import OF_THE_PAST
from course.library import open_library
from course.sandbox import Call, Sandbox
from course.session import Session
from tests.course.test_steps import seen

pytestmark = [pytest.mark.course, pytest.mark.played, pytest.mark.timeout(1500)]

WITHIN_SECONDS = 360.0
SETTING_WITHIN_SECONDS = 1.0
#: Checks that an earlier exercise satisfies: the alarm of 2.e1 is one of the three of 4.6.
MADE_BY_AN_EXERCISE = {("week4/6-alarms", "watches-dlq")}


def test_the_course_is_played_from_an_empty_account_to_its_end(
    account: Callable[[str], Sandbox], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before a step is solved none of its checks passes; afterwards all do, within six minutes.

    The time is that of a student who solves and checks; looking at each step before it is solved
    is the test's own and is not counted. A check that only reads, and nothing of the past, is one
    of settings: it answers within a second.
    """
    calls: list[Call] = []
    sandbox = account("the whole course").told(calls.append)
    session = Session(sandbox, tmp_path / "progress.json", tmp_path / "my")
    took: dict[str, float] = {}
    settings: dict[str, float] = {}
    for step in open_library().steps:
        before = [
            each
            for each in run_checks(step, session.sandbox)
            if (step.id, each.check.id) not in MADE_BY_AN_EXERCISE
        ]
        assert not [each for each in before if each.verdict is Verdict.PASS], seen(before)

        began = time.monotonic()
        session.solve(step, lambda _: None)
        calls.clear()
        after = session.check(step, partial(_note_setting, settings, calls, step.id))
        took[step.id] = time.monotonic() - began
        assert all_passed(after), f"{step.id}\n{seen(after)}"

    assert session.current() is None
    played_seconds = sum(took.values())
    slowest = sorted(took.items(), key=lambda pair: -pair[1])[:5]
    told = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in slowest)
    with capsys.disabled():
        print(f"\n{len(took)} steps in {played_seconds:.0f} s, the longest: {told}")  # noqa: T201
        print(f"{len(settings)} checks of settings, the longest: {max(settings.values()):.2f} s")  # noqa: T201
    assert played_seconds < WITHIN_SECONDS
    assert {name: took for name, took in settings.items() if took > SETTING_WITHIN_SECONDS} == {}


def _note_setting(settings: dict[str, float], calls: list[Call], step: str, result: Result) -> None:
    """Note how long a check took that looked at settings only; forget the calls it made."""
    if all(each.changes_nothing for each in calls) and result.check.probe not in OF_THE_PAST:
        settings[f"{step} {result.check.id}"] = result.seconds
    calls.clear()
