"""Let an error of one record leave the function."""

from course.next.step5_kinesis.solve import CODE
from course.sandbox import Sandbox
from course.solving import change_code


def make(sandbox: Sandbox) -> None:
    """Fail the whole batch for one record."""
    change_code(
        sandbox,
        CODE,
        {"    except ValueError:\n        return None": "    except OSError:\n        return None"},
    )
