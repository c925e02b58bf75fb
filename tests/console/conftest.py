"""A LocalStack, the console for it in a process of its own, and real Chromium before both."""

import contextlib
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, WebSocket, expect

from lab.launch.ports import free_port
from lab.paths import REPOSITORY
from lab.running import RunningLab
from provision.waiting import wait_until
from tests.engine.browser import chromium
from tests.engine.conftest import LocalStack, start_localstack

ACCOUNT = "111111111111"
REGION = "ap-southeast-1"
START_SECONDS = 60
PATIENCE_MS = 20_000

expect.set_options(timeout=PATIENCE_MS)

WRITE_SCREENSHOTS = "--write-screenshots"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that makes the pictures of the README anew."""
    parser.addoption(
        WRITE_SCREENSHOTS, action="store_true", help="write the pictures in docs/images anew"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the pictures as they are unless somebody wants new ones."""
    if config.getoption(WRITE_SCREENSHOTS, default=False):
        return
    keep = pytest.mark.skip(reason=f"writes pictures anew: {WRITE_SCREENSHOTS}")
    for item in items:
        if "screenshots" in item.keywords:
            item.add_marker(keep)


@dataclass
class Console:
    """A console that runs, and what browsers asked anybody else for meanwhile."""

    port: int
    localstack: RunningLab
    folder: Path
    """Where its log is, and what belongs to the student."""

    elsewhere: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def url(self, path: str, account: str = ACCOUNT) -> str:
        return f"{self.address}/{account}/{REGION}/{path}"

    def note(self, request: Request | WebSocket) -> None:
        """Count a request that does not go to the console."""
        here = (self.address, self.address.replace("http", "ws"), "data:", "blob:")
        if not request.url.startswith(here):
            self.elsewhere.append(request.url)


@pytest.fixture(scope="session")
def localstack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    folder = tmp_path_factory.mktemp("console")
    with start_localstack(folder, {"LAB_CONFIRM_EMAIL": "ask"}) as localstack:
        yield localstack


@pytest.fixture(scope="session")
def console(localstack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    folder = tmp_path_factory.mktemp("log")
    with start_console(
        localstack, folder, "--lab", as_the_lab_tells(localstack, folder)
    ) as console:
        yield console


def as_the_lab_tells(lab: RunningLab, folder: Path, teller: str | None = None) -> str:
    """What `scripts/lab console` says to the console that it starts."""
    course = {
        "progress": str(folder / "course"),
        "my": str(folder / "my"),
        "region": REGION,
        "student": "student",
        "email": "student@example.com",
        "pace": "quick",
    }
    return json.dumps({"port": lab.record.port, "course": course, "teller": teller})


@contextlib.contextmanager
def start_console(
    localstack: RunningLab, folder: Path, *options: str, endpoint: str = ""
) -> Iterator[Console]:
    """Run a console until the block is over; its endpoint is the LocalStack's unless told."""
    port = free_port()
    command = [sys.executable, "-m", "console", "--endpoint", endpoint or localstack.endpoint]
    log = folder / "console.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--account", f"{ACCOUNT}=my sandbox", *options],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{REPOSITORY / 'init'}"},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    console = Console(port, localstack, folder)
    try:
        wait_until(
            "the console", lambda: _answers(console), within=START_SECONDS, seen=log.read_text
        )
        yield console
    finally:
        process.terminate()
        process.wait(timeout=15)


def _answers(console: Console) -> bool:
    try:
        with urllib.request.urlopen(f"{console.address}/style.css", timeout=1):  # noqa: S310 - ours
            return True
    except OSError:
        return False


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def tab(browser: Browser, console: Console) -> Iterator[Page]:
    """A tab that speaks English, and fails the test when a page's script fails."""
    failures: list[str] = []
    with browser.new_context(locale="en-US", viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.on("request", console.note)
        page.on("websocket", console.note)
        page.on("pageerror", lambda error: failures.append(str(error)))
        yield page
    assert failures == []
    assert console.elsewhere == []
