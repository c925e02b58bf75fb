"""Make the role that Lambda assumes, and a policy with one statement for each thing it does."""

from typing import Any

from course.sandbox import Sandbox
from course.solving import (
    LAMBDA_POLICY,
    LAMBDA_ROLE,
    ensure_attached,
    ensure_only_policies,
    ensure_policy,
    ensure_role,
)
from provision.changes import Changes


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards the role is there with this week's three statements and nothing wider."""
    ensure_role(sandbox, changes, LAMBDA_ROLE, "lambda.amazonaws.com")
    policy = ensure_policy(sandbox, changes, LAMBDA_POLICY, statements(sandbox))
    ensure_attached(sandbox, changes, LAMBDA_ROLE, policy)
    ensure_only_policies(sandbox, changes, LAMBDA_ROLE, policy)


def statements(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Return what the role may do in week 1."""
    return [
        {
            "Sid": "ReadFromRawBucket",
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": [f"arn:aws:s3:::{sandbox.raw_bucket}/uploads/*"],
        },
        {
            "Sid": "WriteToProcessedBucket",
            "Effect": "Allow",
            "Action": ["s3:PutObject"],
            "Resource": [f"arn:aws:s3:::{sandbox.processed_bucket}/*"],
        },
        {
            "Sid": "CloudWatchLogs",
            "Effect": "Allow",
            "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": [sandbox.arn("logs", "*")],
        },
    ]
