"""Write the attribute's name into the expression."""

from course.next.step2_dynamodb.solve import CODE
from course.sandbox import Sandbox
from course.solving import change_code


def make(sandbox: Sandbox) -> None:
    """Let DynamoDB refuse each update."""
    change_code(
        sandbox,
        CODE,
        {
            "SET #status = :status": "SET status = :status",
            '        "ExpressionAttributeNames": {"#status": "status"},\n': "",
        },
    )
