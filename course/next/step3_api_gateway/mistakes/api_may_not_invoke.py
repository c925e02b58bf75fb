"""Forget the permission."""

from course.next.step3_api_gateway.solve import FUNCTION, SERVICE
from course.sandbox import Sandbox
from course.solving import permission_id


def make(sandbox: Sandbox) -> None:
    """Let Lambda refuse what API Gateway asks."""
    sandbox.client("lambda").remove_permission(
        FunctionName=FUNCTION, StatementId=permission_id(SERVICE)
    )
