"""Forget the workflow's own role."""

from course.sandbox import Sandbox
from course.week3.step1_functions.solve import SIZES
from course.week3.step2_policy.solve import ensure_machine_role
from provision.changes import Changes


def make(sandbox: Sandbox) -> None:
    """Leave the workflow's policy as it was in week 3."""
    ensure_machine_role(sandbox, Changes(), *SIZES)
