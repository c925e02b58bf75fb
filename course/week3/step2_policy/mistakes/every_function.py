"""Allow every function, as AWSLambdaRole does."""

from course.sandbox import Sandbox
from course.solving import change_statement
from course.week3.step2_policy.solve import MACHINE_POLICY


def make(sandbox: Sandbox) -> None:
    """Allow invoking anything."""
    change_statement(
        sandbox,
        "InvokeTasks",
        policy=MACHINE_POLICY,
        Resource=["*"],
    )
