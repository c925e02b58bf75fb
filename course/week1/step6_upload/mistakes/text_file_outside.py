"""Upload the text file beside the folder."""

from course.evidence import log_group
from course.resources import Resource, remove
from course.sandbox import Sandbox
from course.week1.step5_sample.solve import KEY
from course.week1.step6_upload.solve import FUNCTION, TEXT_KEY, sample, upload_and_wait


def make(sandbox: Sandbox) -> None:
    """Put test.txt at the top of the bucket."""
    s3 = sandbox.client("s3")
    remove(sandbox, Resource("log group", log_group(FUNCTION)))
    s3.delete_object(Bucket=sandbox.raw_bucket, Key=TEXT_KEY)
    s3.put_object(Bucket=sandbox.raw_bucket, Key="test.txt", Body=b"This is no table.\n")
    upload_and_wait(sandbox, KEY, sample(sandbox))
