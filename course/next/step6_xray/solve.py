"""Trace the pipeline's jobs: let its roles send, switch it on, and tell each trace its job."""

from pathlib import Path
from typing import Any, Final

from course.sandbox import Sandbox
from course.solving import (
    LAMBDA_ROLE,
    UPDATED,
    ensure_attached,
    ensure_code,
)
from course.week3.step2_policy.solve import MACHINE, MACHINE_ROLE
from provision.archive import folder_zip
from provision.changes import Changes
from provision.propagation import once_granted

CODE: Final = Path(__file__).parent / "solution" / "parse_csv"
POLICY: Final = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"
FIRST: Final = "csv-processor"
"""The function in which the trace of a job begins."""
FUNCTIONS: Final = (
    FIRST,
    "parse-csv",
    "validate-schema",
    "transform-data",
    "move-to-failed",
    "send-notification",
)
_POLL: Final = {"Delay": 0.2, "MaxAttempts": 300}


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards each job is one trace, which its job id finds."""
    for role in (LAMBDA_ROLE, MACHINE_ROLE):
        ensure_attached(sandbox, changes, role, POLICY)
    for function in FUNCTIONS:
        ensure_tracing(sandbox, changes, function, "Active")
    ensure_machine_tracing(sandbox, changes, enabled=True)
    ensure_code(sandbox, changes, "parse-csv", folder_zip(CODE))


def ensure_tracing(sandbox: Sandbox, changes: Changes, function: str, mode: str) -> None:
    """Afterwards a function traces in this mode."""
    client = sandbox.client("lambda")
    found = client.get_function_configuration(FunctionName=function)

    def apply() -> None:
        once_granted(
            lambda: client.update_function_configuration(
                FunctionName=function, TracingConfig={"Mode": mode}
            )
        )
        client.get_waiter(UPDATED).wait(FunctionName=function, WaiterConfig=_POLL)

    actual = found.get("TracingConfig", {}).get("Mode")
    changes.settle(f"tracing of {function}", wanted=mode, actual=actual, apply=apply)


def ensure_machine_tracing(sandbox: Sandbox, changes: Changes, *, enabled: bool) -> None:
    """Afterwards the state machine traces, or does not."""
    client = sandbox.client("stepfunctions")
    arn = sandbox.arn("states", f"stateMachine:{MACHINE}")
    found = client.describe_state_machine(stateMachineArn=arn)
    wanted: dict[str, Any] = {"enabled": enabled}
    changes.settle(
        f"tracing of {MACHINE}",
        wanted=wanted,
        actual=found.get("tracingConfiguration"),
        apply=lambda: client.update_state_machine(stateMachineArn=arn, tracingConfiguration=wanted),
    )
