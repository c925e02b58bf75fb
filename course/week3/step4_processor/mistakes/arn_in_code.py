"""Write the state machine's ARN into the code, as the workshop does."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week3.step2_policy.solve import MACHINE
from course.week3.step4_processor.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Need no environment."""
    arn = sandbox.arn("states", f"stateMachine:{MACHINE}")
    change_code(sandbox, CODE, {'os.environ["STATE_MACHINE_ARN"]': repr(arn)})
    client = sandbox.client("lambda")
    client.update_function_configuration(
        FunctionName="csv-processor", Environment={"Variables": {}}
    )
    client.get_waiter("function_updated_v2").wait(FunctionName="csv-processor")
