"""Switch the rule off, as one does to have peace for a while."""

from course.next.step1_eventbridge.solve import EXECUTIONS
from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Let nobody be told of executions."""
    sandbox.client("events").disable_rule(Name=EXECUTIONS)
