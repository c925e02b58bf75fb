"""Wait at the dead letter queue and never upload the file."""

from course.resources import Resource, remove
from course.sandbox import Sandbox
from course.week3.step2_policy.solve import MACHINE
from course.week4.step4_state_machine.solve import solve
from provision.changes import Changes


def make(sandbox: Sandbox) -> None:
    """Have a state machine that knows nothing of the file."""
    arn = sandbox.arn("states", f"stateMachine:{MACHINE}")
    remove(sandbox, Resource("state machine", arn))
    solve(sandbox, Changes())
