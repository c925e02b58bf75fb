"""Hand the rows on in the state, as the workshop does."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week3.step1_functions.solve import code


def make(sandbox: Sandbox) -> None:
    """Return the rows."""
    change_code(
        sandbox,
        code("parse-csv"),
        {
            "row_count = sum(1 for _ in reader)": "rows = list(reader)\n    row_count = len(rows)",
            '"row_count": row_count}': '"row_count": row_count, "rows": rows}',
        },
    )
