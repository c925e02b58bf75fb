"""Let a Task fail that is retried three times, and time it."""

import json
import time

from course.executions import final_status
from course.language import Text
from course.question import Tell
from course.sandbox import Sandbox
from course.week3.step2_policy.solve import MACHINE_ROLE

NAME = "pipeline-backoff-experiment"
PATIENCE_SECONDS = 40.0
WAITS_SECONDS = 7
SLACK_SECONDS = 4


def run(sandbox: Sandbox, tell: Tell) -> str:
    """Run a state machine whose only Task can't succeed; `b` when it waited 1, 2 and 4 s."""
    client = sandbox.client("stepfunctions")
    rule = {
        "ErrorEquals": ["States.ALL"],
        "IntervalSeconds": 1,
        "BackoffRate": 2,
        "MaxAttempts": 3,
    }
    task = {
        "Type": "Task",
        "Resource": sandbox.arn("lambda", "function:pipeline-nobody"),
        "Retry": [rule],
        "End": True,
    }
    machine = client.create_state_machine(
        name=NAME,
        definition=json.dumps({"StartAt": "Fails", "States": {"Fails": task}}),
        roleArn=sandbox.role_arn(MACHINE_ROLE),
    )["stateMachineArn"]
    try:
        execution = client.start_execution(stateMachineArn=machine)["executionArn"]
        tell(Text(th="เรียกฟังก์ชันที่ไม่มีอยู่ รอจนยอมแพ้", en="A function that is not there ..."))
        began = time.monotonic()
        status = final_status(client, execution, within=PATIENCE_SECONDS)
        took_seconds = time.monotonic() - began
    finally:
        client.delete_state_machine(stateMachineArn=machine)
    tell(
        Text(th=f"{status} หลัง {took_seconds:.1f} วินาที", en=f"{status} after {took_seconds:.1f} s.")
    )
    return "b" if WAITS_SECONDS - 1 < took_seconds < WAITS_SECONDS + SLACK_SECONDS else "a"
