"""Make the result's key of the clock."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week2.step5_processor.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Put today's time into the key."""
    change_code(
        sandbox,
        CODE,
        {'job["submitted_at"][:10].replace("-", "/")': '__import__("time").time_ns()'},
    )
