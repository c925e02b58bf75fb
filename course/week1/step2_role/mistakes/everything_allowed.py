"""Attach AdministratorAccess, because then it works."""

from course.sandbox import Sandbox
from course.solving import LAMBDA_ROLE


def make(sandbox: Sandbox) -> None:
    """Allow the function everything."""
    sandbox.client("iam").attach_role_policy(
        RoleName=LAMBDA_ROLE, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
    )
