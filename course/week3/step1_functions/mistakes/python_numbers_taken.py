"""Take for a number what Python takes for one."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week3.step1_functions.solve import code


def make(sandbox: Sandbox) -> None:
    """Ask Decimal."""
    change_code(
        sandbox,
        code("transform-data"),
        {'r"[0-9]{1,12}(\\.[0-9]{1,4})?"': 'r"-?[\\d_.]+|nan"'},
    )
