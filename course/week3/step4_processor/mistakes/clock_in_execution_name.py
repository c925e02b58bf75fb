"""Name the execution by the clock, as the workshop's job ids do."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week3.step4_processor.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Start an execution each time."""
    change_code(
        sandbox,
        CODE,
        {"""f"execution-{job['job_id']}",""": "f\"execution-{__import__('time').time_ns()}\","},
    )
