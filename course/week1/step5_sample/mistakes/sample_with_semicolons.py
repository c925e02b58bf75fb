"""Save the file with a European list separator."""

from course.sandbox import Sandbox
from course.week1.step5_sample.mistakes import change_sample


def make(sandbox: Sandbox) -> None:
    """Separate the columns by semicolons."""
    change_sample(sandbox, lambda text: text.replace(",", ";").encode())
