"""The course beside the pages: text, check, hint and prediction, as the command line has them."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from course.library import open_library
from course.sandbox import Sandbox
from provision.changes import Changes
from tests.console.clicking import button
from tests.console.conftest import REGION, Console

pytestmark = pytest.mark.console

STUDENT = "666666666666"
CHECK_MS = 60_000


def progress_of(console: Console) -> dict[str, object]:
    file = console.folder / "course" / f"{STUDENT}.json"
    found: dict[str, object] = json.loads(file.read_text("utf-8"))["steps"]["week1/1-buckets"]
    return found


def test_a_step_is_read_hinted_and_checked_beside_the_page_it_is_about(
    tab: Page, console: Console
) -> None:
    step = open_library().named("1.1")
    tab.goto(console.url("course", STUDENT))
    expect(tab.get_by_role("link", name=f"1.1 {step.title.en}")).to_be_visible()
    button(tab, "Course").click()
    panel = tab.locator(".panel")
    expect(panel.get_by_role("heading", name=re.compile("1.1"))).to_be_visible()
    button(panel, "Open the page").click()
    expect(tab).to_have_url(re.compile("/s3$"))
    expect(panel.get_by_role("heading", name=re.compile("1.1"))).to_be_visible()

    button(panel, "Hint").click()
    expect(panel.get_by_text("Hint 1 of 3")).to_be_visible()
    button(panel, "Check").click()
    expect(panel.locator(".lesson-ended")).to_contain_text("of", timeout=CHECK_MS)
    assert progress_of(console)["hints"] == 1
    assert progress_of(console)["passed_at"] is None

    step.solve(Sandbox(console.localstack.endpoint, STUDENT, REGION), Changes())
    button(panel, "Check").click()
    expect(panel.locator(".lesson-ended")).to_contain_text("points", timeout=CHECK_MS)
    assert panel.locator(".lesson-result.passed").count() == len(step.checks)
    assert progress_of(console)["passed_at"] is not None


def test_the_account_of_the_finished_pipeline_is_left_alone(tab: Page, console: Console) -> None:
    tab.goto(console.url("course", "000000000000"))
    expect(tab.get_by_text("Switch to your own account")).to_be_visible()
    assert tab.get_by_role("button", name="Check").count() == 0


def test_a_prediction_is_answered_and_says_why(tab: Page, console: Console) -> None:
    tab.goto(console.url("course", STUDENT))
    tab.get_by_text("Questions of week 1").click()
    questions = tab.locator(".q-expansion-item").first
    questions.get_by_role("radio").first.click()
    button(questions, "Predict, then try it").first.click()
    expect(questions.locator(".lesson-said").first).to_contain_text(
        re.compile("Right|Not so|needs")
    )
