"""Log a file only when all went well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.solving import change_code
from course.week1.step3_function.solve import CODE

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Leave out file_received."""
    change_code(sandbox, CODE, {'    report("file_received", key)': "    "})
