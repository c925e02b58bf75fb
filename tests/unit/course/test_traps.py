"""Traps and sabotage: which there are, what is chosen, and that the student's own stays whole."""

from pathlib import Path

import pytest

from course.library import open_library
from course.practice import (
    SABOTAGE,
    NothingBuiltError,
    choose,
    open_practice,
    practice_account,
    spring,
)
from course.progress import PracticeProgress, StepProgress
from course.sandbox import Sandbox
from course.session import Session
from course.traps import (
    TrapState,
    UnknownTrapError,
    find_mistake,
    read_traps,
    trap_named,
    trap_states,
)

STUDENT = Sandbox("http://127.0.0.1:4566", account="111111111111")


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(STUDENT, tmp_path / "progress.json", tmp_path / "my")


def test_every_trap_is_a_mistake_that_its_step_knows() -> None:
    assert len(read_traps()) == len({trap.id for trap in read_traps()}) > 7
    assert SABOTAGE not in {trap.id for trap in read_traps()}


def test_an_unknown_trap_is_told_with_those_there_are() -> None:
    with pytest.raises(UnknownTrapError, match="encoded-key"):
        trap_named("moon")


@pytest.mark.parametrize("account", ["111111111111", "911111111111"])
def test_the_practice_account_is_another_one_with_buckets_of_its_own(account: str) -> None:
    student = Sandbox("http://127.0.0.1:4566", account=account)
    practice = practice_account(student)
    assert practice.account != account
    assert practice.raw_bucket != student.raw_bucket


def test_nothing_is_broken_where_nothing_was_passed(session: Session) -> None:
    with pytest.raises(NothingBuiltError):
        choose(session, "a")


def test_a_seed_breaks_the_same_thing_and_only_of_what_was_passed(session: Session) -> None:
    passed = open_library().named("1.2")
    session.progress.steps[passed.id] = StepProgress(solved=True)
    chosen = {choose(session, str(seed)).mistake.id for seed in range(40)}
    assert chosen <= {mistake.id for _, mistake in passed.mistakes}
    assert len(chosen) > 3
    assert choose(session, "x") == choose(session, "x")


def test_what_was_mended_or_shown_is_no_longer_open(session: Session) -> None:
    trap = trap_named("suffix")
    assert open_practice(session, trap.id) is None
    begun = PracticeProgress.model_validate(
        {"step": trap.step, "mistake": trap.mistake, "broken_at": "2026-11-26T00:00:00Z"}
    )
    session.progress.practice[trap.id] = begun
    broken = open_practice(session, trap.id)
    assert broken is not None
    assert broken.mistake == find_mistake(trap.step, trap.mistake)[2]
    assert trap_states(session.progress)[trap] is TrapState.PROVOKED
    begun.mended_at = begun.broken_at
    assert open_practice(session, trap.id) is None
    assert trap_states(session.progress)[trap] is TrapState.MENDED


def test_what_was_broken_last_takes_the_place_of_all_before_it(session: Session) -> None:
    """Else a trap would be found mended in the pipeline of another one."""
    earlier, later = trap_named("suffix"), trap_named("two-jobs")
    for trap, minute in ((earlier, 0), (later, 1)):
        session.progress.practice[trap.id] = PracticeProgress.model_validate(
            {
                "step": trap.step,
                "mistake": trap.mistake,
                "broken_at": f"2026-11-26T00:0{minute}:00Z",
            }
        )
    assert open_practice(session, earlier.id) is None
    assert open_practice(session, later.id) is not None
    assert trap_states(session.progress)[earlier] is TrapState.PROVOKED


def test_a_trap_that_was_mended_stays_so_when_it_is_broken_again(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("course.practice._break", lambda *_: None)
    trap = trap_named("suffix")
    spring(session, trap)
    known = session.progress.practice[trap.id]
    known.mended_at = known.broken_at
    spring(session, trap)
    assert open_practice(session, trap.id) is not None
    assert trap_states(session.progress)[trap] is TrapState.MENDED
