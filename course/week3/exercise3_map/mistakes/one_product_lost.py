"""Lose the last product of the list."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week3.exercise3_map.solve import SOLUTION


def make(sandbox: Sandbox) -> None:
    """Hand on all names but one."""
    change_code(sandbox, SOLUTION / "list_products", {'{"names": names}': '{"names": names[:-1]}'})
