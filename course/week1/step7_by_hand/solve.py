"""Invoke csv-validator with the event of a file that was never uploaded, and say what refused."""

import json
from typing import Final

from course.evidence import invocations
from course.s3_event import s3_event
from course.sandbox import Sandbox
from provision.changes import Changes
from provision.waiting import poll

FUNCTION: Final = "csv-validator"
KEY: Final = "uploads/not-there.csv"
PATIENCE_SECONDS: Final = 30.0
TAG: Final = "refused"
REFUSED: Final = "s3:ListBucket"
"""Who may not list a bucket is not told that a file is missing."""


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards the log tells of the file that is not there, and a tag of why it was refused."""
    s3 = sandbox.client("s3")
    found = s3.list_objects_v2(Bucket=sandbox.raw_bucket, Prefix=KEY)["KeyCount"]
    changes.settle(
        f"no {KEY}",
        wanted=0,
        actual=found,
        apply=lambda: s3.delete_object(Bucket=sandbox.raw_bucket, Key=KEY),
    )
    changes.settle(
        f"invocation about {KEY}",
        wanted=True,
        actual=_is_logged(sandbox) or None,
        apply=lambda: _invoke(sandbox),
    )
    client, arn = sandbox.client("lambda"), sandbox.arn("lambda", f"function:{FUNCTION}")
    changes.settle(
        f"tag {TAG} of {FUNCTION}",
        wanted=REFUSED,
        actual=client.list_tags(Resource=arn)["Tags"].get(TAG),
        apply=lambda: client.tag_resource(Resource=arn, Tags={TAG: REFUSED}),
    )


def _invoke(sandbox: Sandbox) -> None:
    event = s3_event(sandbox.raw_bucket, KEY, 312, sandbox.region)
    sandbox.client("lambda").invoke(FunctionName=FUNCTION, Payload=json.dumps(event))
    poll(lambda: _is_logged(sandbox), within=PATIENCE_SECONDS)


def _is_logged(sandbox: Sandbox) -> bool:
    return any(each.mentions(KEY) for each in invocations(sandbox.client("logs"), FUNCTION))
