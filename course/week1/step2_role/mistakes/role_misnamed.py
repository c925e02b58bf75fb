"""Name the role after the function alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import json

from course.resources import Resource, remove
from course.solving import LAMBDA_ROLE, trust

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Make the role under another name."""
    remove(sandbox, Resource("role", LAMBDA_ROLE))
    sandbox.client("iam").create_role(
        RoleName="csv-lambda-role",
        AssumeRolePolicyDocument=json.dumps(trust("lambda.amazonaws.com")),
    )
