"""Let csv-processor start the workflow instead of doing the work itself."""

from pathlib import Path
from typing import Final

from course.sandbox import Sandbox
from course.solving import Function, ensure_function
from course.week3.step2_policy.solve import MACHINE
from provision.changes import Changes

CODE: Final = Path(__file__).parent / "solution" / "csv_processor"


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards each message is an execution."""
    environment = {"STATE_MACHINE_ARN": sandbox.arn("states", f"stateMachine:{MACHINE}")}
    function = Function(CODE, timeout_seconds=10, memory_mb=256, environment=environment)
    ensure_function(sandbox, changes, function)
