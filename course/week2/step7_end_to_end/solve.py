"""Upload the sample once more, and wait for its result."""

from typing import Final

from course.sales import SalesFile, sales_file
from course.sales_results import results
from course.sandbox import Sandbox
from course.week1.step5_sample.solve import KEY, ROWS
from course.week2.step4_validator.solve import solve as tell_validator
from provision.changes import Changes
from provision.waiting import poll

STEM: Final = "sample_sales"
PATIENCE_SECONDS: Final = 90.0


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards the sample's result is under processed/."""
    tell_validator(sandbox, changes)
    sample = sales_file(sandbox.seed(KEY), ROWS)
    changes.settle(
        f"result of {KEY}",
        wanted=True,
        actual=_is_processed(sandbox, sample) or None,
        apply=lambda: _upload_and_wait(sandbox, sample),
    )


def _is_processed(sandbox: Sandbox, sample: SalesFile) -> bool:
    found = results(sandbox.client("s3"), sandbox.processed_bucket, STEM)
    return any(each.adds_up_to(sample.rows, sample.revenue) for each in found)


def _upload_and_wait(sandbox: Sandbox, sample: SalesFile) -> None:
    sandbox.client("s3").put_object(Bucket=sandbox.raw_bucket, Key=KEY, Body=sample.body)
    poll(lambda: _is_processed(sandbox, sample), within=PATIENCE_SECONDS)
