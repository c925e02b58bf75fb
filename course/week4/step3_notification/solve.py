"""Make the function send-notification from the code in `solution/`."""

from pathlib import Path
from typing import Final

from course.sandbox import Sandbox
from course.solving import Function, ensure_function
from course.week4.step1_topic.solve import topic_arn
from provision.changes import Changes

CODE: Final = Path(__file__).parent / "solution" / "send_notification"


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards the function is there; the workflow does not invoke it yet."""
    environment = {"TOPIC_ARN": topic_arn(sandbox)}
    function = Function(CODE, timeout_seconds=25, memory_mb=128, environment=environment)
    ensure_function(sandbox, changes, function)
