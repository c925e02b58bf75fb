"""Attach AdministratorAccess, because then it works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.solving import LAMBDA_ROLE

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Allow the function everything."""
    sandbox.client("iam").attach_role_policy(
        RoleName=LAMBDA_ROLE, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
    )
