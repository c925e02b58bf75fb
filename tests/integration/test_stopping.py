"""The lab is stopped in the middle of a burst: nothing of it lives on, and the next start is clean.

With LAB_PERSIST=off, so what was under way is lost with it; `test_surviving.py` has the other half.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

import psutil
import pytest

from lab.launch.environment import PERSIST
from lab.launch.local import LocalLauncher
from lab.launch.ports import free_port
from tests.integration.chaos import burst
from tests.integration.lab_under_test import LabUnderTest
from tests.integration.sales_files import SAMPLE_SALES
from tests.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path


EMPTIED = {PERSIST: "off"}


@pytest.mark.faults
@pytest.mark.every_fault
@pytest.mark.timeout(600)
def test_a_lab_that_is_stopped_in_a_burst_leaves_no_process_and_starts_again(
    tmp_path: Path,
) -> None:
    launcher = LocalLauncher(port=free_port(), home=tmp_path, profile="quick", settings=EMPTIED)
    try:
        launcher.start()
        lab = LabUnderTest.at(launcher.endpoint)
        uploads = burst(lab)
        wait_until(
            "functions at work",
            lambda: len(_processes_of(tmp_path)) > 3,
            seen=lambda: lab.what_happened(uploads),
        )

        launcher.stop()

        assert _processes_of(tmp_path) == []

        launcher.start()
        again = LabUnderTest.at(launcher.endpoint)
        assert again.keys_under("uploads/") == ["uploads/"]
        upload = again.upload("after.csv", SAMPLE_SALES)
        again.assert_every_promise_is_kept([upload])
    finally:
        launcher.stop()
    assert _processes_of(tmp_path) == []


def _processes_of(home: Path) -> list[str]:
    """The processes whose command or environment names the lab's folder, this one excepted."""
    found = []
    for process in psutil.process_iter():
        if process.pid == os.getpid() or process.pid == os.getppid():
            continue
        with contextlib.suppress(psutil.Error):
            command = " ".join(process.cmdline())
            if str(home) in command or str(home) in " ".join(process.environ().values()):
                found.append(f"{process.pid} {command}")
    return found
