"""Upload the sample once more, and wait for its result; let one message come twice."""

from typing import Final

from course.evidence import invocations
from course.sales import SalesFile, sales_file
from course.sales_results import results
from course.sandbox import Sandbox
from course.switches import lose_an_answer
from course.week1.step5_sample.solve import KEY, ROWS
from course.week2.step4_validator.solve import solve as tell_validator
from provision.changes import Changes
from provision.waiting import poll

STEM: Final = "sample_sales"
PROCESSOR: Final = "csv-processor"
TWICE: Final = "uploads/twice.csv"
PATIENCE_SECONDS: Final = 90.0


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards two files have their results, and one was worked on twice."""
    tell_validator(sandbox, changes)
    sample = sales_file(sandbox.seed(KEY), ROWS)
    changes.settle(
        f"result of {KEY}",
        wanted=True,
        actual=_is_processed(sandbox, sample) or None,
        apply=lambda: _upload_and_wait(sandbox, sample),
    )
    changes.settle(
        f"{TWICE} worked on twice",
        wanted=True,
        actual=_came_twice(sandbox) or None,
        apply=lambda: _let_it_come_twice(sandbox, sample),
    )


def _is_processed(sandbox: Sandbox, sample: SalesFile) -> bool:
    found = results(sandbox.client("s3"), sandbox.processed_bucket, STEM)
    return any(each.adds_up_to(sample.rows, sample.revenue) for each in found)


def _upload_and_wait(sandbox: Sandbox, sample: SalesFile) -> None:
    sandbox.client("s3").put_object(Bucket=sandbox.raw_bucket, Key=KEY, Body=sample.body)
    poll(lambda: _is_processed(sandbox, sample), within=PATIENCE_SECONDS)


def _came_twice(sandbox: Sandbox) -> bool:
    logged = invocations(sandbox.client("logs"), PROCESSOR)
    return sum(each.mentions(TWICE) for each in logged) > 1


def _let_it_come_twice(sandbox: Sandbox, sample: SalesFile) -> None:
    """Lose the answer of the next invocation: the message comes again when it is visible again."""
    lose_an_answer(sandbox, PROCESSOR)
    sandbox.client("s3").put_object(Bucket=sandbox.raw_bucket, Key=TWICE, Body=sample.body)
    hidden = sandbox.times.visibility_seconds + sandbox.times.window_seconds
    poll(lambda: _came_twice(sandbox), within=PATIENCE_SECONDS + hidden)
