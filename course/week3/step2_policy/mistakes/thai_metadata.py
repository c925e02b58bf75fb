"""Put the reason's sentence into the metadata, as the workshop does."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week3.step1_functions.solve import code


def make(sandbox: Sandbox) -> None:
    """Write Thai into a header."""
    change_code(
        sandbox, code("move-to-failed"), {'"reason": why["reason"]},': '"reason": why["message"]},'}
    )
