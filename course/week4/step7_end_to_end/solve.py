"""Break parse-csv for one file, mend it, and see what became of the file."""

from typing import Final

from course.executions import executions
from course.sales import sales_file
from course.sandbox import Sandbox
from course.week3.step1_functions.solve import solve as mend
from course.week3.step2_policy.solve import MACHINE
from course.week4.step4_state_machine.solve import solve as mend_workflow
from provision.changes import Changes
from provision.waiting import poll

KEY: Final = "uploads/broken_parse.csv"
HANDLER: Final = "lambda_function.broken"
PATIENCE_SECONDS: Final = 90.0


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards one execution has failed in ParseCSV, and parse-csv works again."""
    changes.settle(
        f"execution about {KEY}",
        wanted=True,
        actual=_has_failed(sandbox) or None,
        apply=lambda: _break_and_upload(sandbox),
    )
    mend(sandbox, changes)
    mend_workflow(sandbox, changes)


def _has_failed(sandbox: Sandbox) -> bool:
    found = executions(
        sandbox.client("stepfunctions"), sandbox.arn("states", f"stateMachine:{MACHINE}")
    )
    return any(each.job.get("source_key") == KEY and each.status == "FAILED" for each in found)


def break_parse(sandbox: Sandbox) -> None:
    """Let parse-csv fail whatever it is given: its handler is not in its code."""
    client = sandbox.client("lambda")
    client.update_function_configuration(FunctionName="parse-csv", Handler=HANDLER)
    client.get_waiter("function_updated_v2").wait(FunctionName="parse-csv")


def _break_and_upload(sandbox: Sandbox) -> None:
    break_parse(sandbox)
    body = sales_file(sandbox.seed(KEY), 3).body
    sandbox.client("s3").put_object(Bucket=sandbox.raw_bucket, Key=KEY, Body=body)
    poll(lambda: _has_failed(sandbox), within=PATIENCE_SECONDS)
