"""Mind capitals in the extension."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.solving import change_code
from course.week1.step3_function.solve import CODE

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Take .csv in small letters only."""
    change_code(sandbox, CODE, {"key.lower().endswith": "key.endswith"})
