"""Take the first item without looking whether there is one."""

from course.next.step3_api_gateway.solve import CODE
from course.sandbox import Sandbox
from course.solving import change_code


def make(sandbox: Sandbox) -> None:
    """Fail about an upload that nobody knows."""
    change_code(
        sandbox,
        CODE,
        {"    if not found:\n": "    if found is None:\n"},
    )
