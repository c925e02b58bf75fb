"""Name the role after the function alone."""

import json

from course.resources import Resource, remove
from course.sandbox import Sandbox
from course.solving import LAMBDA_ROLE, trust


def make(sandbox: Sandbox) -> None:
    """Make the role under another name."""
    remove(sandbox, Resource("role", LAMBDA_ROLE))
    sandbox.client("iam").create_role(
        RoleName="csv-lambda-role",
        AssumeRolePolicyDocument=json.dumps(trust("lambda.amazonaws.com")),
    )
