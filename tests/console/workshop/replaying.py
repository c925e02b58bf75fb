"""What the commands drawer exports, run again in another account as a student would."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from course.notifications import subscriptions
from course.week4.step1_topic.solve import PENDING, TOPIC, confirm_newest
from provision.waiting import Polling

if TYPE_CHECKING:
    from course.sandbox import Sandbox

WITHIN_SECONDS = 600.0


def replay(archive: Path, sandbox: Sandbox) -> None:
    """Run the script of an export in an account, whose owner opens the letters that come.

    Args:
        archive: The export.
        sandbox: Whose account.

    Raises:
        AssertionError: The script fails; with the end of what it said.
    """
    folder = archive.parent / f"replay-{sandbox.account}"
    with zipfile.ZipFile(archive) as zipped:
        zipped.extractall(folder)
    log = folder / "log"
    with log.open("wb") as told:
        script = subprocess.Popen(
            ["bash", "-x", "replay.sh"],
            cwd=folder,
            env={
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                "HOME": str(folder),
                "AWS_ENDPOINT_URL": sandbox.endpoint,
                "AWS_ACCESS_KEY_ID": sandbox.account,
            },
            stdout=told,
            stderr=subprocess.STDOUT,
        )
        try:
            for _ in Polling(within=WITHIN_SECONDS, every=0.5):
                if script.poll() is not None:
                    break
                if any(
                    each["SubscriptionArn"] == PENDING for each in subscriptions(sandbox, TOPIC)
                ):
                    confirm_newest(sandbox)
        finally:
            script.kill()
            script.wait()
    assert script.returncode == 0, log.read_text("utf-8", "replace")[-4000:]
