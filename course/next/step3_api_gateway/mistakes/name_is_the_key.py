"""Make the key of the name alone."""

from course.next.step3_api_gateway.solve import CODE
from course.sandbox import Sandbox
from course.solving import change_code


def make(sandbox: Sandbox) -> None:
    """Let a second upload of a name write over the first."""
    change_code(
        sandbox, CODE, {'key = f"uploads/{uuid.uuid4().hex[:8]}-{name}"': 'key = f"uploads/{name}"'}
    )
