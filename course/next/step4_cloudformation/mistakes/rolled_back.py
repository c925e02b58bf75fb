"""Give the queue a name that SQS refuses."""

import contextlib

from botocore.exceptions import WaiterError

from course.next.step4_cloudformation.mistakes import changed_template
from course.next.step4_cloudformation.solve import QUEUE, make_stack
from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Write dots where only letters, digits, hyphens and underscores may be."""
    template = changed_template(f"QueueName: {QUEUE}", "QueueName: pipeline.code.events")
    with contextlib.suppress(WaiterError):
        make_stack(sandbox, template)
