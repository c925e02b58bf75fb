"""`python -m exercises.week3`: adds the exercises where boto3's environment points to."""

import sys

from exercises.week3.provisioning import ensure_exercises
from provision.command_line import run
from provision.pipeline import Group

if __name__ == "__main__":
    sys.exit(run("exercises", (Group("week3", (ensure_exercises,)),)))
