"""Catch every error, as the workshop does."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week2.step4_validator.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Log errors as results and let the invocation succeed."""
    change_code(
        sandbox,
        CODE,
        {
            'return {"results": [inspect(record) for record in event["Records"]]}': (
                "try:\n"
                '        return {"results": [inspect(each) for each in event["Records"]]}\n'
                "    except Exception as error:\n"
                '        return {"statusCode": 200, "error": type(error).__name__}'
            )
        },
    )
