"""What the console costs, and how soon it shows what there is: in real Chromium, on a lab.

    PYTHONPATH=.:init .venv/bin/python -P -m bench.console

It prints each figure with what is demanded of it, and ends with 1 if one is missed. `--rounds` and
`--idle-seconds` make it longer or shorter.
"""

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

from bench.emulators import EMULATORS, Emulator, stop_emulators_on_termination
from bench.process_tree import watch
from lab.launch.ports import free_port
from lab.paths import REPOSITORY
from lab.running import RunningLab
from provision.waiting import wait_until

PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome")
EXECUTIONS, OBJECTS, LOG_LINES = 1_000, 5_000, 10_000
THREADS: Final = 8
LOG_GROUP: Final = "/bench/console"
BUCKET: Final = "bench-console"
MACHINE: Final = "bench-console"
PASS: Final = {"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True}}}
TRUST: Final = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
SETTLE_SECONDS: Final = 15.0
"""What a page does when it is opened, and while jobs go on, is no part of its idling."""

MB: Final = 1e6


@dataclass(frozen=True)
class Figure:
    """One thing that was measured.

    Args:
        what: It is.
        value: As measured.
        limit: What it must stay under.
        unit: Of both.
    """

    what: str
    value: float
    limit: float
    unit: str

    @property
    def is_met(self) -> bool:
        """Whether it is under its limit."""
        return self.value < self.limit


@dataclass(frozen=True)
class Listing:
    """A long list to look at.

    Args:
        what: It lists.
        address: Of its page.
        shown: A text of its first rows.
    """

    what: str
    address: str
    shown: str


@dataclass(frozen=True)
class Served:
    """A console that runs, and how long it took to answer."""

    lab: RunningLab
    port: int
    pid: int
    ready_seconds: float

    def url(self, path: str, **query: str) -> str:
        """Return the address of one of its pages."""
        where = f"http://127.0.0.1:{self.port}/{self.lab.account}/{self.lab.region}/{path}"
        asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
        return f"{where}?{asked}" if asked else where


@contextlib.contextmanager
def serve(lab: RunningLab, folder: Path) -> Iterator[Served]:
    """Run a console for a lab until the block is over."""
    port = free_port()
    command = [sys.executable, "-P", "-m", "console", "--endpoint", lab.endpoint]
    began = time.monotonic()
    with (folder / f"console-{port}.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--region", lab.region],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until("the console", lambda: _answers(port), within=60, every=0.01, growth=1)
        yield Served(lab, port, process.pid, time.monotonic() - began)
    finally:
        process.terminate()
        process.wait(timeout=15)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/about", timeout=1):
            return True
    except OSError:
        return False


@contextlib.contextmanager
def _chromium() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        sys.exit("There is no Chromium here: sudo .ci/chromium installs Debian's")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


# --- what there is to show -----------------------------------------------------------------------


def fill(lab: RunningLab) -> str:
    """Make the executions, objects and log lines; the ARN of the state machine."""
    s3 = lab.client("s3")
    where = {"LocationConstraint": lab.region}
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
    _at_once(OBJECTS, lambda n: s3.put_object(Bucket=BUCKET, Key=f"{n:05}.csv", Body=b"1"))
    logs = lab.client("logs")
    logs.create_log_group(logGroupName=LOG_GROUP)
    logs.create_log_stream(logGroupName=LOG_GROUP, logStreamName="lines")
    now = round(time.time() * 1000)
    logs.put_log_events(
        logGroupName=LOG_GROUP,
        logStreamName="lines",
        logEvents=[{"timestamp": now, "message": f"line {n:05}"} for n in range(LOG_LINES)],
    )
    role = lab.client("iam").create_role(
        RoleName=MACHINE, AssumeRolePolicyDocument=json.dumps(TRUST)
    )["Role"]["Arn"]
    states = lab.client("stepfunctions")
    machine: str = states.create_state_machine(
        name=MACHINE, definition=json.dumps(PASS), roleArn=role
    )["stateMachineArn"]
    _at_once(EXECUTIONS, lambda n: states.start_execution(stateMachineArn=machine, name=f"e{n:04}"))
    return machine


def _at_once(count: int, make: Callable[[int], Any]) -> None:
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(make, range(count)))


# --- measuring -----------------------------------------------------------------------------------


def ready(lab: RunningLab, folder: Path, rounds: int) -> Figure:
    """Measure how long the console takes until it answers: the median of some starts."""
    took = []
    for _ in range(rounds):
        with serve(lab, folder) as served:
            took.append(served.ready_seconds)
    return Figure("ready after its start", statistics.median(took), 2.0, "s")


