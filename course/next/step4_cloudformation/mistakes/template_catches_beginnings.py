"""Leave the status out of the template."""

from course.next.step4_cloudformation.mistakes import changed_template
from course.next.step4_cloudformation.solve import make_stack
from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Be told of beginnings, too."""
    line = "          status: [SUCCEEDED, FAILED, TIMED_OUT, ABORTED]\n"
    make_stack(sandbox, changed_template(line, ""))
