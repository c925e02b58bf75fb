"""Upload a sales file of 1,000 rows and wait until csv-validator has logged it."""

from typing import Final

from course.evidence import invocations
from course.sales import sales_file
from course.sandbox import Sandbox
from provision.changes import Changes
from provision.waiting import poll

FUNCTION: Final = "csv-validator"
KEY: Final = "uploads/long.csv"
ROWS: Final = 1000
PATIENCE_SECONDS: Final = 30.0


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards the log tells of a file with 1,000 rows."""
    changes.settle(
        f"log of {ROWS} rows",
        wanted=True,
        actual=_is_logged(sandbox, ROWS) or None,
        apply=lambda: upload_and_wait(sandbox, ROWS),
    )


def upload_and_wait(sandbox: Sandbox, rows: int) -> None:
    """Upload a file of so many rows and wait until the log tells of it."""
    body = sales_file(sandbox.seed(KEY), rows).body
    sandbox.client("s3").put_object(Bucket=sandbox.raw_bucket, Key=KEY, Body=body)
    poll(lambda: _is_logged(sandbox, rows), within=PATIENCE_SECONDS)


def _is_logged(sandbox: Sandbox, rows: int) -> bool:
    logged = invocations(sandbox.client("logs"), FUNCTION)
    return any(each.tells_rows(rows) for each in logged)
