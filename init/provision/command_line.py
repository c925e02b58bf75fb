"""The command of a provisioner: provision, or say what would be changed."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING

from provision.errors import ProvisionError
from provision.pipeline import changed, plan, provision
from provision.settings import Settings
from provision.target import Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provision.pipeline import Group, GroupReport


def run(name: str, groups: Sequence[Group], arguments: Sequence[str] | None = None) -> int:
    """Provision these groups at the endpoint of boto3's environment, or plan it.

    Args:
        name: The beginning of each line.
        groups: What to provision.
        arguments: `plan` writes what would be done to stdout as JSON, and changes nothing; the
            command's own arguments by default.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {name}")
    parser.add_argument("action", nargs="?", choices=["apply", "plan"], default="apply")
    action = parser.parse_args(arguments).action
    try:
        target = Target(Settings.from_environment())
        if action == "plan":
            sys.stdout.write(json.dumps(plan(target, groups), ensure_ascii=False) + "\n")
        else:
            _apply(name, target, groups)
    except ProvisionError as error:
        sys.stderr.write(f"{name}: failed: {error}\n")
        return 1
    return 0


def _apply(name: str, target: Target, groups: Sequence[Group]) -> None:
    started = time.monotonic()

    def say(text: str) -> None:
        sys.stdout.write(f"{name}: {text}\n")
        sys.stdout.flush()

    def tell(report: GroupReport) -> None:
        say(f"{report.group:<12} {report.seconds:5.2f} s  {report.changes}")

    reports = provision(target, tell, groups)
    resources = sum(len(report.changes.settled) for report in reports)
    say(
        f"done: {changed(reports)} of {resources} resources changed, "
        f"profile {target.settings.profile.name}, {time.monotonic() - started:.1f} s"
    )
