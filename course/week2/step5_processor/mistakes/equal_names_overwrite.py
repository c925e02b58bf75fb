"""Name the result after its file alone, as the workshop does."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week2.step5_processor.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Leave the job out of the key."""
    change_code(
        sandbox,
        CODE,
        {"{stem}-{digest}_summary.json": "{stem}_summary.json"},
    )
