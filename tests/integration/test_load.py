"""Hundreds of files, large files, and a trickle: nothing is lost and memory stays bounded.

Not in the default run: `scripts/lab test -m load tests/integration -s` (the figures are printed).
`LAB_TRICKLE_SECONDS` makes the trickle longer than its minute.
"""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.integration.sales_files import BAD_SCHEMA, SAMPLE_SALES, sales_of
from tests.waiting import PATIENCE, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.lab_under_test import LabUnderTest

pytestmark = [pytest.mark.load, pytest.mark.timeout(1800)]

UPLOADERS = 8
MOST_MEMORY = 2 * 1024**3
"""Bytes that LocalStack and all functions may hold together, each page counted once."""

TRICKLE_SECONDS = float(os.environ.get("LAB_TRICKLE_SECONDS", "60"))


@dataclass
class Watched:
    """The highest of what was seen, and the seconds it went on.

    Attributes:
        memory: bytes, pages that processes share divided among them (PSS): what they really take.
        resident: bytes, shared pages counted in each process (RSS).
        processes: how many there were.
        depth: messages in the queue.
        seconds: how long it took.
    """

    memory: int = 0
    resident: int = 0
    processes: int = 0
    depth: int = 0
    seconds: float = 0.0

    def report(self, what: str, files: int) -> None:
        """Print the figures."""
        print(  # noqa: T201 - the figures are what the run is for
            f"\n{what}: {files} files in {self.seconds:.0f} s, at most {_mib(self.memory)} "
            f"({_mib(self.resident)} with shared pages counted in each process), "
            f"{self.processes} processes and {self.depth} messages in the queue"
        )


@contextmanager
def watched(lab: LabUnderTest) -> Iterator[Watched]:
    """Watch memory, where the engine's processes are this machine's, and the queue's depth."""
    seen, over, engine = Watched(), threading.Event(), lab.process()

    def look() -> None:
        while not over.wait(0.5):
            family = [engine, *engine.children(recursive=True)] if engine else []
            held = [_held(process) for process in family]
            seen.memory = max(seen.memory, sum(proportional for proportional, _ in held))
            seen.resident = max(seen.resident, sum(resident for _, resident in held))
            seen.processes = max(seen.processes, len(family))
            seen.depth = max(seen.depth, lab.main_queue.depth())

    watcher = threading.Thread(target=look, daemon=True)
    began = time.monotonic()
    watcher.start()
    try:
        yield seen
    finally:
        seen.seconds = time.monotonic() - began
        over.set()
        watcher.join()


def _held(process: psutil.Process) -> tuple[int, int]:
    """Bytes that a process holds: its share of shared pages, and all of them; 0 once it is gone."""
    try:
        memory = process.memory_full_info()  # from /proc/PID/smaps_rollup
    except psutil.Error:
        return 0, 0
    return int(memory.pss), int(memory.rss)


def _mib(held: int) -> str:
    return f"{held / 1024**2:.0f} MiB"


def test_500_files_at_once_lose_nothing_and_stay_within_memory(lab: LabUnderTest) -> None:
    """Item 21."""
    _put_at_once(lab, [SAMPLE_SALES] * 450 + [BAD_SCHEMA] * 50)


@pytest.mark.soak
def test_2000_files_at_once_are_looked_at_once_each_and_stay_within_memory(
    lab: LabUnderTest,
) -> None:
    """Their events wait for longer than csv-validator's timeout and a minute."""
    _put_at_once(lab, [SAMPLE_SALES] * 1600 + [BAD_SCHEMA] * 400)


def _put_at_once(lab: LabUnderTest, bodies: list[bytes]) -> None:
    """Put as many files, and check that each had one run of csv-validator, outcome and mail."""
    counted_before = lab.file_counts()
    with watched(lab) as seen:
        with ThreadPoolExecutor(UPLOADERS) as uploaders:
            uploads = list(uploaders.map(lambda body: lab.upload("load.csv", body), bodies))
        lab.outcomes_of(uploads, within=PATIENCE + 2 * len(bodies))
    seen.report(f"{len(bodies)} at once", len(bodies))
    lab.assert_every_promise_is_kept(
        uploads, within=3 * PATIENCE + 0.2 * len(bodies), counted_before=counted_before
    )

    assert lab.dlq.depth() == 0
    assert seen.memory < MOST_MEMORY


def test_20_files_of_50_000_rows_lose_nothing_and_stay_within_memory(lab: LabUnderTest) -> None:
    large = sales_of(50_000, seed=7)
    with watched(lab) as seen:
        with ThreadPoolExecutor(UPLOADERS) as uploaders:
            uploads = list(uploaders.map(lambda _: lab.upload("large.csv", large.body), range(20)))
        outcomes = lab.outcomes_of(uploads, within=20 * PATIENCE)
    seen.report("50,000 rows each", len(uploads))
    lab.assert_every_promise_is_kept(uploads, within=3 * PATIENCE)

    assert {outcome.body["summary"]["total_rows"] for outcome in outcomes} == {large.rows}
    assert seen.memory < MOST_MEMORY


def test_a_trickle_leaves_nothing_behind_and_memory_does_not_grow_without_end(
    lab: LabUnderTest,
) -> None:
    uploads = []
    with watched(lab) as seen:
        until = time.monotonic() + TRICKLE_SECONDS
        while time.monotonic() < until:
            uploads.append(lab.upload("trickle.csv", SAMPLE_SALES))
            time.sleep(1)
        lab.outcomes_of(uploads, within=3 * PATIENCE)
    seen.report("a trickle", len(uploads))
    lab.assert_every_promise_is_kept(uploads, within=3 * PATIENCE)

    wait_until("an empty queue", lambda: lab.main_queue.depth() == 0)
    assert seen.memory < MOST_MEMORY
