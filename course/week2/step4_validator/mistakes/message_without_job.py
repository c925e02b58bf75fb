"""Send the file's name and nothing else."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week2.step4_validator.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Let the message be the name of the file."""
    change_code(
        sandbox,
        CODE,
        {"json.dumps(job, ensure_ascii=False)": 'json.dumps({"file": key})'},
    )
