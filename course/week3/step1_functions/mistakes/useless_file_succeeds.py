"""Succeed with whatever is there, as the workshop does."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week3.step1_functions.solve import code


def make(sandbox: Sandbox) -> None:
    """Write a result of nothing."""
    change_code(
        sandbox,
        code("transform-data"),
        {
            "    if not rows:": "    if rows is None:",
            "total / len(rows), 2": "total / max(len(rows), 1), 2",
        },
    )
