"""Write the statuses as one would speak of them."""

import json

from course.next.step1_eventbridge.solve import EXECUTIONS, executions_pattern
from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Match statuses that no event has."""
    pattern = executions_pattern(sandbox, ("succeeded", "failed", "timed_out", "aborted"))
    sandbox.client("events").put_rule(Name=EXECUTIONS, EventPattern=json.dumps(pattern))
