"""Stop an execution while it waits inside a state that catches every error."""

import json

from course.executions import Execution, entered_states, final_status
from course.language import Text
from course.question import Tell
from course.sandbox import Sandbox
from course.week3.step2_policy.solve import MACHINE_ROLE
from provision.waiting import poll

NAME = "pipeline-stop-experiment"
PATIENCE_SECONDS = 20.0

WAITING = {"StartAt": "Work", "States": {"Work": {"Type": "Wait", "Seconds": 60, "End": True}}}
DEFINITION = {
    "StartAt": "Busy",
    "States": {
        "Busy": {
            "Type": "Parallel",
            "Branches": [WAITING],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "CleanUp"}],
            "End": True,
        },
        "CleanUp": {"Type": "Pass", "End": True},
    },
}


def run(sandbox: Sandbox, tell: Tell) -> str:
    """Stop it; `b` when it ended ABORTED and never came to CleanUp."""
    client = sandbox.client("stepfunctions")
    machine = client.create_state_machine(
        name=NAME,
        definition=json.dumps(DEFINITION),
        roleArn=sandbox.role_arn(MACHINE_ROLE),
    )["stateMachineArn"]
    try:
        arn = client.start_execution(stateMachineArn=machine)["executionArn"]
        execution = Execution(arn, "RUNNING", {}, "")
        poll(lambda: "Work" in entered_states(client, execution), within=PATIENCE_SECONDS)
        tell(Text(th="อยู่ใน Work แล้ว สั่งหยุด", en="It is in Work now. Stop it ..."))
        client.stop_execution(executionArn=arn)
        status = final_status(client, arn, within=PATIENCE_SECONDS)
        cleaned = "CleanUp" in entered_states(client, execution)
    finally:
        client.delete_state_machine(stateMachineArn=machine)
    tell(
        Text(
            th=f"จบเป็น {status} และ{'' if cleaned else 'ไม่'}ได้เข้า CleanUp",
            en=f"It ended {status}, and came to CleanUp: {'yes' if cleaned else 'no'}.",
        )
    )
    return "a" if cleaned else "b" if status == "ABORTED" else "c"
