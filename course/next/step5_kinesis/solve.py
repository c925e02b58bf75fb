"""Take orders from a stream, and let the pipeline have them as files."""

from pathlib import Path
from typing import Any, Final

from course.event_sources import ensure_event_source, remove_event_sources
from course.sandbox import Sandbox
from course.solving import Function, ensure_function, ensure_own_role, ensure_queue
from provision.changes import Changes
from provision.target import unless_missing

STREAM: Final = "pipeline-orders"
FUNCTION: Final = "gather-orders"
FAILURES: Final = "pipeline-orders-failures"
CODE: Final = Path(__file__).parent / "solution" / "gather_orders"
RETRIES: Final = 3
_READY: Final = {"Delay": 1, "MaxAttempts": 60}


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards orders put into the stream come out as results of the pipeline."""
    _ensure_stream(sandbox, changes)
    ensure_queue(sandbox, changes, FAILURES, {"MessageRetentionPeriod": 1209600})
    ensure_own_role(sandbox, changes, FUNCTION, grants(sandbox))
    variables = {"BUCKET_NAME": sandbox.raw_bucket}
    ensure_function(sandbox, changes, Function(CODE, 30, 128, variables, has_own_role=True))
    ensure_event_source(sandbox, changes, FUNCTION, stream_arn(sandbox), settings(sandbox))


def stream_arn(sandbox: Sandbox) -> str:
    """Return the stream's ARN."""
    return sandbox.arn("kinesis", f"stream/{STREAM}")


def settings(sandbox: Sandbox) -> dict[str, Any]:
    """Return how Lambda reads the stream."""
    return {
        "BatchSize": 100,
        "MaximumBatchingWindowInSeconds": 2,
        "MaximumRetryAttempts": RETRIES,
        "StartingPosition": "TRIM_HORIZON",
        "DestinationConfig": {"OnFailure": {"Destination": sandbox.arn("sqs", FAILURES)}},
    }


def grants(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Return what the function may do: Lambda reads the stream as the function's role."""
    return [
        {
            "Effect": "Allow",
            "Action": [
                "kinesis:DescribeStream",
                "kinesis:DescribeStreamSummary",
                "kinesis:GetRecords",
                "kinesis:GetShardIterator",
                "kinesis:ListShards",
            ],
            "Resource": [stream_arn(sandbox)],
        },
        {
            "Effect": "Allow",
            "Action": ["s3:PutObject"],
            "Resource": [f"arn:aws:s3:::{sandbox.raw_bucket}/uploads/*"],
        },
        {
            "Effect": "Allow",
            "Action": ["sqs:SendMessage"],
            "Resource": [sandbox.arn("sqs", FAILURES)],
        },
    ]


def _ensure_stream(sandbox: Sandbox, changes: Changes) -> None:
    client = sandbox.client("kinesis")
    found = unless_missing(
        lambda: client.describe_stream_summary(StreamName=STREAM)["StreamDescriptionSummary"],
        "ResourceNotFoundException",
    )

    def apply() -> None:
        # One that read an earlier stream of this name reads nothing of the new one, here as on AWS.
        remove_event_sources(sandbox, FUNCTION)
        client.create_stream(StreamName=STREAM, ShardCount=1)
        client.get_waiter("stream_exists").wait(StreamName=STREAM, WaiterConfig=_READY)

    changes.settle(f"stream {STREAM}", wanted=True, actual=bool(found) or None, apply=apply)
