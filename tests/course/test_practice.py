"""Traps and sabotage on a lab: broken beside the student's own account, and mended by them."""

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from course.checking import all_passed, run_checks
from course.finding import Verdict
from course.practice import (
    SABOTAGE,
    bring_back,
    look,
    mend,
    open_practice,
    practice_account,
    sabotage,
    spring,
)
from course.progress import StepProgress
from course.resources import inventory, wipe
from course.sandbox import Sandbox
from course.session import Session
from course.traps import TrapState, trap_named, trap_states
from lab.paths import REPOSITORY
from provision.changes import Changes

pytestmark = [pytest.mark.course, pytest.mark.timeout(300)]


@pytest.fixture
def session(
    account: Callable[[str], Sandbox], tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Session]:
    found = Session(account(request.node.name), tmp_path / "progress.json", tmp_path / "my")
    yield found
    wipe(practice_account(found.sandbox))


def test_a_trap_fails_the_check_that_explains_it_until_it_is_mended(session: Session) -> None:
    """One for all: a trap is a mistake of a step, and test_steps.py makes each of those."""
    trap = trap_named("encoded-key")
    broken = spring(session, trap)
    assert inventory(session.sandbox) == set()
    results = look(session, trap.id, broken)
    told = [each for each in results if each.verdict is Verdict.FAIL]
    assert [each.mistake and each.mistake.id for each in told] == [trap.mistake]
    assert told[0].says is not None
    assert trap_states(session.progress)[trap] is TrapState.EXPLAINED

    broken.step.solve(practice_account(session.sandbox), Changes())
    assert all_passed(look(session, trap.id, broken))
    assert trap_states(session.progress)[trap] is TrapState.MENDED
    assert open_practice(session, trap.id) is None


def test_a_sabotaged_pipeline_has_something_broken_and_is_mended_when_shown(
    session: Session,
) -> None:
    for step in session.library.week(1):
        session.progress.steps[step.id] = StepProgress(solved=True)
    broken = sabotage(session, "class-2")
    practice = practice_account(session.sandbox)
    assert not all_passed(run_checks(broken.step, practice))
    mend(session, SABOTAGE, broken)
    assert all_passed(run_checks(broken.step, practice))
    assert open_practice(session, SABOTAGE) is None


def test_a_trap_whose_lab_was_stopped_meanwhile_is_broken_as_it_was(session: Session) -> None:
    trap = trap_named("no-such-action")
    broken = spring(session, trap)
    practice = practice_account(session.sandbox)
    assert not bring_back(session, trap.id, broken)
    wipe(practice)  # as a lab that stops without LAB_PERSIST
    assert bring_back(session, trap.id, broken)
    told = [each for each in look(session, trap.id, broken) if each.verdict is Verdict.FAIL]
    assert [each.mistake and each.mistake.id for each in told] == [trap.mistake]


def test_a_trap_on_the_command_line_is_met_looked_at_and_shown(
    session: Session, tmp_path: Path
) -> None:
    student = replace(session.sandbox)

    def types(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(REPOSITORY / "scripts" / "lab"), "course", "trap", *words],
            env={
                **os.environ,
                "LOCALSTACK_PORT": student.endpoint.rpartition(":")[2],
                "LAB_ACCOUNT": student.account,
                "LAB_MY": str(tmp_path / "my"),
            },
            capture_output=True,
            text=True,
            check=False,
        )

    met = types("no-such-action")
    assert met.returncode == 0, met.stderr
    assert practice_account(student).account in met.stdout
    looked = types("no-such-action")
    assert looked.returncode == 1
    assert "still broken" in looked.stdout
    assert "s3:HeadObject" in looked.stdout
    assert types("no-such-action", "--show").returncode == 0
    assert "encoded-key" in types().stdout
    assert "encoded-key" in types("moon").stderr
