"""Start an execution of one name twice."""

import json

from botocore.exceptions import ClientError

from course.executions import final_status
from course.language import Text
from course.question import Tell
from course.sandbox import Sandbox
from course.week3.step2_policy.solve import MACHINE_ROLE

NAME = "pipeline-twice-experiment"
PATIENCE_SECONDS = 20.0


def run(sandbox: Sandbox, tell: Tell) -> str:
    """Let the first end, then start it again with another input; `b` when that is refused."""
    client = sandbox.client("stepfunctions")
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    machine = client.create_state_machine(
        name=NAME,
        definition=json.dumps(definition),
        roleArn=sandbox.role_arn(MACHINE_ROLE),
    )["stateMachineArn"]
    try:
        started = client.start_execution(stateMachineArn=machine, name="job-1", input='{"n": 1}')
        status = final_status(client, started["executionArn"], within=PATIENCE_SECONDS)
        tell(Text(th=f"job-1 จบแล้ว: {status}", en=f"job-1 has ended: {status}"))
        try:
            client.start_execution(stateMachineArn=machine, name="job-1", input='{"n": 2}')
        except ClientError as error:
            code = error.response["Error"]["Code"]
            tell(Text(th=f"ครั้งที่สอง: {code}", en=f"The second time: {code}"))
            return "b" if code == "ExecutionAlreadyExists" else "c"
        tell(Text(th="ครั้งที่สองก็เริ่มได้", en="The second time it started too."))
        return "a"
    finally:
        client.delete_state_machine(stateMachineArn=machine)
