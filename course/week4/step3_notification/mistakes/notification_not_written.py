"""Make the function and leave its code for later."""

from course.sandbox import Sandbox
from course.solving import update_code
from course.week4.step3_notification.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Leave the code that the function began with."""
    starter = CODE.parents[1] / "starter" / CODE.name
    update_code(sandbox, "send-notification", starter)
