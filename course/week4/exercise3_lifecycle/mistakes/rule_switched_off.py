"""Make the rule and leave it disabled."""

from course.sandbox import Sandbox
from course.week4.exercise3_lifecycle.solve import RULE, put_rule


def make(sandbox: Sandbox) -> None:
    """Let nothing expire."""
    put_rule(sandbox, RULE | {"Status": "Disabled"})
