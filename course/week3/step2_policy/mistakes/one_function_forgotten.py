"""Forget the function that good files never reach."""

from course.sandbox import Sandbox
from course.solving import change_statement
from course.week3.step1_functions.solve import SIZES
from course.week3.step2_policy.solve import MACHINE_POLICY


def make(sandbox: Sandbox) -> None:
    """Leave move-to-failed out."""
    change_statement(
        sandbox,
        "InvokeTasks",
        policy=MACHINE_POLICY,
        Resource=[
            sandbox.arn("lambda", f"function:{name}") for name in SIZES if name != "move-to-failed"
        ],
    )
