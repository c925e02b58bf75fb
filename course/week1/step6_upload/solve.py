"""Upload the sample and a text file, and wait until csv-validator has logged both."""

from typing import Final

from course.evidence import invocations
from course.sales import sales_file
from course.sandbox import Sandbox
from course.week1.step5_sample.solve import KEY, ROWS
from provision.changes import Changes
from provision.waiting import poll

FUNCTION: Final = "csv-validator"
TEXT_KEY: Final = "uploads/test.txt"
PATIENCE_SECONDS: Final = 30.0


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards the log tells of both files."""
    for key, body in ((KEY, sample(sandbox)), (TEXT_KEY, b"This is no table.\n")):
        changes.settle(
            f"log of {key}",
            wanted=True,
            actual=_is_logged(sandbox, key) or None,
            apply=lambda key=key, body=body: upload_and_wait(sandbox, key, body),  # type: ignore[misc]
        )


def sample(sandbox: Sandbox) -> bytes:
    """Return the student's own sample."""
    return sales_file(sandbox.seed(KEY), ROWS).body


def upload_and_wait(sandbox: Sandbox, key: str, body: bytes) -> None:
    """Put an object and wait until csv-validator's log tells of it."""
    sandbox.client("s3").put_object(Bucket=sandbox.raw_bucket, Key=key, Body=body)
    poll(lambda: _is_logged(sandbox, key), within=PATIENCE_SECONDS)


def _is_logged(sandbox: Sandbox, key: str) -> bool:
    return any(each.mentions(key) for each in invocations(sandbox.client("logs"), FUNCTION))
