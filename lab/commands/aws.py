"""aws: the AWS command line, pointed at the student's account or at the finished pipeline."""

import os
import sys
from typing import Annotated

import typer

from lab.chosen import FIRST_ACCOUNT
from lab.errors import UsageError
from lab.options import Port, StudentAccount
from lab.student import open_sandbox
from lab.targets.reasons import why_not

PASS_ON = {
    "allow_extra_args": True,
    "ignore_unknown_options": True,
    "allow_interspersed_args": False,
}
"""Everything from the first argument on belongs to the AWS command line, --help included."""

Reference = Annotated[
    bool, typer.Option("--reference", help="Ask the finished pipeline instead of your account.")
]


def aws(
    context: typer.Context,
    account: StudentAccount = None,
    reference: Reference = False,
    port: Port = None,
) -> None:
    """Run the AWS command line in your account of the lab."""
    if context.args[:1] == ["--target"]:
        raise UsageError(why_not("aws"))
    sandbox, _ = open_sandbox(port, FIRST_ACCOUNT if reference else account)
    environment = {**os.environ, **sandbox.environment(), "AWS_PAGER": ""}
    # The client of SQS in this version of the tool does not read AWS_ENDPOINT_URL.
    command = [sys.executable, "-m", "awscli", "--endpoint-url", sandbox.endpoint, *context.args]
    sys.stdout.flush()
    os.execve(sys.executable, command, environment)  # noqa: S606
