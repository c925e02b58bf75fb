"""Call the key what keys are often called."""

from course.next.step2_dynamodb.solve import create_table, remove_table
from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Make a table that no job fits into."""
    remove_table(sandbox)
    create_table(
        sandbox,
        {
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        },
    )
