"""Take every file for a CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.solving import change_code
from course.week1.step3_function.solve import CODE

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Leave out the look at the extension."""
    change_code(sandbox, CODE, {
        'not key.lower().endswith(".csv")': "not key",
    })
