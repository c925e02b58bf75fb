"""A lab that keeps its cloud is stopped or killed in bursts, and keeps the promise afterwards.

Killing at random instants can be made as long as wanted, and continued where it ended:

    LAB_KILLS=200 LAB_SEED=7 scripts/lab test -m faults tests/integration/test_surviving.py -s
    LAB_KILLS=200 LAB_SEED=7 LAB_KILLS_DONE=125 scripts/lab test ...

The seed decides the instants; each kill is printed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import secrets
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import requests
from botocore.exceptions import BotoCoreError, ClientError

from lab.launch.local import LocalLauncher
from lab.launch.ports import free_port
from lab.promise.evidence import Execution, read_executions, read_mails
from lab.promise.jobs import READERS, job_id_in
from tests.integration.chaos import BAD_FILES, GOOD_FILES, burst
from tests.integration.lab_under_test import LabUnderTest, Upload
from tests.integration.sales_files import BAD_SCHEMA, SAMPLE_SALES
from tests.waiting import PATIENCE, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONG = 3 * PATIENCE
"""Seconds for a burst after several kills: messages come back, functions start anew."""

OF_A_START = 0.1
"""How long a save takes at most, as a part of what a start takes on this machine."""

LONGEST_BURST_SECONDS = 4.0
"""Until the time of a start says how fast this machine is: the two take about the same."""

MOST_BURST_SECONDS = 15.0
"""A start that took longer says that the machine was busy with something else."""

NOTIFIERS = ("SendSuccessNotification", "SendFailureNotification")
"""The states in which a notifier may have published when the cloud was saved."""

KEPT = {"LAB_PERSIST": "on"}
KILLS, KILLS_DONE, SEED = "LAB_KILLS", "LAB_KILLS_DONE", "LAB_SEED"
KILLS_IN_CI = 4
KILLS_BETWEEN_CHECKS = 4
KILLS_OF_A_HOME = 24


@pytest.fixture
def launcher(tmp_path: Path) -> Iterator[LocalLauncher]:
    """Starts and stops a lab that keeps its cloud."""
    launcher = _launcher(tmp_path)
    try:
        yield launcher
    finally:
        launcher.stop()


def _launcher(home: Path) -> LocalLauncher:
    return LocalLauncher(port=free_port(), home=home, profile="quick", settings=KEPT)


def _save(launcher: LocalLauncher, *, stop: bool = False) -> None:
    answer = requests.post(f"{launcher.endpoint}/_lab/state", json={"stop": stop}, timeout=60)
    assert answer.ok, f"{answer.text}\n{_log(launcher)}"


def _kill(launcher: LocalLauncher) -> None:
    running = launcher.localstack()
    assert running is not None
    running.kill()
    running.wait(30)


def _log(launcher: LocalLauncher) -> str:
    return "\n".join(list(launcher.logs())[-40:])


def _started(launcher: LocalLauncher) -> LabUnderTest:
    launcher.start()
    lab = LabUnderTest.at(launcher.endpoint)
    lab.retries = 0  # a second try of a client would be a second upload
    return lab


def _brought_back(launcher: LocalLauncher) -> dict[str, Any]:
    report = requests.get(f"{launcher.endpoint}/_lab/state", timeout=60).json()
    assert report["brought_back"], f"{report}\n{_log(launcher)}"
    back: dict[str, Any] = report["brought_back"]
    return back


@dataclass
class Uploads:
    """What was put into one lab, over all its starts.

    Attributes:
        answered: When S3 answered with 200, by upload; None for those that got no answer.
        lost: Uploads that a state does not have: they were not answered before it was saved.
        mails_may_repeat: How often a job may be mailed again: once for each start at which it went
            on with a notifier, which may have published before.
    """

    answered: dict[Upload, float | None] = field(default_factory=dict)
    lost: set[Upload] = field(default_factory=set)
    mails_may_repeat: Counter[str] = field(default_factory=Counter)

    def put(self, lab: LabUnderTest, body: bytes | str) -> None:
        """Put a file into a lab that may be killed meanwhile."""
        content = body.encode() if isinstance(body, str) else body
        etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
        upload = Upload(f"uploads/{secrets.token_hex(8)}.csv", etag, content, lab.now())
        self.answered[upload] = None
        with contextlib.suppress(BotoCoreError, ClientError):
            lab.client("s3").put_object(
                Bucket=lab.settings.raw_bucket, Key=upload.key, Body=content
            )
            self.answered[upload] = time.time()

    def brought_back(self, lab: LabUnderTest, report: dict[str, Any]) -> None:
        """Note what a start has brought back.

        An upload may be missing only if it was not answered when the state was saved.
        """
        for arn, state in report["resumed_at"].items():
            if state in NOTIFIERS:
                self.mails_may_repeat[job_id_in(arn.rpartition(":")[2])] += 1
        there = _keys_there(lab)
        for upload, answered in self.answered.items():
            unsaved = answered is None or answered >= report["saved_at"]
            if unsaved and upload.key not in there:
                self.lost.add(upload)

    def check(self, lab: LabUnderTest) -> None:
        """Fail unless each upload has exactly one outcome, or was lost without a trace.

        A message that was with a function at three kills is in the DLQ, as after three crashes of
        the function. It is sent through again, as an operator would.
        """
        wait_until("an empty queue", lambda: lab.main_queue.depth() == 0, within=LONG)
        if redriven := lab.dlq.depth():
            lab.dlq.redrive_to(lab.main_queue)
            print(f"redriven from the DLQ: {redriven}", flush=True)  # noqa: T201 - see below
        kept = [upload for upload in self.answered if upload not in self.lost]
        if kept:
            lab.assert_every_promise_is_kept(
                kept, within=LONG, mails_may_repeat=self.mails_may_repeat
            )
        assert not {upload.key for upload in self.lost} & _keys_there(lab)
        jobs = {job_id_in(each.name) for each in _executions(lab)}
        assert {mail.job_id for mail in read_mails(lab) if mail.job_id} <= jobs


def _executions(lab: LabUnderTest) -> list[Execution]:
    return read_executions(lab.client("stepfunctions"), lab.arns.state_machine)


def _keys_there(lab: LabUnderTest) -> set[str]:
    """Return the keys of which a lab knows: they stand there, or have a job or an outcome."""
    states = lab.client("stepfunctions")
    with ThreadPoolExecutor(READERS) as readers:
        inputs = list(
            readers.map(
                lambda each: states.describe_execution(executionArn=each.arn)["input"],
                _executions(lab),
            )
        )
    standing = set(lab.keys_under("uploads/"))
    outcomes = {outcome.source_key for outcome in lab.outcome_reader.outcomes()}
    named = {json.loads(given)["source_key"] for given in inputs}
    return standing | outcomes | named


def test_a_lab_that_is_killed_and_stopped_in_bursts_keeps_the_promise(
    launcher: LocalLauncher,
) -> None:
    lab, uploads = _started(launcher), Uploads()
    _save(launcher)
    chance = random.Random()  # noqa: S311 - an instant like any other
    _kill_in_a_burst(launcher, lab, uploads, chance, LONGEST_BURST_SECONDS)

    again = _started(launcher)
    uploads.brought_back(again, _brought_back(launcher))
    uploads.check(again)

    more = burst(again)
    uploads.answered |= dict.fromkeys(more, time.time())
    _save(launcher, stop=True)
    launcher.stop()
    last = _started(launcher)
    uploads.brought_back(last, _brought_back(launcher))
    assert not uploads.lost & set(more)
    uploads.check(last)


@pytest.mark.faults
@pytest.mark.every_fault
@pytest.mark.timeout(4 * 3600)
def test_a_lab_that_is_killed_at_random_instants_keeps_the_promise(tmp_path: Path) -> None:
    kills = int(os.environ.get(KILLS) or KILLS_IN_CI)
    seed = os.environ.get(SEED) or str(secrets.randbelow(10**6))
    done = int(os.environ.get(KILLS_DONE) or 0)
    for first in range(done, kills, KILLS_OF_A_HOME):
        numbers = range(first, min(first + KILLS_OF_A_HOME, kills))
        launcher = _launcher(tmp_path / str(first))
        try:
            _killed_again_and_again(launcher, seed, numbers)
        finally:
            launcher.stop()
        launcher.stop(wipe=True)  # of a failure all stays


def _killed_again_and_again(launcher: LocalLauncher, seed: str, numbers: range) -> None:
    lab, uploads = _started(launcher), Uploads()
    _save(launcher)
    start = LONGEST_BURST_SECONDS
    for number in numbers:
        chance = random.Random(f"{seed}-{number}")  # noqa: S311 - the same instants again
        told = _kill_in_a_burst(launcher, lab, uploads, chance, start)
        began = time.monotonic()
        lab = _started(launcher)
        start = min(time.monotonic() - began, MOST_BURST_SECONDS)
        report = _brought_back(launcher)
        uploads.brought_back(lab, report)
        print(  # noqa: T201 - where to go on
            f"{SEED}={seed} {KILLS_DONE}={number + 1}: killed {told}; "
            f"uploads {len(uploads.answered)}, lost unsaved {len(uploads.lost)}, "
            f"delivered again {report['delivered']}, resumed {report['resumed']}",
            flush=True,
        )
        if number == numbers[-1] or (number + 1) % KILLS_BETWEEN_CHECKS == 0:
            uploads.check(lab)


def _kill_in_a_burst(
    launcher: LocalLauncher,
    lab: LabUnderTest,
    uploads: Uploads,
    chance: random.Random,
    longest: float,
) -> str:
    """Kill a lab at a random instant: of a burst, or of a save in a burst. Return which.

    Args:
        launcher: Kills it.
        lab: The lab.
        uploads: Notes what was put.
        chance: Decides.
        longest: How long a burst takes on this machine, in seconds.
    """
    bodies = [SAMPLE_SALES] * GOOD_FILES + [BAD_SCHEMA] * BAD_FILES
    after, in_save = chance.uniform(0, longest), None
    with ThreadPoolExecutor(len(bodies) + 1) as threads:
        puts = [threads.submit(uploads.put, lab, body) for body in bodies]
        time.sleep(after)
        if chance.random() < 1 / 2:
            in_save = chance.uniform(0, longest * OF_A_START)
            threads.submit(_begin_to_save, launcher)
            time.sleep(in_save)
        _kill(launcher)
    for each in puts:
        each.result()
    of_save = "" if in_save is None else f", {in_save:.3f} s into a save"
    return f"after {after:.2f} s{of_save}"


def _begin_to_save(launcher: LocalLauncher) -> None:
    with contextlib.suppress(requests.RequestException):
        requests.post(f"{launcher.endpoint}/_lab/state", timeout=60)
