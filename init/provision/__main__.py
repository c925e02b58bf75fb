"""`python -m provision`: provisions the pipeline at the endpoint that boto3's environment names."""

from __future__ import annotations

import sys
import time

from provision.errors import ProvisionError
from provision.pipeline import GroupReport, changed, provision
from provision.settings import Settings
from provision.target import Target


def main() -> int:
    """Provision, say what was done, and return the exit status."""
    started = time.monotonic()
    try:
        settings = Settings.from_environment()
        reports = provision(Target(settings), _tell)
    except ProvisionError as error:
        sys.stderr.write(f"provision: failed: {error}\n")
        return 1
    resources = sum(len(report.changes.outcomes) for report in reports)
    _say(
        f"done: {changed(reports)} of {resources} resources changed, "
        f"profile {settings.profile.name}, {time.monotonic() - started:.1f} s"
    )
    return 0


def _tell(report: GroupReport) -> None:
    _say(f"{report.group:<12} {report.seconds:5.2f} s  {report.changes}")


def _say(text: str) -> None:
    sys.stdout.write(f"provision: {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