def idle(served: Served, where: str, seconds: float) -> list[Figure]:
    """Measure what it costs while nobody does anything."""
    time.sleep(SETTLE_SECONDS)
    with watch(served.pid) as usage:
        time.sleep(seconds)
    percent = 100 * usage.cpu_seconds / seconds
    return [
        Figure(f"idle, {where}: of a core", percent, 3.0, "%"),
        Figure(f"idle, {where}: memory", usage.peak_memory_bytes / MB, 150.0, "MB"),
    ]


def first_page(listing: Listing, page: Page, elsewhere: str, rounds: int) -> Figure:
    """Measure how long a page takes until it shows a row: the median of some loads.

    It is loaded in a tab of the console. From elsewhere a browser takes longer: the console's
    pages share no process with others, and a new one has to start first.

    Args:
        listing: What it shows.
        page: A tab.
        elsewhere: An address of the console that shows nothing of this.
        rounds: How often it is loaded, beside once to warm up.
    """
    took = []
    for number in range(rounds + 1):
        page.goto(elsewhere)
        began = time.monotonic()
        page.goto(listing.address, wait_until="commit")
        page.get_by_text(listing.shown).filter(visible=True).first.wait_for()
        if number:
            took.append(time.monotonic() - began)
    return Figure(f"first page of {listing.what}", statistics.median(took), 1.0, "s")


def upload_on_the_map(served: Served, page: Page, rounds: int) -> Figure:
    """Measure how long an upload takes until it shows beside the map: the median of some.

    Args:
        served: The console.
        page: A tab.
        rounds: How many files are uploaded, beside one to warm up.
    """
    settings = served.lab.settings
    page.goto(served.url("home"))
    page.get_by_role("heading", level=1).wait_for()
    took = []
    for number in range(rounds + 1):
        key = f"{settings.uploads_prefix}bench-{number}.csv"
        began = time.monotonic()
        served.lab.client("s3").put_object(
            Bucket=settings.raw_bucket, Key=key, Body=b"order_id\n1\n"
        )
        page.get_by_role("link", name=key).wait_for()
        if number:
            took.append(time.monotonic() - began)
    return Figure("an upload on the map", statistics.median(took), 1.0, "s")


def measure(emulator: Emulator, folder: Path, rounds: int, idle_seconds: float) -> list[Figure]:
    """Measure all of it on one lab."""
    lab = emulator.lab
    figures = [ready(lab, folder, rounds)]
    with serve(lab, folder) as served, _chromium() as browser:
        figures += idle(served, "no page open", idle_seconds)
        page = browser.new_page()
        figures.append(upload_on_the_map(served, page, rounds))
        figures += idle(served, "the map open", idle_seconds)
        page.goto("about:blank")
        print("filling the lab ...", file=sys.stderr)  # noqa: T201 - it takes a minute
        machine = fill(lab)
        group = {"group": LOG_GROUP, "stream": "lines"}
        listings = (
            Listing(f"{OBJECTS:,} objects", served.url("s3/bucket", bucket=BUCKET), "00000.csv"),
            Listing(
                f"{EXECUTIONS:,} executions",
                served.url("states/machine", arn=machine),
                f"e{EXECUTIONS - 1:04}",
            ),
            Listing(f"{LOG_LINES:,} log lines", served.url("cloudwatch/events", **group), "line 0"),
        )
        elsewhere = f"http://127.0.0.1:{served.port}/about"
        for listing in listings:
            figures.append(first_page(listing, page, elsewhere, rounds))
            figures += idle(served, f"{listing.what} open", idle_seconds)
    return figures


def table(figures: list[Figure]) -> str:
    """Return the figures as a Markdown table."""
    lines = ["| what | measured | demanded | |", "|---|---|---|---|"]
    for each in figures:
        verdict = "met" if each.is_met else "MISSED"
        lines.append(
            f"| {each.what} | {each.value:.2f} {each.unit} "
            f"| under {each.limit:g} {each.unit} | {verdict} |"
        )
    return "\n".join(lines)


def main() -> int:
    """Measure and print; 1 if a demand is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--idle-seconds", type=float, default=30.0)
    options = parser.parse_args()
    stop_emulators_on_termination()
    with tempfile.TemporaryDirectory() as folder, EMULATORS["lab"](Path(folder)) as emulator:
        figures = measure(emulator, Path(folder), options.rounds, options.idle_seconds)
    print(f"\n{table(figures)}")  # noqa: T201 - its purpose
    return 0 if all(each.is_met for each in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
