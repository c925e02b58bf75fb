"""Add up the prices."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week2.step5_processor.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Forget the quantity."""
    change_code(
        sandbox,
        CODE,
        {'Decimal(row["quantity"]) * Decimal(row["price"])': 'Decimal(row["price"])'},
    )
