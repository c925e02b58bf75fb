"""Write the queue's URL into the code, as the workshop does."""

from course.sandbox import Sandbox
from course.solving import change_code, queue_url
from course.week2.step2_main_queue.solve import MAIN_QUEUE
from course.week2.step4_validator.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Need no environment."""
    change_code(
        sandbox,
        CODE,
        {
            'os.environ["QUEUE_URL"]': repr(queue_url(sandbox, MAIN_QUEUE)),
            'os.environ["PROCESSED_BUCKET"]': repr(sandbox.processed_bucket),
        },
    )
    client = sandbox.client("lambda")
    client.update_function_configuration(
        FunctionName="csv-validator", Environment={"Variables": {}}
    )
    client.get_waiter("function_updated_v2").wait(FunctionName="csv-validator")
