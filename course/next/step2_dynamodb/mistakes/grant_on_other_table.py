"""Grant it on a table of another name."""

from course.next.step2_dynamodb.solve import FUNCTION, grant
from course.sandbox import Sandbox
from course.solving import ensure_own_role
from provision.changes import Changes


def make(sandbox: Sandbox) -> None:
    """Leave the function without a right on its table."""
    ensure_own_role(sandbox, Changes(), FUNCTION, [grant(sandbox, "jobs")])
