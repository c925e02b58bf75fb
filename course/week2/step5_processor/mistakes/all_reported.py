"""Report the batch when one of it fails."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week2.step5_processor.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Name every message of the batch."""
    change_code(
        sandbox,
        CODE,
        {
            'return {"batchItemFailures": failures}': (
                'everyone = [{"itemIdentifier": each["messageId"]} for each in event["Records"]]\n'
                '    return {"batchItemFailures": everyone if failures else []}'
            )
        },
    )
