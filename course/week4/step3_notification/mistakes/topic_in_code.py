"""Write the topic's ARN into the code, as the workshop does."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week4.step1_topic.solve import topic_arn
from course.week4.step3_notification.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Need no environment."""
    change_code(sandbox, CODE, {'os.environ["TOPIC_ARN"]': repr(topic_arn(sandbox))})
    client = sandbox.client("lambda")
    client.update_function_configuration(
        FunctionName="send-notification", Environment={"Variables": {}}
    )
    client.get_waiter("function_updated_v2").wait(FunctionName="send-notification")
