"""Midnight really passes in a burst: keys are dated by the event, and nothing is done twice.

The lab is one of its own: LocalStack and the functions run by a clock that reaches midnight UTC a
while after the start (`shifted_clock.py`).
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from lab.launch.local import LocalLauncher
from lab.launch.ports import free_port
from lab.running import LabRecord
from tests.integration.chaos import burst, fault
from tests.integration.lab_under_test import LabUnderTest
from tests.integration.shifted_clock import forget_dead_processes, python_ahead
from tests.waiting import PATIENCE, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.lab_under_test import Upload

STARTS = (timedelta(seconds=90), timedelta(seconds=300))
"""From the start of the lab to midnight; the second where a slow machine missed the first."""

EVE = timedelta(seconds=12)
"""How long before midnight it begins: two bursts are put until then."""

STRIKES = 10
"""How often each service refuses at least, however slow the machine."""


@pytest.fixture
def midnight() -> datetime:
    """The one that the lab lives through."""
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    return tomorrow.replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.fixture
def lab_before_midnight(
    midnight: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LabUnderTest]:
    """A warm lab whose clock is a while before midnight."""
    for start in STARTS:
        home = tmp_path / f"{start.seconds} seconds"
        ahead = midnight - start - datetime.now(UTC).replace(microsecond=0)
        monkeypatch.setattr(sys, "executable", str(python_ahead(home / "python", ahead)))
        with _started(home / "lab", ahead) as lab:
            lab.outcomes_of(burst(lab))  # warm
            if lab.now() < midnight - EVE:
                yield lab
                return
        monkeypatch.undo()
    pytest.fail(f"the lab took over {STARTS[-1] - EVE} to start and to take a first burst")


@contextmanager
def _started(home: Path, ahead: timedelta) -> Iterator[LabUnderTest]:
    launcher = LocalLauncher(port=free_port(), home=home, profile="quick", settings={})
    try:
        launcher.start()
        yield LabUnderTest(LabRecord(launcher.port, profile="quick"), ahead=ahead)
    finally:
        launcher.stop()
        forget_dead_processes()


@pytest.mark.faults
@pytest.mark.every_fault
@pytest.mark.timeout(600)
def test_midnight_passes_while_s3_and_sns_throttle_and_each_upload_keeps_the_day_of_its_event(
    lab_before_midnight: LabUnderTest, midnight: datetime
) -> None:
    lab = lab_before_midnight
    _wait_until(lab, midnight - EVE)
    reader = lab.settings.functions["parse-csv"].role_name
    with fault(lab, kind="throttle", target="sns") as no_mails:
        mailed_late = burst(lab)
        with fault(lab, kind="throttle", target="s3", role=reader) as no_reads:
            read_late = burst(lab)
            assert lab.now() < midnight, "the uploads took too long"
            _wait_until(lab, midnight)
            early = burst(lab)
            wait_until("reads to be refused", lambda: no_reads.struck() >= STRIKES)
        wait_until("mails to be refused", lambda: no_mails.struck() >= STRIKES)
    lab.assert_every_promise_is_kept([*mailed_late, *read_late, *early], within=3 * PATIENCE)

    yesterday = midnight - timedelta(days=1)
    assert _days_of(lab, [*mailed_late, *read_late]) == {f"{yesterday:%Y/%m/%d}"}
    assert _days_of(lab, early) == {f"{midnight:%Y/%m/%d}"}
    for outcome in lab.outcomes_of(read_late):
        written = outcome.body["processed_at" if outcome.kind == "processed" else "failed_at"]
        assert datetime.fromisoformat(written) > midnight  # by the functions' own clock


def _wait_until(lab: LabUnderTest, moment: datetime) -> None:
    wait_until(f"{moment}", lambda: lab.now() >= moment, within=STARTS[-1].total_seconds())


def _days_of(lab: LabUnderTest, uploads: list[Upload]) -> set[str]:
    """The days under which the uploads' outcomes stand."""
    keys = [outcome.key.split("/") for outcome in lab.outcomes_of(uploads)]
    return {"/".join(parts[1:4]) for parts in keys}
