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
"""As Go names them, in which AWS's process supervisor is written."""

Failure = InitFailed | Exited | OutOfMemory | TimedOut
"""What ends an invocation and its process without an answer from the handler."""


@dataclass(frozen=True)
class Usage:
    """What an invocation took."""

    duration: float
    """Seconds, without the init phase."""
    memory_mb: int
    peak_bytes: int
    init_duration: float | None = None
    """Seconds, where this invocation found no process ready."""


def init_start_line(runtime: str, version_arn: str) -> str:
    """Says that a process is being started."""
    language = runtime.replace("python", "python:")
    return f"{INIT_START} Runtime Version: {language}\tRuntime Version ARN: {version_arn}\n"


def init_timeout_line(seconds: float) -> str:
    """Says that the init phase was cut off."""
    return f"INIT_REPORT Init Duration: {seconds * 1000:.2f} ms\tPhase: init\tStatus: timeout\n"


def start_line(request_id: str, version: str) -> str:
    """Says that an invocation begins."""
    return f"START RequestId: {request_id} Version: {version}\n"


def end_line(request_id: str) -> str:
    """Says that an invocation is over."""
    return f"END RequestId: {request_id}\n"


def report_line(request_id: str, usage: Usage, failure: Failure | None) -> str:
    """Says what an invocation took and, where it did not end in an answer, why."""
    billed = usage.duration + (usage.init_duration or 0)
    # A killed process may have been seen above its limit; AWS never shows more than the limit.
    used_mb = min(math.ceil(usage.peak_bytes / MEGABYTE), usage.memory_mb)
    fields = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {usage.duration * 1000:.2f} ms",
        f"Billed Duration: {math.ceil(billed * 1000)} ms",
        f"Memory Size: {usage.memory_mb} MB",
        f"Max Memory Used: {used_mb} MB",
    ]
    if usage.init_duration is not None:
        fields.append(f"Init Duration: {usage.init_duration * 1000:.2f} ms")
    if isinstance(failure, TimedOut):
        fields.append("Status: timeout")
    elif failure is not None:
        fields += ["Status: error", f"Error Type: {error_type(failure)}"]
    return "\t".join(fields) + "\t\n"


def failure_events(request_id: str, failure: Failure, timeout: int) -> list[str]:
    """What Lambda logs of a failure; nothing where the runtime has logged it itself."""
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
    """What the caller is answered."""
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
    """AWS's name for a failure."""
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
    """Why a process is no more."""
    status = -signal.SIGKILL if isinstance(failure, OutOfMemory) else failure.status
    if status == 0:
        return "Runtime exited without providing a reason"
    if status > 0:
        return f"Runtime exited with error: exit status {status}"
    number = signal.Signals(-status)
    return f"Runtime exited with error: signal: {SIGNAL_NAMES.get(number, number.name)}"
