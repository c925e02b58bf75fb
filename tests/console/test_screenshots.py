"""The pictures of the README, made anew of the finished pipeline: --write-screenshots."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from lab.chosen import FIRST_ACCOUNT
from lab.launch.local import LocalLauncher
from lab.launch.ports import free_port
from lab.launch.web_console import TELLER
from lab.paths import REPOSITORY
from lab.running import LabRecord, RunningLab
from provision.waiting import wait_until
from tests.console.clicking import button
from tests.console.conftest import ACCOUNT, Console, as_the_lab_tells, start_console

pytestmark = [pytest.mark.console, pytest.mark.screenshots]

IMAGES = REPOSITORY / "docs" / "images"
SAMPLES = REPOSITORY / "samples"
FILES = ("sample_sales.csv", "bad_schema.csv", "some_bad_rows.csv", "notes.txt")
SIZE: ViewportSize = {"width": 1280, "height": 860}
WHOLE_MAP: ViewportSize = {"width": 1280, "height": 1130}
JOBS_SECONDS = 60
PAGE_MS = 60_000


@dataclass
class Studio:
    """A console before the finished pipeline, with a few files in it."""

    lab: RunningLab
    console: Console
    tab: Page

    def open(self, path: str, account: str = FIRST_ACCOUNT) -> None:
        self.tab.goto(f"{self.console.address}/{account}/{self.lab.settings.region}/{path}")

    def execution_about(self, name: str) -> str:
        """Return the ARN of the execution about a file."""
        states = self.lab.client("stepfunctions")
        found = states.list_executions(stateMachineArn=self.lab.arns.state_machine)["executions"]
        return next(
            str(each["executionArn"])
            for each in found
            if name in states.describe_execution(executionArn=each["executionArn"])["input"]
        )

    def take(self, name: str, *, until: Locator) -> None:
        """Write a picture once the page shows what it is about."""
        expect(until).to_be_visible(timeout=PAGE_MS)
        self.tab.wait_for_timeout(1500)  # pictures of mermaid move to their place
        self.tab.screenshot(path=IMAGES / f"console-{name}.png", animations="disabled")


@pytest.fixture(scope="module")
def studio(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    launcher = LocalLauncher(port=free_port(), home=tmp_path_factory.mktemp("lab"), profile="quick")
    folder = tmp_path_factory.mktemp("console")
    try:
        launcher.start()
        lab = RunningLab(LabRecord(launcher.port, profile="quick"))
        upload_samples(lab)
        told = ("--lab", as_the_lab_tells(lab, folder, TELLER))
        accounts = ("--account", f"{FIRST_ACCOUNT}=finished pipeline")
        with (
            start_console(lab, folder, *told, *accounts) as console,
            browser.new_context(locale="en-US", viewport=SIZE) as context,
        ):
            yield Studio(lab, console, context.new_page())
    finally:
        launcher.stop()


def upload_samples(lab: RunningLab) -> None:
    """Put the samples into the pipeline and wait for what becomes of them."""
    for name in FILES:
        body = (SAMPLES / name).read_bytes()
        key = f"{lab.settings.uploads_prefix}{name}"
        lab.client("s3").put_object(Bucket=lab.settings.raw_bucket, Key=key, Body=body)
    states = lab.client("stepfunctions")

    def ended() -> bool:
        found = states.list_executions(stateMachineArn=lab.arns.state_machine)["executions"]
        return len([each for each in found if each["status"] != "RUNNING"]) >= len(FILES)

    wait_until("the samples' jobs", ended, within=JOBS_SECONDS)


def test_home_map(studio: Studio) -> None:
    studio.tab.set_viewport_size(WHOLE_MAP)
    studio.open("home")
    studio.take("home", until=studio.tab.locator(".map-line-files"))
    studio.tab.set_viewport_size(SIZE)


def test_live_graph_of_a_run(studio: Studio) -> None:
    studio.open(f"states/execution?arn={studio.execution_about('bad_schema')}")
    failed = studio.tab.locator("g.node.failed").first
    expect(failed).to_be_visible(timeout=PAGE_MS)
    button(studio.tab, "Fit").click()  # all of the graph, however small
    studio.tab.locator(".graph").first.scroll_into_view_if_needed()
    studio.take("execution", until=failed)


def test_inbox(studio: Studio) -> None:
    studio.open("inbox")
    studio.tab.locator(".mail-item").first.click()
    studio.take("inbox", until=studio.tab.locator(".letter").first)


def test_alarm_going_off(studio: Studio) -> None:
    lab = studio.lab
    studio.open("cloudwatch/alarm?alarm=pipeline-execution-failures")
    bucket, prefix = lab.settings.raw_bucket, lab.settings.uploads_prefix
    lab.client("s3").put_object(Bucket=bucket, Key=f"{prefix}empty.csv", Body=b"")
    studio.take("alarm", until=studio.tab.locator(".state-bad").first)


def test_story_of_a_file(studio: Studio) -> None:
    bucket = studio.lab.settings.raw_bucket
    studio.open(f"home/story?bucket={bucket}&key=uploads/bad_schema.csv")
    studio.take("story", until=studio.tab.locator(".told-bad").first)


def test_course_step_beside_a_page(studio: Studio) -> None:
    studio.open("s3", ACCOUNT)
    button(studio.tab, "Course").click()
    studio.tab.mouse.move(0, 0)  # away from the button, so that its tooltip goes
    studio.take("course", until=button(studio.tab, "Check").first)
