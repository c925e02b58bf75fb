"""What can go wrong with the state machine of step 3: one module a mistake."""

import json

from course.sandbox import Sandbox
from course.state_machines import Definition, read_definition
from course.week3.step2_policy.solve import MACHINE
from course.week3.step3_state_machine.solve import DEFINITION


def solved(sandbox: Sandbox) -> Definition:
    """Return the definition of the solution, to be spoilt."""
    return read_definition(sandbox, DEFINITION)


def put(sandbox: Sandbox, definition: Definition) -> None:
    """Give the state machine another definition."""
    sandbox.client("stepfunctions").update_state_machine(
        stateMachineArn=sandbox.arn("states", f"stateMachine:{MACHINE}"),
        definition=json.dumps(definition),
    )
