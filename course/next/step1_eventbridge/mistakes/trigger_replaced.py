"""Put only what is new into the bucket's notification."""

from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Let uploads call nobody."""
    sandbox.client("s3").put_bucket_notification_configuration(
        Bucket=sandbox.raw_bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
