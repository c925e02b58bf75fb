"""Name the function as its folder is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.resources import Resource, remove
from course.solving import create_function
from course.week1.step3_function.solve import CODE

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Make csv_validator where csv-validator is meant."""
    remove(sandbox, Resource("function", "csv-validator"))
    create_function(sandbox, "csv_validator", CODE)
