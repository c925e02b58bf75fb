"""Accounts beside the first in the lab under test, and `scripts/lab --account` for them."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.integration.lab_under_test import LabUnderTest

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).parents[2]
COMMAND_SECONDS = 120


def run_command(lab: LabUnderTest, account: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `scripts/lab ... --account`, and return how it ended and what it printed."""
    lab.needs_a_lab("`scripts/lab --account`")
    port = str(lab.record.port)
    return subprocess.run(
        [sys.executable, "-P", "-m", "lab", *words, "--port", port, "--account", account],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(REPOSITORY), str(REPOSITORY / "init"))),
            "LAB_PROFILE": lab.settings.profile.name,
            "NO_COLOR": "1",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )


def command(lab: LabUnderTest, account: str, *words: str) -> str:
    """Return what `scripts/lab ... --account` prints; it must succeed."""
    done = run_command(lab, account, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def deployed(lab: LabUnderTest, number: str) -> Iterator[LabUnderTest]:
    """Provision an account as a student does it; leave nothing there that polls or counts on."""
    command(lab, number, "deploy")
    own = LabUnderTest(lab.record, number)
    yield own
    functions = own.client("lambda")
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        functions.delete_event_source_mapping(UUID=mapping["UUID"])
    own.client("cloudwatch").delete_alarms(AlarmNames=[each.name for each in own.settings.alarms])
    for function in own.settings.functions:
        functions.delete_function(FunctionName=function)
