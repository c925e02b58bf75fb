"""S3 lifecycle rules that really expire objects, by a clock that can be pushed.

LocalStack stores the rules and answers with an expiry date, also for a disabled rule, but deletes
nothing. Nobody waits 30 days to see that `failed/` is emptied, so the lab's clock can be moved
forward; only the lifecycle looks at it.
"""

from lab_engine.s3.lifecycle import expiry, page


def install() -> None:
    """Starts expiring objects and serves the page that moves the clock."""
    expiry.install()
    page.install()
