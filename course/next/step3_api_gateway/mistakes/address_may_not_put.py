"""Grant the table only: the function itself puts nothing."""

from course.next.step3_api_gateway.solve import FUNCTION, grants
from course.sandbox import Sandbox
from course.solving import ensure_own_role
from provision.changes import Changes


def make(sandbox: Sandbox) -> None:
    """Let addresses be given that may do nothing."""
    ensure_own_role(sandbox, Changes(), FUNCTION, grants(sandbox)[1:])
