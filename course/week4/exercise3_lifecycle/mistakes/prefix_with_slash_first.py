"""Write the prefix as a path."""

from course.sandbox import Sandbox
from course.week4.exercise3_lifecycle.solve import RULE, put_rule


def make(sandbox: Sandbox) -> None:
    """Let a rule fit no key."""
    put_rule(sandbox, RULE | {"Filter": {"Prefix": "/failed/"}})
