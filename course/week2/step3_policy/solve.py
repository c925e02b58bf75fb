"""Grant what the two functions do with the queue, and no more."""

from typing import Any

from course.sandbox import Sandbox
from course.solving import LAMBDA_POLICY, ensure_policy
from course.week2.step2_main_queue.solve import MAIN_QUEUE
from provision.changes import Changes


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards the policy has three more statements."""
    ensure_policy(sandbox, changes, LAMBDA_POLICY, statements(sandbox))


def statements(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Return what week 2 adds."""
    queue = sandbox.arn("sqs", MAIN_QUEUE)
    return [
        {
            "Sid": "SendJobs",
            "Effect": "Allow",
            "Action": ["sqs:SendMessage"],
            "Resource": [queue],
        },
        {
            "Sid": "TakeJobs",
            "Effect": "Allow",
            "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
            "Resource": [queue],
        },
        {
            "Sid": "KnowMissingFromForbidden",
            "Effect": "Allow",
            "Action": ["s3:ListBucket"],
            "Resource": [f"arn:aws:s3:::{sandbox.raw_bucket}"],
        },
    ]
