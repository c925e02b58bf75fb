"""Switch one block off, "just for a try"."""

from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Let bucket policies open the raw bucket to everyone."""
    sandbox.client("s3").put_public_access_block(
        Bucket=sandbox.raw_bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": False,
            "RestrictPublicBuckets": True,
        },
    )
