"""Raise for a file that is wrong."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week3.step1_functions.solve import code


def make(sandbox: Sandbox) -> None:
    """Let the invocation fail."""
    change_code(
        sandbox,
        code("validate-schema"),
        {
            "    verdict: dict[str, Any] = ": (
                "    if missing:\n        raise ValueError(missing)\n    verdict: dict[str, Any] = "
            )
        },
    )
