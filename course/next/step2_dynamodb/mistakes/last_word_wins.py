"""Write whatever comes."""

from course.next.step2_dynamodb.solve import CODE
from course.sandbox import Sandbox
from course.solving import change_code


def make(sandbox: Sandbox) -> None:
    """Let a late beginning cover up the end."""
    change_code(sandbox, CODE, {'if detail["status"] == RUNNING:': "if False:"})
