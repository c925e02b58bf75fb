"""Take the clock as it is, as the workshop does."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week4.step3_notification.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Tell UTC."""
    change_code(
        sandbox,
        CODE,
        {"datetime.now(BANGKOK)": "datetime.now()", " (UTC+7)": ""},
    )
