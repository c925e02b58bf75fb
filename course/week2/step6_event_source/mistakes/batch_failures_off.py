"""Forget the tick at Report batch item failures."""

from course.sandbox import Sandbox
from course.week2.step6_event_source.mistakes import change_source


def make(sandbox: Sandbox) -> None:
    """Let Lambda ignore the answer."""
    change_source(sandbox, FunctionResponseTypes=[])
