"""Ask for the column as a byte order mark would make it."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week1.exercise1_order_id.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Turn good files away too."""
    change_code(sandbox, CODE, {'"order_id" not in': '"\\ufefforder_id" not in'})
