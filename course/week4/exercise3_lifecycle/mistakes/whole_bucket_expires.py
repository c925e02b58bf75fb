"""Leave the prefix out."""

from course.sandbox import Sandbox
from course.week4.exercise3_lifecycle.solve import RULE, put_rule


def make(sandbox: Sandbox) -> None:
    """Let everything expire."""
    put_rule(sandbox, RULE | {"Filter": {"Prefix": ""}})
