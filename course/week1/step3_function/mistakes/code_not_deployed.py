"""Edit the code and forget to deploy it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.solving import update_code
from course.week1.step3_function.solve import CODE

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Leave the code that the function began with."""
    update_code(sandbox, "csv-validator", CODE.parents[1] / "starter" / CODE.name)
