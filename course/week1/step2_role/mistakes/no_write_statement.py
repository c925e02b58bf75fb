"""Leave out the statement that allows writing."""

from course.sandbox import Sandbox
from course.solving import change_statement


def make(sandbox: Sandbox) -> None:
    """Grant reading only."""
    change_statement(sandbox, "WriteToProcessedBucket", Effect=None)
