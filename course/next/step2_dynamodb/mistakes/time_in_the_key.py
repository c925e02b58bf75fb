"""Put the time into the key, to sort by it."""

from course.next.step2_dynamodb.solve import KEY, create_table, remove_table
from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Make an item of each event."""
    remove_table(sandbox)
    names = {KEY: "HASH", "updated_at": "RANGE"}
    create_table(
        sandbox,
        {
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": "S"} for name in names
            ],
            "KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in names.items()],
        },
    )
