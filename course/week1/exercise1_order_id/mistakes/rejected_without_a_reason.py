"""Reject the file and keep the reason to oneself."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week1.exercise1_order_id.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Say only that the file is rejected."""
    change_code(sandbox, CODE, {"Missing column: order_id": "Bad header"})
