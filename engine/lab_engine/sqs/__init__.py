"""The SQS event source mapping as Lambda runs it, and what SQS reports to CloudWatch.

LocalStack ignores a batch window of up to 20 seconds and MaximumConcurrency, processes one batch
after the other, and accepts a function that may run longer than its messages stay invisible, which
Lambda refuses.
"""

from lab_engine.sqs import batching, metrics, visibility_rule


def install() -> None:
    """Replaces the polling of queues, completes the checks of a mapping, and measures queues."""
    batching.install()
    visibility_rule.install()
    metrics.install()
