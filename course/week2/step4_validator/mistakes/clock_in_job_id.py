"""Make the job's name of the clock and the file's name, as the workshop does."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week2.step4_validator.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Name the job by the clock."""
    change_code(
        sandbox,
        CODE,
        {
            '"job-" + hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]': (
                "f\"job-{__import__('time').time_ns()}-{facts[1]}\""
            )
        },
    )
