"""Catch every error and return 200, as the workshop does."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week1.step3_function.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Log errors as results and let the invocation succeed."""
    change_code(
        sandbox,
        CODE,
        {
            'return {"results": [inspect(record["s3"]) for record in event["Records"]]}': (
                "try:\n"
                '        return {"results": [inspect(each["s3"]) for each in event["Records"]]}\n'
                "    except Exception as error:\n"
                '        return {"statusCode": 200, "error": str(error)}'
            )
        },
    )
