"""Put an API before the pipeline: an address to upload to, and how far a job is."""

from pathlib import Path
from typing import Any, Final

from course.next.step2_dynamodb.solve import TABLE
from course.rest_apis import ensure_api
from course.sandbox import Sandbox
from course.solving import Function, ensure_function, ensure_own_role, ensure_permission
from provision.changes import Changes

API: Final = "pipeline-api"
FUNCTION: Final = "serve-api"
PATHS: Final = {"/uploads": "post", "/jobs": "get"}
INDEX: Final = "by-source-key"
INDEXED: Final = "source_key"
CODE: Final = Path(__file__).parent / "solution" / "serve_api"
SERVICE: Final = "apigateway.amazonaws.com"


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards whoever has the address can upload, and ask what became of it."""
    _ensure_index(sandbox, changes)
    ensure_own_role(sandbox, changes, FUNCTION, grants(sandbox))
    variables = {"BUCKET_NAME": sandbox.raw_bucket, "TABLE_NAME": TABLE}
    ensure_function(sandbox, changes, Function(CODE, 10, 256, variables, has_own_role=True))
    api = ensure_api(sandbox, changes, API, PATHS, FUNCTION)
    source = sandbox.arn("execute-api", f"{api}/*")
    ensure_permission(sandbox, changes, FUNCTION, SERVICE, source)


def grants(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Return what the function may do. An address that it signs may do no more than it may."""
    return [
        {
            "Effect": "Allow",
            "Action": ["s3:PutObject"],
            "Resource": [f"arn:aws:s3:::{sandbox.raw_bucket}/uploads/*"],
        },
        {
            "Effect": "Allow",
            "Action": ["dynamodb:Query"],
            "Resource": [sandbox.arn("dynamodb", f"table/{TABLE}/index/{INDEX}")],
        },
    ]


def create_index(sandbox: Sandbox, projection: str) -> None:
    """Add the index to the table, with all attributes in it (`ALL`) or its keys only."""
    sandbox.client("dynamodb").update_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": INDEXED, "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[
            {
                "Create": {
                    "IndexName": INDEX,
                    "KeySchema": [{"AttributeName": INDEXED, "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": projection},
                }
            }
        ],
    )


def remove_index(sandbox: Sandbox) -> None:
    """Take the index away."""
    sandbox.client("dynamodb").update_table(
        TableName=TABLE, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": INDEX}}]
    )


def _ensure_index(sandbox: Sandbox, changes: Changes) -> None:
    table = sandbox.client("dynamodb").describe_table(TableName=TABLE)["Table"]
    found = [
        each["Projection"]["ProjectionType"]
        for each in table.get("GlobalSecondaryIndexes", ())
        if each["IndexName"] == INDEX
    ]

    def apply() -> None:
        if found:
            remove_index(sandbox)
        create_index(sandbox, "ALL")

    changes.settle(f"index {INDEX}", wanted=["ALL"], actual=found or None, apply=apply)
