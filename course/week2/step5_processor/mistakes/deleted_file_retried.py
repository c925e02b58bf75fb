"""Take a file that is gone for trouble that passes."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week2.step5_processor.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Let the message come again."""
    change_code(
        sandbox,
        CODE,
        {"    except s3.exceptions.NoSuchKey:": "    except ZeroDivisionError:"},
    )
