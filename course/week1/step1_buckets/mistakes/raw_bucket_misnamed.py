"""Choose another name than the policy of step 2 speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.resources import Resource, remove

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Name the raw bucket without `pipeline-` in front."""
    remove(sandbox, Resource("bucket", sandbox.raw_bucket))
    sandbox.client("s3").create_bucket(
        Bucket=sandbox.raw_bucket.removeprefix("pipeline-"),
        CreateBucketConfiguration={"LocationConstraint": sandbox.region},
    )
