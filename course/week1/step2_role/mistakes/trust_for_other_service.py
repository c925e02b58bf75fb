"""Choose another service as the trusted entity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import json

from course.solving import LAMBDA_ROLE, trust

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Let S3 assume the role, because files come from there."""
    sandbox.client("iam").update_assume_role_policy(
        RoleName=LAMBDA_ROLE, PolicyDocument=json.dumps(trust("s3.amazonaws.com"))
    )
