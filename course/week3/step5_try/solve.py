"""Upload the sample and a file that lacks columns, and wait for what becomes of both."""

from collections.abc import Callable
from typing import Final

from course.executions import executions
from course.sales import sales_file
from course.sandbox import Sandbox
from course.week1.step5_sample.solve import KEY, ROWS
from course.week3.step1_functions.solve import solve as make_functions
from course.week3.step2_policy.solve import MACHINE
from provision.changes import Changes
from provision.waiting import poll

BAD_KEY: Final = "uploads/bad_schema.csv"
BAD_BODY: Final = b"name,product,qty,amount\nAlice,Widget A,5,250\n"
PATIENCE_SECONDS: Final = 90.0


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards an execution about the sample succeeded, and one about the other file failed."""
    make_functions(sandbox, changes)
    sample = sales_file(sandbox.seed(KEY), ROWS).body
    changes.settle(
        f"execution about {KEY}",
        wanted=True,
        actual=_has_ended(sandbox, KEY, "SUCCEEDED") or None,
        apply=lambda: _upload(sandbox, KEY, sample, lambda: _has_ended(sandbox, KEY, "SUCCEEDED")),
    )
    changes.settle(
        f"{BAD_KEY} under failed/",
        wanted=True,
        actual=_is_moved(sandbox) or None,
        apply=lambda: _upload(sandbox, BAD_KEY, BAD_BODY, lambda: _is_moved(sandbox)),
    )


def _is_moved(sandbox: Sandbox) -> bool:
    s3, bucket = sandbox.client("s3"), sandbox.raw_bucket
    found = s3.list_objects_v2(Bucket=bucket, Prefix="failed/").get("Contents", ())
    there = any("bad_schema" in each["Key"] for each in found)
    stays = s3.list_objects_v2(Bucket=bucket, Prefix=BAD_KEY)["KeyCount"]
    return there and not stays and _has_ended(sandbox, BAD_KEY, "FAILED")


def _has_ended(sandbox: Sandbox, key: str, status: str) -> bool:
    machine = sandbox.arn("states", f"stateMachine:{MACHINE}")
    found = executions(sandbox.client("stepfunctions"), machine)
    newest = next((each for each in found if each.job.get("source_key") == key), None)
    return newest is not None and newest.status == status


def _upload(sandbox: Sandbox, key: str, body: bytes, is_done: Callable[[], bool]) -> None:
    sandbox.client("s3").put_object(Bucket=sandbox.raw_bucket, Key=key, Body=body)
    poll(is_done, within=PATIENCE_SECONDS)
