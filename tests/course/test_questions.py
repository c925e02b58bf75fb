"""Each question's experiment shows, in a real account, the answer that the question calls right."""

import time
from collections.abc import Callable

import pytest

from course.library import open_library
from course.question import Question, read_questions
from course.resources import inventory
from course.sandbox import Sandbox
from provision.changes import Changes

pytestmark = pytest.mark.course


@pytest.mark.parametrize("question", read_questions(), ids=lambda question: question.id)
def test_the_experiment_shows_the_answer_and_leaves_nothing_behind(
    question: Question, account: Callable[[str], Sandbox]
) -> None:
    library, sandbox = open_library(), account(question.id)
    needed = [library.named(each) for each in question.needs]
    before = {each.id for step in needed for each in library.before(step)} | set(question.needs)
    for step in library.steps:
        if step.id in before:
            step.solve(sandbox, Changes())
    there = inventory(sandbox)
    told: list[str] = []
    began = time.monotonic()
    shown = question.experiment(sandbox, lambda text: told.append(text.en))
    assert time.monotonic() - began < question.longest_seconds
    assert shown == question.answer, told
    assert told
    left = {each for each in inventory(sandbox) - there if each.kind != "log group"}
    assert left == set()
