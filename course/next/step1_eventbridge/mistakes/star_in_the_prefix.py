"""Write the prefix as IAM would have it."""

import json

from course.next.step1_eventbridge.solve import FAILED_FILES, objects_pattern
from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Match keys that begin with `failed/*`, of which there are none."""
    pattern = objects_pattern(sandbox, "failed/*")
    sandbox.client("events").put_rule(Name=FAILED_FILES, EventPattern=json.dumps(pattern))
