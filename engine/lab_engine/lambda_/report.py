"""The lines Lambda itself writes into a function's log, in AWS's words.

See https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
"""

import json
import math
import signal
from dataclasses import dataclass
from datetime import UTC, datetime

from lab_engine.lambda_.invocation_log import INIT_START
from lab_engine.lambda_.process import Exited, OutOfMemory, TimedOut
from lab_engine.lambda_.runtime_api import InitFailed

MEGABYTE = 1024 * 1024

SIGNAL_NAMES = {
    signal.SIGABRT: "aborted",
    signal.SIGBUS: "bus error",
    signal.SIGFPE: "floating point exception",
    signal.SIGHUP: "hangup",
    signal.SIGILL: "illegal instruction",
    signal.SIGINT: "interrupt",
    signal.SIGKILL: "killed",
    signal.SIGSEGV: "segmentation fault",
    signal.SIGTERM: "terminated",
}
"""Go's names, because AWS's process supervisor is written in Go."""

Failure = InitFailed | Exited | OutOfMemory | TimedOut
"""What can end an invocation and its process without an answer of the handler."""


@dataclass(frozen=True)
class Usage:
    """The time and memory that an invocation took."""

    duration_seconds: float
    """Without the init phase."""
    memory_mb: int
    peak_bytes: int
    init_seconds: float | None = None
    """None if the invocation found a process that was ready."""


def init_start_line(runtime: str, version_arn: str) -> str:
    """Return the line that says that a process is being started."""
    language = runtime.replace("python", "python:")
    return f"{INIT_START} Runtime Version: {language}\tRuntime Version ARN: {version_arn}\n"


def init_timeout_line(seconds: float) -> str:
    """Return the line that says that the init phase timed out."""
    return f"INIT_REPORT Init Duration: {seconds * 1000:.2f} ms\tPhase: init\tStatus: timeout\n"


def start_line(request_id: str, version: str) -> str:
    """Return the line that says that an invocation begins."""
    return f"START RequestId: {request_id} Version: {version}\n"


def end_line(request_id: str) -> str:
    """Return the line that says that an invocation has ended."""
    return f"END RequestId: {request_id}\n"


def report_line(request_id: str, usage: Usage, failure: Failure | None) -> str:
    """Return the line with an invocation's time, memory and, if it failed, the reason."""
    billed = usage.duration_seconds + (usage.init_seconds or 0)
    # A process may exceed its limit before it is killed; AWS never shows more than the limit.
    used_mb = min(math.ceil(usage.peak_bytes / MEGABYTE), usage.memory_mb)
    fields = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {usage.duration_seconds * 1000:.2f} ms",
        f"Billed Duration: {math.ceil(billed * 1000)} ms",
        f"Memory Size: {usage.memory_mb} MB",
        f"Max Memory Used: {used_mb} MB",
    ]
    if usage.init_seconds is not None:
        fields.append(f"Init Duration: {usage.init_seconds * 1000:.2f} ms")
    if isinstance(failure, TimedOut):
        fields.append("Status: timeout")
    elif failure is not None:
        fields += ["Status: error", f"Error Type: {error_type(failure)}"]
    return "\t".join(fields) + "\t\n"


def failure_events(request_id: str, failure: Failure, timeout: int) -> list[str]:
    """Return what Lambda logs for a failure; nothing if the runtime has logged it itself."""
    match failure:
        case TimedOut():
            now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            return [f"{now} {request_id} Task timed out after {timeout:.2f} seconds\n"]
        case InitFailed():
            return []
        case _:
            reason = exit_reason(failure)
            return [f"RequestId: {request_id} Error: {reason}\n{error_type(failure)}\n"]


def failure_payload(request_id: str, failure: Failure, timeout: int) -> bytes:
    """Return the answer that the caller gets."""
    if isinstance(failure, InitFailed):
        return failure.error
    reason = (
        f"Task timed out after {timeout:.2f} seconds"
        if isinstance(failure, TimedOut)
        else exit_reason(failure)
    )
    error = {
        "errorType": error_type(failure),
        "errorMessage": f"RequestId: {request_id} Error: {reason}",
    }
    return json.dumps(error).encode()


def error_type(failure: Failure) -> str:
    """Return AWS's name for a failure."""
    match failure:
        case TimedOut():
            return "Sandbox.Timedout"
        case OutOfMemory():
            return "Runtime.OutOfMemory"
        case InitFailed():
            return str(json.loads(failure.error)["errorType"])
        case _:
            return "Runtime.ExitError"


def exit_reason(failure: Exited | OutOfMemory) -> str:
    """Return AWS's sentence for why a process ended."""
    status = -signal.SIGKILL if isinstance(failure, OutOfMemory) else failure.status
    if status == 0:
        return "Runtime exited without providing a reason"
    if status > 0:
        return f"Runtime exited with error: exit status {status}"
    number = signal.Signals(-status)
    return f"Runtime exited with error: signal: {SIGNAL_NAMES.get(number, number.name)}"
