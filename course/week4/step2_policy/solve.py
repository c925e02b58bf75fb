"""Grant publishing to the topic, and let the workflow invoke the function that does."""

from typing import Any

from course.sandbox import Sandbox
from course.solving import LAMBDA_POLICY, ensure_policy
from course.week3.step1_functions.solve import SIZES
from course.week3.step2_policy.solve import ensure_machine_role
from course.week4.step1_topic.solve import topic_arn
from provision.changes import Changes

FUNCTION = "send-notification"


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards functions may publish, and the workflow may invoke send-notification."""
    ensure_policy(sandbox, changes, LAMBDA_POLICY, [statement(sandbox)])
    ensure_machine_role(sandbox, changes, *SIZES, FUNCTION)


def statement(sandbox: Sandbox) -> dict[str, Any]:
    """Return what week 4 adds to the functions' policy."""
    return {
        "Sid": "PublishNotifications",
        "Effect": "Allow",
        "Action": ["sns:Publish"],
        "Resource": [topic_arn(sandbox)],
    }
