"""Grant moving files and starting the workflow, and make the workflow's own role."""

from typing import Any, Final

from course.sandbox import Sandbox
from course.solving import (
    LAMBDA_POLICY,
    ensure_attached,
    ensure_only_policies,
    ensure_policy,
    ensure_role,
)
from course.week3.step1_functions.solve import SIZES
from course.week3.step1_functions.solve import solve as make_functions
from provision.changes import Changes

MACHINE: Final = "ProcessCSVWorkflow"
MACHINE_ROLE: Final = "pipeline-stepfunctions-role"
MACHINE_POLICY: Final = "pipeline-stepfunctions-policy"


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards the functions may move and start, and the workflow may invoke them."""
    make_functions(sandbox, changes)
    ensure_policy(sandbox, changes, LAMBDA_POLICY, statements(sandbox))
    ensure_machine_role(sandbox, changes, *SIZES)


def statements(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Return what week 3 adds to the functions' policy."""
    raw = f"arn:aws:s3:::{sandbox.raw_bucket}"
    return [
        {
            "Sid": "PutUnderFailed",
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:PutObject"],
            "Resource": [f"{raw}/failed/*"],
        },
        {
            "Sid": "RemoveMovedUploads",
            "Effect": "Allow",
            "Action": ["s3:DeleteObject"],
            "Resource": [f"{raw}/uploads/*"],
        },
        {
            "Sid": "StartWorkflow",
            "Effect": "Allow",
            "Action": ["states:StartExecution"],
            "Resource": [sandbox.arn("states", f"stateMachine:{MACHINE}")],
        },
    ]


def ensure_machine_role(sandbox: Sandbox, changes: Changes, *functions: str) -> None:
    """Afterwards Step Functions may invoke these functions and nothing else."""
    ensure_role(sandbox, changes, MACHINE_ROLE, "states.amazonaws.com")
    invoke = {
        "Sid": "InvokeTasks",
        "Effect": "Allow",
        "Action": ["lambda:InvokeFunction"],
        "Resource": [sandbox.arn("lambda", f"function:{name}") for name in functions],
    }
    policy = ensure_policy(sandbox, changes, MACHINE_POLICY, [invoke])
    ensure_attached(sandbox, changes, MACHINE_ROLE, policy)
    ensure_only_policies(sandbox, changes, MACHINE_ROLE, policy)
