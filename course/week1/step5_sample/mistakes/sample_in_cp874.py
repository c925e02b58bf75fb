"""Save the file as a Thai Windows does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.week1.step5_sample.mistakes import change_sample

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Encode the sample in CP874."""
    change_sample(sandbox, lambda text: text.encode("cp874"))
