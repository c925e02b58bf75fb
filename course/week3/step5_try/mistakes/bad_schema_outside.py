"""Upload the file to the top of the bucket."""

from course.sandbox import Sandbox
from course.week3.step5_try.solve import BAD_BODY


def make(sandbox: Sandbox) -> None:
    """Have bad_schema.csv at the top, and nothing of it under failed/."""
    s3, bucket = sandbox.client("s3"), sandbox.raw_bucket
    for each in s3.list_objects_v2(Bucket=bucket, Prefix="failed/").get("Contents", ()):
        if "bad_schema" in each["Key"]:
            s3.delete_object(Bucket=bucket, Key=each["Key"])
    s3.put_object(Bucket=bucket, Key="bad_schema.csv", Body=BAD_BODY)
