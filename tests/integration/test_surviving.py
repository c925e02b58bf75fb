"""A lab that keeps its cloud is stopped or killed in a burst, and keeps the promise afterwards."""

from __future__ import annotations

import os
import random
import time
from typing import TYPE_CHECKING

import pytest
import requests

from lab.launch.local import LocalLauncher
from lab.launch.ports import free_port
from tests.integration.chaos import burst
from tests.integration.lab_under_test import LabUnderTest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST_BURST_SECONDS = 4.0
KEPT = {"LAB_PERSIST": "on"}


@pytest.fixture
def launcher(tmp_path: Path) -> Iterator[LocalLauncher]:
    """Starts and stops a lab that keeps its cloud."""
    launcher = LocalLauncher(port=free_port(), home=tmp_path, profile="quick", settings=KEPT)
    try:
        yield launcher
    finally:
        launcher.stop()


def _save(launcher: LocalLauncher, *, stop: bool = False) -> dict[str, float]:
    answer = requests.post(f"{launcher.endpoint}/_lab/state", json={"stop": stop}, timeout=60)
    assert answer.ok, f"{answer.text}\n{_log(launcher)}"
    saved: dict[str, float] = answer.json()
    return saved


def _kill(launcher: LocalLauncher) -> None:
    running = launcher.localstack()
    assert running is not None
    running.kill()
    running.wait(30)


def _log(launcher: LocalLauncher) -> str:
    return "\n".join(list(launcher.logs())[-40:])


def _started_again(launcher: LocalLauncher) -> LabUnderTest:
    launcher.start()
    report = requests.get(f"{launcher.endpoint}/_lab/state", timeout=60).json()
    assert report["brought_back"], f"{report}\n{_log(launcher)}"
    return LabUnderTest.at(launcher.endpoint)


def test_a_lab_that_is_killed_and_stopped_in_bursts_keeps_the_promise(
    launcher: LocalLauncher,
) -> None:
    launcher.start()
    lab = LabUnderTest.at(launcher.endpoint)
    uploads = burst(lab)
    time.sleep(random.uniform(0, 1.5))  # noqa: S311 - an instant like any other
    _save(launcher)
    _kill(launcher)

    again = _started_again(launcher)
    again.assert_every_promise_is_kept(uploads, mails_may_repeat=True)

    more = burst(again)
    _save(launcher, stop=True)
    launcher.stop()
    _started_again(launcher).assert_every_promise_is_kept([*uploads, *more], mails_may_repeat=True)


@pytest.mark.faults
@pytest.mark.every_fault
@pytest.mark.timeout(7200)
def test_a_lab_that_is_killed_at_random_instants_keeps_the_promise(
    launcher: LocalLauncher,
) -> None:
    """How often, and from which seed, LAB_KILLS and LAB_SEED say."""
    chance = random.Random(os.environ.get("LAB_SEED") or None)  # noqa: S311 - the same again
    launcher.start()
    lab = LabUnderTest.at(launcher.endpoint)
    for _ in range(int(os.environ.get("LAB_KILLS", "10"))):
        uploads = burst(lab)
        time.sleep(chance.uniform(0, LONGEST_BURST_SECONDS))
        _save(launcher)  # from here on they are safe
        time.sleep(chance.uniform(0, LONGEST_BURST_SECONDS))
        _kill(launcher)
        lab = _started_again(launcher)
        lab.assert_every_promise_is_kept(uploads, mails_may_repeat=True)
