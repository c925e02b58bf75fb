"""Choose Lambda as the trusted entity once more."""

import json

from course.sandbox import Sandbox
from course.solving import trust
from course.week3.step2_policy.solve import MACHINE_ROLE


def make(sandbox: Sandbox) -> None:
    """Let Lambda assume the role that Step Functions needs."""
    sandbox.client("iam").update_assume_role_policy(
        RoleName=MACHINE_ROLE, PolicyDocument=json.dumps(trust("lambda.amazonaws.com"))
    )
