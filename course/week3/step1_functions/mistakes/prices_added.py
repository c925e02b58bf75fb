"""Add up the prices."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week3.step1_functions.solve import code


def make(sandbox: Sandbox) -> None:
    """Forget the quantity."""
    change_code(
        sandbox,
        code("transform-data"),
        {'Decimal(row["quantity"]) * Decimal(row["price"])': 'Decimal(row["price"])'},
    )
