"""What can be wrong with the sample file of step 5: one module a mistake."""

from collections.abc import Callable

from course.sales import sales_file
from course.sandbox import Sandbox
from course.week1.step5_sample.solve import KEY, ROWS


def change_sample(sandbox: Sandbox, change: Callable[[str], bytes]) -> None:
    """Upload the sample with its text changed."""
    text = sales_file(sandbox.seed(KEY), ROWS).body.decode()
    sandbox.client("s3").put_object(Bucket=sandbox.raw_bucket, Key=KEY, Body=change(text))
