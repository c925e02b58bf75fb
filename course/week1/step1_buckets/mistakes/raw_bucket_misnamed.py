"""Choose another name than the policy of step 2 speaks of."""

from course.resources import Resource, remove
from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Name the raw bucket without `pipeline-` in front."""
    remove(sandbox, Resource("bucket", sandbox.raw_bucket))
    sandbox.client("s3").create_bucket(
        Bucket=sandbox.raw_bucket.removeprefix("pipeline-"),
        CreateBucketConfiguration={"LocationConstraint": sandbox.region},
    )
