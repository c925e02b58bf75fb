"""Match the bucket and forget the key."""

import json

from course.next.step1_eventbridge.solve import FAILED_FILES, objects_pattern
from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Tell of every new object as of a failed file."""
    pattern = objects_pattern(sandbox, "")
    sandbox.client("events").put_rule(Name=FAILED_FILES, EventPattern=json.dumps(pattern))
