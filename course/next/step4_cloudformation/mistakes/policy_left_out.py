"""Forget that EventBridge needs a right to send."""

from course.next.step4_cloudformation.mistakes import without
from course.next.step4_cloudformation.solve import make_stack
from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Make a stack that is complete and does not work."""
    make_stack(sandbox, without("EventBridgeMaySend"))
