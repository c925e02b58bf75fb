"""`python -m provision`: provisions the pipeline at the endpoint that boto3's environment names."""

import sys

from provision.command_line import run
from provision.pipeline import GROUPS

if __name__ == "__main__":
    sys.exit(run("provision", GROUPS))
