"""Every step of the course proves itself: it can be failed, solved, spoilt, and it notices."""

from collections.abc import Callable

import pytest

from course.checking import Result, all_passed, run_checks
from course.finding import Verdict
from course.language import LANGUAGES
from course.library import open_library
from course.resources import Resource, inventory, remove
from course.sandbox import Call, Sandbox
from course.showing import result_lines
from course.step import Mistake, Step
from provision.changes import Changes
from tests.course.conftest import WRITE_TRANSCRIPTS, Solved
from tests.course.snapshot import Snapshot
from tests.course.transcripts import transcript, transcript_file

STEPS = open_library().everything
MISTAKES = [(step, mistake) for step in STEPS for _, mistake in step.mistakes]

#: Whose absence nobody needs to notice: an invocation makes it again, a while after its end.
MADE_BY_LAMBDA = "log group"

Begin = Callable[[Step], Sandbox]
Solve = Callable[[Step], Solved]

pytestmark = pytest.mark.course


def seen(results: list[Result]) -> str:
    """What a student would see, for the message of a test that failed."""
    return "\n".join(line for each in results for line in result_lines(each, "en"))


def assert_all_pass(step: Step, sandbox: Sandbox) -> None:
    results = run_checks(step, sandbox)
    assert all_passed(results), seen(results)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.id)
def test_before_it_is_solved_no_check_passes_and_after_it_all_do(
    step: Step, begun: Begin, solved: Solve
) -> None:
    before = run_checks(step, begun(step))
    assert [each.check.id for each in before if each.verdict is Verdict.PASS] == [], seen(before)

    assert_all_pass(step, solved(step).sandbox)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.id)
def test_solving_twice_changes_nothing(step: Step, solved: Solve) -> None:
    sandbox = solved(step).sandbox
    there = made_by_solving(sandbox)
    calls: list[Call] = []
    step.solve(sandbox.told(calls.append), Changes())
    assert [each for each in calls if not each.changes_nothing] == []
    assert made_by_solving(sandbox) == there


@pytest.mark.parametrize(
    ("step", "mistake"), MISTAKES, ids=[f"{step.id}-{mistake.id}" for step, mistake in MISTAKES]
)
def test_a_mistake_fails_its_check_alone_and_is_told_by_name(
    step: Step, mistake: Mistake, solved: Solve, request: pytest.FixtureRequest
) -> None:
    check = next(check for check, each in step.mistakes if each is mistake)
    sandbox = solved(step).sandbox
    before = Snapshot.take(sandbox)
    try:
        step.maker(mistake)(sandbox)
        results = run_checks(step, sandbox)
        failed = [each for each in results if each.verdict is Verdict.FAIL]
        recognised = [(each.check.id, each.mistake and each.mistake.id) for each in failed]
        assert recognised == [(check.id, mistake.id)], seen(results)
        for language in LANGUAGES:
            file = transcript_file(step, mistake, language)
            now = transcript(failed[0], sandbox, language)
            if request.config.getoption(WRITE_TRANSCRIPTS):
                file.write_text(now, encoding="utf-8")
            assert now == file.read_text(encoding="utf-8")
    finally:
        before.remove_what_is_new()  # first: what the solution makes anew is wanted
        step.solve(sandbox, Changes())
    # The solution mends the mistake. That the other checks pass again, the next mistake shows, and
    # after the last one the test of missing resources.
    assert_all_pass(step.model_copy(update={"checks": (check,)}), sandbox)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.id)
def test_each_resource_that_is_missing_is_noticed(step: Step, solved: Solve) -> None:
    sandbox = solved(step).sandbox
    unnoticed = []
    for resource in solved(step).made():
        if resource.kind == MADE_BY_LAMBDA:
            continue
        remove(sandbox, resource)
        if not is_noticed(step, sandbox):
            unnoticed.append(resource)
        step.solve(sandbox, Changes())
    assert unnoticed == []
    assert_all_pass(step, sandbox)


def made_by_solving(sandbox: Sandbox) -> set[Resource]:
    """What is in an account, but for what an earlier invocation may make at any time."""
    return {each for each in inventory(sandbox) if each.kind != MADE_BY_LAMBDA}


class NoticedError(Exception):
    """A check does not pass: the others need not run."""


def is_noticed(step: Step, sandbox: Sandbox) -> bool:
    """Whether some check does not pass."""

    def tell(result: Result) -> None:
        if result.verdict is not Verdict.PASS:
            raise NoticedError

    try:
        run_checks(step, sandbox, tell)
    except NoticedError:
        return True
    return False
