"""Break parse-csv and forget to mend it."""

from course.sandbox import Sandbox
from course.week4.step7_end_to_end.solve import break_parse


def make(sandbox: Sandbox) -> None:
    """Leave parse-csv broken."""
    break_parse(sandbox)
