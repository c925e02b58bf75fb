"""A class at work: what is handed in is built again and graded, on a lab."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from course import words
from course.definitions import read_definitions
from course.grading import Student, grade_account
from course.library import WEEKS, open_library
from course.progress import Progress
from course.rebuilding import rebuild
from course.resources import inventory, wipe
from course.sandbox import Sandbox
from course.session import Session
from course.submission import make_submission, read_submission, write_submission
from provision.changes import Changes

pytestmark = [pytest.mark.course, pytest.mark.timeout(900)]

LIBRARY = open_library()


@pytest.fixture(scope="module")
def finished(account: Callable[[str], Sandbox]) -> Sandbox:
    """An account in which every step that builds something is done, and not one was tried."""
    sandbox = account("finished")
    for step in LIBRARY.steps:
        if step.builds and not step.is_exercise:
            step.solve(sandbox, Changes())
    return sandbox


@pytest.fixture(scope="module")
def handed_in(finished: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a student hands in who has passed every step."""
    folder = tmp_path_factory.mktemp("handed-in")
    session = Session(finished, folder / "progress.json", folder / "my")
    for step in LIBRARY.steps:
        session.progress.of(step).passed_at = session.progress.of(step).began
    write_submission(folder / "submission.json", make_submission(session))
    return folder / "submission.json"


def test_what_is_handed_in_is_built_again_resource_by_resource(
    finished: Sandbox, handed_in: Path
) -> None:
    there = inventory(finished)
    definitions = read_definitions(finished)
    wipe(finished)
    assert inventory(finished) == set()
    assert rebuild(finished, read_submission(handed_in).cloud) == []
    # The lab in which a submission is graded confirms addresses; this one leaves it to their owner.
    LIBRARY.named("4.1").solve(finished, Changes())  # opens the link in the letter
    # Log groups come with the first line, and a subscription made again has another id.
    others = ("log group", "subscription")
    lacking = {each for each in there - inventory(finished) if each.kind not in others}
    assert lacking == set()
    again = read_definitions(finished)
    for name in ("roles", "policies", "queues", "functions", "state_machines", "alarms"):
        assert sorted(map(repr, getattr(again, name))) == sorted(
            map(repr, getattr(definitions, name))
        ), name


def test_a_finished_pipeline_earns_all_points_of_what_was_built(
    finished: Sandbox, handed_in: Path
) -> None:
    progress = read_submission(handed_in).progress
    grade = grade_account(finished, Student("a", finished.account), progress)
    lost = {
        each.step.id: f"{each.passed}/{each.checks}"
        for each in grade.steps
        if not each.is_passed and not each.step.is_exercise
    }
    assert lost == {}


def test_an_empty_account_earns_nothing_whatever_the_record_says(
    account: Callable[[str], Sandbox], handed_in: Path
) -> None:
    empty = account("empty for grading")
    progress = read_submission(handed_in).progress
    grade = grade_account(empty, Student("a", empty.account), progress)
    assert sum(each.points for each in grade.steps) == 0
    assert grade.notes == (words.ACCOUNT_IS_EMPTY,)


def test_without_a_record_only_what_shows_is_counted(account: Callable[[str], Sandbox]) -> None:
    sandbox = account("only the first step")
    first = LIBRARY.named("1.1")
    first.solve(sandbox, Changes())
    nothing = Progress(account=sandbox.account)
    grade = grade_account(sandbox, Student("a", sandbox.account), nothing)
    earned = {each.step.id for each in grade.steps if each.is_passed}
    assert first.id in earned
    assert all(not each.is_passed for each in grade.steps if each.step.week == WEEKS[1])


def test_what_aws_refuses_of_a_submission_is_told_and_the_rest_is_built(
    account: Callable[[str], Sandbox], handed_in: Path, tmp_path: Path
) -> None:
    document = json.loads(handed_in.read_text("utf-8"))
    document["cloud"] = {
        "buckets": [{"name": "No_Bucket_Is_Called_So"}],
        "queues": [{"name": "pipeline-dlq", "attributes": {"VisibilityTimeout": "30"}}],
        "functions": [{"name": "f", "settings": {"Timeout": "long"}, "code": {}}],
    }
    file = tmp_path / "odd.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    sandbox = account("odd submission")
    refused = rebuild(sandbox, read_submission(file).cloud)
    assert [each.partition(":")[0] for each in refused] == [
        "bucket No_Bucket_Is_Called_So",
        "function f",
    ]
    assert [each.kind for each in inventory(sandbox)] == ["queue"]
