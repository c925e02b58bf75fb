"""Begin a new trace for the subsegment."""

from course.next.step6_xray.solve import CODE
from course.sandbox import Sandbox
from course.solving import change_code


def make(sandbox: Sandbox) -> None:
    """Annotate a trace in which the job is not."""
    made = '"trace_id": f"1-{int(began):08x}-{secrets.token_hex(12)}",'
    change_code(sandbox, CODE, {'"trace_id": header["Root"],': made})
