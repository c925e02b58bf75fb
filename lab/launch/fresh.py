"""A lab for one purpose: an empty cloud on a free port, gone with all its files afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lab.launch.environment import PERSIST
from lab.launch.launcher import Progress, silent
from lab.launch.local import LocalLauncher
from lab.launch.ports import free_port

SETTINGS = {"LAB_CONFIRM_EMAIL": "auto", "LAB_IAM": "enforce", PERSIST: "off"}
"""Not those of the user's shell: the same work must be worth the same with everybody."""


@contextmanager
def fresh_lab(progress: Progress = silent) -> Iterator[str]:
    """Start a lab beside those that run, and stop it afterwards.

    It runs without Docker, and enforces IAM; e-mail addresses are confirmed by the lab.

    Args:
        progress: Told what is being done while it starts.

    Yields:
        Its endpoint.

    Raises:
        LabError: It did not come up.
    """
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        launcher = LocalLauncher(
            port=free_port(),
            home=Path(folder),
            profile="quick",
            settings=SETTINGS,
            provisions=False,
        )
        try:
            launcher.start(progress)
            yield launcher.endpoint
        finally:
            launcher.stop()
