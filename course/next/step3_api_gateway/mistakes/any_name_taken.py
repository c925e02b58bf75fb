"""Take any name."""

from course.next.step3_api_gateway.solve import CODE
from course.sandbox import Sandbox
from course.solving import change_code


def make(sandbox: Sandbox) -> None:
    """Let the caller choose where a key leads."""
    change_code(
        sandbox,
        CODE,
        {"if not isinstance(name, str) or not FILE_NAME.fullmatch(name):": "if not name:"},
    )
