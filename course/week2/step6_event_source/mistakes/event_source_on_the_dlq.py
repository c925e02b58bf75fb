"""Choose the other queue of the list."""

from course.resources import inventory, remove
from course.sandbox import Sandbox
from course.solving import change_statement
from course.week2.step1_dlq.solve import DLQ
from course.week2.step2_main_queue.solve import MAIN_QUEUE
from course.week2.step6_event_source.solve import FUNCTION


def make(sandbox: Sandbox) -> None:
    """Take messages from the dead letter queue, with the workshop's grant on both queues."""
    for each in inventory(sandbox):
        if each.kind == "event source":
            remove(sandbox, each)
    queues = [sandbox.arn("sqs", MAIN_QUEUE), sandbox.arn("sqs", DLQ)]
    change_statement(sandbox, "TakeJobs", Resource=queues)
    sandbox.client("lambda").create_event_source_mapping(
        EventSourceArn=sandbox.arn("sqs", DLQ), FunctionName=FUNCTION
    )
