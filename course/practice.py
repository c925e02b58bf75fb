"""The practice account: a pipeline that the course builds and breaks, for the student to mend.

It stands beside the student's own account, so that nothing they have made is ever broken.
"""

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from course.checking import Result, all_passed, run_checks
from course.progress import PracticeProgress
from course.resources import inventory, wipe
from course.sandbox import Sandbox
from course.session import Session, TellBuilding, build, tell_nobody
from course.step import Mistake, Step
from course.traps import Trap, find_mistake
from provision.changes import Changes

_FIRST_DIGIT: Final = "9"
SABOTAGE: Final = "sabotage"
"""By what name the progress keeps the open sabotage; no trap is called so."""


class NothingBuiltError(Exception):
    """The student has passed no step yet, so there is no pipeline to break."""


@dataclass(frozen=True)
class Broken:
    """A step in the practice account with a mistake in it.

    Attributes:
        step: Up to which the pipeline stands.
        mistake: What is wrong with it.
    """

    step: Step
    mistake: Mistake


def practice_account(sandbox: Sandbox) -> Sandbox:
    """Return the account beside a student's own: their number with another first digit."""
    first = "8" if sandbox.account.startswith(_FIRST_DIGIT) else _FIRST_DIGIT
    number = first + sandbox.account[1:]
    return replace(sandbox, account=number, suffix=number)


def spring(session: Session, trap: Trap, tell: TellBuilding = tell_nobody) -> Broken:
    """Build the practice account up to a trap's step, and make its mistake.

    Args:
        session: Of the student, whose progress takes it up.
        trap: Which.
        tell: Told of each step before it is built.
    """
    step, _, mistake = find_mistake(trap.step, trap.mistake)
    broken = Broken(step, mistake)
    _begin(session, trap.id, broken)
    _break(session, trap.id, broken, tell)
    return broken


def sabotage(session: Session, seed: str, tell: TellBuilding = tell_nobody) -> Broken:
    """Break one thing in a pipeline as far as the student has come, chosen by a seed.

    Args:
        session: Of the student.
        seed: The same one breaks the same thing at the same progress.
        tell: Told of each step before it is built.

    Raises:
        NothingBuiltError: They have not passed a step yet.
    """
    chosen = choose(session, seed)
    _begin(session, SABOTAGE, chosen)
    _break(session, SABOTAGE, chosen, tell)
    return chosen


def choose(session: Session, seed: str) -> Broken:
    """Choose what to break, among the mistakes of the steps that were passed.

    Raises:
        NothingBuiltError: None was passed yet.
    """
    steps = [
        step
        for step in session.library.steps
        if step.builds and not step.is_exercise and session.progress.is_done(step)
    ]
    mistakes = [Broken(step, mistake) for step in steps for _, mistake in step.mistakes]
    if not mistakes:
        raise NothingBuiltError
    # The same for everybody who is given the word and has come as far; it is no secret.
    return random.Random(seed).choice(mistakes)  # noqa: S311


def open_practice(session: Session, name: str) -> Broken | None:
    """Return what is broken under a name and was not mended yet; None without.

    There is one practice account: what was broken last has taken the place of all before it.
    """
    practice = session.progress.practice
    known = practice.get(name)
    if known is None or known.mended_at or known.shown:
        return None
    if any(each.broken_at > known.broken_at for each in practice.values()):
        return None
    step, _, mistake = find_mistake(known.step, known.mistake)
    return Broken(step, mistake)


def bring_back(
    session: Session, name: str, broken: Broken, tell: TellBuilding = tell_nobody
) -> bool:
    """Break it again where the lab, or the building of it, was stopped; whether that was so."""
    built = session.progress.practice[name].built
    if built and inventory(practice_account(session.sandbox)):
        return False
    _break(session, name, broken, tell)
    return True


def look(session: Session, name: str, broken: Broken) -> list[Result]:
    """Check whether the practice account is whole again, and take up what came out."""
    results = run_checks(broken.step, practice_account(session.sandbox))
    session.reread()
    known = session.progress.practice[name]
    if all_passed(results):
        known.mended_at = datetime.now(UTC)
    elif name != SABOTAGE:  # of which only is told whether it is whole
        told = any(each.mistake == broken.mistake for each in results)
        known.explained = known.explained or told
    session.save()
    return results


def mend(session: Session, name: str, broken: Broken) -> None:
    """Mend it for the student: it counts as shown, not as mended."""
    known = session.progress.practice[name]
    known.shown = known.explained = True
    session.save()
    broken.step.solve(practice_account(session.sandbox), Changes())


def clear(session: Session) -> None:
    """Empty the practice account."""
    wipe(practice_account(session.sandbox))


def _break(session: Session, name: str, broken: Broken, tell: TellBuilding) -> None:
    sandbox = practice_account(session.sandbox)
    wipe(sandbox)
    before = [each for each in session.library.before(broken.step) if each.builds]
    build(sandbox, [*before, broken.step], tell)
    broken.step.maker(broken.mistake)(sandbox)
    session.progress.practice[name].built = True
    session.save()


def _begin(session: Session, name: str, broken: Broken) -> None:
    before = session.progress.practice.get(name)
    session.progress.practice[name] = PracticeProgress(
        step=broken.step.id,
        mistake=broken.mistake.id,
        broken_at=datetime.now(UTC),
        built=False,
        explained=before is not None and before.explained and name != SABOTAGE,
        mended_before=before is not None and before.was_mended,
    )
    session.save()
