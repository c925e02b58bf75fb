"""`python -m exercises.week3`: adds the exercises where boto3's environment points to."""

from __future__ import annotations

import sys

from botocore.exceptions import BotoCoreError, ClientError

from exercises.week3.provisioning import ensure_exercises
from provision.changes import Changes
from provision.errors import ProvisionError
from provision.settings import Settings
from provision.target import Target


def main() -> int:
    """Provision the exercises, say what was done, and return the exit status."""
    changes = Changes()
    try:
        ensure_exercises(Target(Settings.from_environment()), changes)
    except (BotoCoreError, ClientError, ProvisionError) as error:
        sys.stderr.write(f"exercises: failed: {error}\n")
        return 1
    sys.stdout.write(f"exercises: {changes}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
