"""What can be wrong with the sample file of step 5: one module a mistake."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from course.sales import sales_file
from course.week1.step5_sample.solve import KEY, ROWS

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def change_sample(sandbox: Sandbox, change: Callable[[str], bytes]) -> None:
    """Upload the sample with its text changed."""
    text = sales_file(sandbox.seed(KEY), ROWS).body.decode()
    sandbox.client("s3").put_object(Bucket=sandbox.raw_bucket, Key=KEY, Body=change(text))
