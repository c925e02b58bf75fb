"""Count columns instead of looking for them."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week3.step1_functions.solve import code


def make(sandbox: Sandbox) -> None:
    """Take any six columns."""
    change_code(
        sandbox,
        code("validate-schema"),
        {
            '[name for name in REQUIRED if name not in event["headers"]]': (
                '[] if len(event["headers"]) == len(REQUIRED) else ["?"]'
            )
        },
    )
