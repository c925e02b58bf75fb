"""Send all there is."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week4.step3_notification.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Put the whole state into the message."""
    change_code(
        sandbox,
        CODE,
        {'Message="\\n".join(': 'Message=json.dumps(job, ensure_ascii=False) + "\\n".join('},
    )
