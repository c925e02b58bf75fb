"""A lab or a command is stopped while it changes an account: the record says how to go on."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from course.checking import Result
from course.library import open_library
from course.practice import bring_back, open_practice, spring
from course.progress import StepProgress
from course.sandbox import Sandbox
from course.session import EmptyAccountError, Session, UnfinishedError
from course.step import Step
from course.traps import trap_named
from provision.changes import Changes

STUDENT = Sandbox("http://127.0.0.1:4566", account="111111111111")
FIRST = open_library().named("1.1")


class StoppedError(Exception):
    """As if the lab were gone."""


@pytest.fixture
def open_session(tmp_path: Path) -> Callable[[], Session]:
    """What a command opens: the record is read anew each time."""
    return lambda: Session(STUDENT, tmp_path / "progress.json", tmp_path / "my")


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A cloud that is full, and in which every step is built at once; the steps that were built."""
    done: list[str] = []

    def build(_sandbox: Sandbox, steps: Sequence[Step], _tell: object) -> None:
        done.extend(step.id for step in steps)

    for module in ("course.session", "course.practice"):
        monkeypatch.setattr(f"{module}.wipe", lambda *_: None)
        monkeypatch.setattr(f"{module}.build", build)
        monkeypatch.setattr(f"{module}.inventory", lambda _: {"a bucket"})
    monkeypatch.setattr(Session, "deploy", lambda _: ())
    monkeypatch.setattr(Step, "maker", lambda *_: lambda _: None)
    return done


@contextmanager
def stopped_in(what: str) -> Iterator[None]:
    """Let the lab be gone as soon as `what` is called."""

    def gone(*_: object) -> None:
        raise StoppedError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(what, gone)
        with pytest.raises(StoppedError):
            yield


COMMANDS = [
    pytest.param(lambda session: session.start(2), "start 2 --yes", "build", id="start"),
    pytest.param(lambda session: session.resume(), "resume", "build", id="resume"),
    pytest.param(lambda session: session.reset(lambda _: None), "reset", "wipe", id="reset"),
]


@pytest.mark.parametrize(("begin", "finish", "at"), COMMANDS)
@pytest.mark.usefixtures("built")
def test_what_was_stopped_halfway_is_told_with_the_command_that_finishes_it(
    begin: Callable[[Session], object],
    finish: str,
    at: str,
    open_session: Callable[[], Session],
) -> None:
    session = open_session()
    session.progress.steps[FIRST.id] = StepProgress(solved=True)
    with stopped_in(f"course.session.{at}"):
        begin(session)

    uses: list[Callable[[Session], object]] = [
        lambda session: session.check(FIRST, lambda _: None),
        lambda session: session.solve(FIRST, lambda _: None),
        lambda session: session.refuse_lost_account(),
    ]
    for use in uses:
        with pytest.raises(UnfinishedError) as refused:
            use(open_session())
        for said in (refused.value.text.th, refused.value.text.en):
            assert said.endswith(f"scripts/lab course {finish}")

    begin(open_session())
    open_session().refuse_lost_account()


@pytest.mark.usefixtures("built")
def test_an_account_is_not_brought_back_to_where_a_student_was_about_to_leave(
    open_session: Callable[[], Session],
) -> None:
    with stopped_in("course.session.build"):
        open_session().start(3)
    with pytest.raises(UnfinishedError, match="start 3 --yes"):
        open_session().resume()


def test_a_record_of_before_the_lab_was_stopped_is_kept(
    open_session: Callable[[], Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("course.session.inventory", lambda _: set())
    session = open_session()
    session.progress.steps[FIRST.id] = StepProgress(solved=True)
    with pytest.raises(EmptyAccountError, match=r"course resume$"):
        session.refuse_lost_account()


def test_a_trap_that_was_stopped_while_it_was_built_is_built_again(
    open_session: Callable[[], Session], built: list[str]
) -> None:
    trap = trap_named("suffix")
    with stopped_in("course.practice.build"):
        spring(open_session(), trap)
    assert built == []

    session = open_session()
    broken = open_practice(session, trap.id)
    assert broken is not None
    assert bring_back(session, trap.id, broken)
    assert built[-1] == trap.step
    assert not bring_back(open_session(), trap.id, broken)


@pytest.mark.usefixtures("built")
def test_a_check_keeps_what_another_terminal_wrote_meanwhile(
    open_session: Callable[[], Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`course watch` runs for hours: a step solved meanwhile must not count as the student's."""

    def run_checks(*_: object, **__: object) -> list[Result]:
        other = open_session()
        other.hint(FIRST, "en")
        other.solve(FIRST, lambda _: None)
        return []

    monkeypatch.setattr("course.session.run_checks", run_checks)
    monkeypatch.setattr(Step, "solve", lambda _step, _sandbox, _changes: Changes())
    open_session().check(FIRST, lambda _: None)
    kept = open_session().progress.steps[FIRST.id]
    assert (kept.hints, kept.solved, kept.attempts) == (1, True, 1)
