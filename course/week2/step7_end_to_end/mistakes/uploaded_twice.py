"""Upload the file a second time, to have it worked on twice."""

from course.sales import sales_file
from course.sales_results import results
from course.sandbox import Sandbox
from course.week2.step7_end_to_end.solve import PATIENCE_SECONDS, TWICE
from provision.waiting import poll


def make(sandbox: Sandbox) -> None:
    """Make another object of the same name: another job."""
    s3 = sandbox.client("s3")
    s3.put_object(
        Bucket=sandbox.raw_bucket, Key=TWICE, Body=sales_file(sandbox.seed(TWICE), 3).body
    )

    def has_two_results() -> bool:
        return len(list(results(s3, sandbox.processed_bucket, "twice"))) > 1

    poll(has_two_results, within=PATIENCE_SECONDS)
