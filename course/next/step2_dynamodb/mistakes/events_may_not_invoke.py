"""Forget the permission."""

from course.next.step2_dynamodb.solve import FUNCTION, SERVICE
from course.sandbox import Sandbox
from course.solving import permission_id


def make(sandbox: Sandbox) -> None:
    """Let Lambda refuse what EventBridge sends."""
    sandbox.client("lambda").remove_permission(
        FunctionName=FUNCTION, StatementId=permission_id(SERVICE)
    )
