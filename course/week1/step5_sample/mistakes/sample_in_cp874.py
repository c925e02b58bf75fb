"""Save the file as a Thai Windows does."""

from course.sandbox import Sandbox
from course.week1.step5_sample.mistakes import change_sample


def make(sandbox: Sandbox) -> None:
    """Encode the sample in CP874."""
    change_sample(sandbox, lambda text: text.encode("cp874"))
