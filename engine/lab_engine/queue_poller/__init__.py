"""The SQS event source mapping as Lambda runs it.

LocalStack ignores a batch window of up to 20 seconds and MaximumConcurrency, processes one batch
after the other, and accepts a function that may run longer than its messages stay invisible, which
Lambda refuses.
"""

from lab_engine.queue_poller import batching, visibility_rule


def install() -> None:
    """Replaces the polling of queues and completes the checks of a mapping."""
    batching.install()
    visibility_rule.install()
