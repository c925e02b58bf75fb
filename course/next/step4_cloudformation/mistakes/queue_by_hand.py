"""Make the queue by hand, and only the rest by the template."""

from course.next.step4_cloudformation.mistakes import changed_template
from course.next.step4_cloudformation.solve import QUEUE, make_stack
from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Have a queue that no template knows."""
    make_stack(sandbox, changed_template(f"QueueName: {QUEUE}", "QueueName: pipeline-code-other"))
    sandbox.client("sqs").create_queue(QueueName=QUEUE)
