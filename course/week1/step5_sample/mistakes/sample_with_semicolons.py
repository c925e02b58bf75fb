"""Save the file with a European list separator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.week1.step5_sample.mistakes import change_sample

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Separate the columns by semicolons."""
    change_sample(sandbox, lambda text: text.replace(",", ";").encode())
