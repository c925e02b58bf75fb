"""Make the policy and forget to attach it."""

from course.resources import Resource, remove
from course.sandbox import Sandbox
from course.solving import LAMBDA_POLICY, LAMBDA_ROLE


def make(sandbox: Sandbox) -> None:
    """Detach the policy from the role."""
    arn = sandbox.policy_arn(LAMBDA_POLICY)
    remove(sandbox, Resource("attachment", f"{LAMBDA_ROLE}={arn}"))
