"""Commands that open a lab of a test's own instead of one that runs."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from lab import cli
from lab.launch.launcher import LauncherStatus

assert cli, "it imports every command"


class RunningLauncher:
    """The launcher of a lab that runs."""

    def status(self) -> LauncherStatus:
        return LauncherStatus(running=True, ready=True)


def let_commands_open(monkeypatch: pytest.MonkeyPatch, open_lab: Callable[..., Any]) -> None:
    """Replace `open_lab` in every command."""
    for name, module in list(sys.modules.items()):
        if name.startswith("lab.commands.") and hasattr(module, "open_lab"):
            monkeypatch.setattr(module, "open_lab", open_lab)
