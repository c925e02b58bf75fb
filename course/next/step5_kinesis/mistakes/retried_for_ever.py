"""Keep Lambda's own number of retries, which is no number."""

from course.event_sources import ensure_event_source
from course.next.step5_kinesis.solve import FUNCTION, settings, stream_arn
from course.sandbox import Sandbox
from provision.changes import Changes


def make(sandbox: Sandbox) -> None:
    """Let one bad batch hold up its shard."""
    changed = {**settings(sandbox), "MaximumRetryAttempts": -1}
    ensure_event_source(sandbox, Changes(), FUNCTION, stream_arn(sandbox), changed)
