"""Give every update the condition, the end's too."""

from course.next.step2_dynamodb.solve import CODE
from course.sandbox import Sandbox
from course.solving import change_code


def make(sandbox: Sandbox) -> None:
    """Let the first event of a job be its last."""
    change_code(sandbox, CODE, {'if detail["status"] == RUNNING:': "if True:"})
