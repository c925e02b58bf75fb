"""Leave S3 out of the role's policy."""

from course.next.step5_kinesis.solve import FUNCTION, grants
from course.sandbox import Sandbox
from course.solving import ensure_own_role
from provision.changes import Changes


def make(sandbox: Sandbox) -> None:
    """Let the function read orders that it may not write down."""
    reading, _, sending = grants(sandbox)
    ensure_own_role(sandbox, Changes(), FUNCTION, [reading, sending])
