"""Which part of the lab a sampled stack belongs to, by the modules in it.

A stack is read from the innermost frame outwards, and the first module that the table knows
decides. What any part may call (the standard library, `localstack.utils`, JSON) is not in the
table, so it counts for its caller.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

HTTP = "HTTP: connections, requests, answers"
GATEWAY = "gateway: parse, route, serialize"
CALLS = "calls from service to service"
IAM = "IAM"
S3 = "S3"
SQS = "SQS"
INVOKE = "Lambda: invoke and processes"
RUNTIME_API = "Lambda: Runtime API"
ASYNCHRONOUS = "Lambda: asynchronous events"
POLLER = "Lambda: queue poller"
LOGS = "logs"
WORKFLOW = "Step Functions"
MAIL = "SNS and mail"
METRICS = "metrics and alarms"
SAVING = "saving the cloud"
FAULTS = "faults"
TRACES = "traces"
UNKNOWN = "not classified"

_CALLER = ""
"""In the table: the frame around decides."""

PARTS = {
    "hypercorn/": HTTP,
    "h11/": HTTP,
    "twisted/": HTTP,
    "rolo/serving/": HTTP,
    "rolo/": GATEWAY,
    "werkzeug/": GATEWAY,
    "localstack/http/": GATEWAY,
    "localstack/aws/": GATEWAY,
    "lab_engine/gate/": GATEWAY,
    "lab_engine/gate/server": HTTP,
    "localstack/aws/connect": CALLS,
    "localstack/aws/client": CALLS,
    "lab_engine/runtime/connections": HTTP,
    "lab_engine/runtime/direct_calls": CALLS,
    "boto3/": CALLS,
    "botocore/": CALLS,
    "botocore/model": _CALLER,
    "botocore/compat": _CALLER,
    "botocore/utils": _CALLER,
    "lab_engine/iam/": IAM,
    "moto/iam/": IAM,
    "moto/sts/": IAM,
    "localstack/services/sts/": IAM,
    "localstack/services/s3/": S3,
    "lab_engine/s3/": S3,
    "localstack/services/sqs/": SQS,
    "lab_engine/sqs/": SQS,
    "localstack/services/lambda_/": INVOKE,
    "lab_engine/lambda_/": INVOKE,
    "lab_engine/lambda_/runtime_api": RUNTIME_API,
    "localstack/services/lambda_/invocation/event_manager": ASYNCHRONOUS,
    "lab_engine/lambda_/asynchronous_events": ASYNCHRONOUS,
    "localstack/services/lambda_/event_source_mapping/": POLLER,
    "localstack/services/lambda_/invocation/logs": LOGS,
    "lab_engine/lambda_/log_delivery": LOGS,
    "lab_engine/lambda_/invocation_log": LOGS,
    "lab_engine/lambda_/report": LOGS,
    "localstack/services/logs/": LOGS,
    "lab_engine/logs/": LOGS,
    "moto/logs/": LOGS,
    "localstack/services/stepfunctions/": WORKFLOW,
    "lab_engine/stepfunctions/": WORKFLOW,
    "localstack/services/sns/": MAIL,
    "localstack/services/ses/": MAIL,
    "lab_engine/sns/": MAIL,
    "moto/ses/": MAIL,
    "localstack/services/cloudwatch/": METRICS,
    "localstack/utils/cloudwatch/": METRICS,
    "lab_engine/cloudwatch/": METRICS,
    "lab_engine/lambda_/metrics": METRICS,
    "lab_engine/sqs/metrics": METRICS,
    "lab_engine/stepfunctions/metrics": METRICS,
    "lab_engine/state/": SAVING,
    "lab_engine/faults/": FAULTS,
    "lab_engine/xray/": TRACES,
}
"""The part of each module or package, by the beginning of its path; the longest one counts."""

_PREFIXES = sorted(PARTS, key=len, reverse=True)
_FRAME = re.compile(r".* \((?P<file>.+?)(:\d+)?\)")


class NotRawError(ValueError):
    """A line is not in py-spy's raw format."""


def count_by_part(lines: Iterable[str]) -> Counter[str]:
    """Count samples by part.

    Args:
        lines: As py-spy writes them in its raw format: the frames of a stack, the outermost first,
            with semicolons between them, and the number of samples.

    Raises:
        NotRawError: A line is not in that format.
    """
    counted: Counter[str] = Counter()
    for line in lines:
        files, samples = _stack(line)
        counted[part_of(files)] += samples
    return counted


def is_readable(line: str) -> bool:
    """Tell whether py-spy has read a stack: a look at a bad moment finds none."""
    return not line.startswith(" ")


def innermost_of_unknown(lines: Iterable[str]) -> Counter[str]:
    """Count the samples that the table does not classify, by the innermost file."""
    counted: Counter[str] = Counter()
    for line in lines:
        files, samples = _stack(line)
        if part_of(files) == UNKNOWN:
            counted["/".join(files[-1].split("/")[-3:])] += samples
    return counted


def part_of(files: list[str]) -> str:
    """Return the part that a stack belongs to.

    Args:
        files: The path of each frame's file, the outermost first.
    """
    return next((part for file in reversed(files) if (part := _part_of_file(file))), UNKNOWN)


@cache
def _part_of_file(file: str) -> str:
    known = (PARTS[prefix] for prefix in _PREFIXES if f"/{prefix}" in file)
    return next(known, _CALLER)


def _stack(line: str) -> tuple[list[str], int]:
    stack, _, samples = line.rstrip().rpartition(" ")
    found = [_FRAME.fullmatch(frame) for frame in stack.split(";")]
    if not samples.isdigit():
        raise NotRawError(line[:200])
    files = [each["file"] for each in found if each]
    return files or [stack], int(samples)
