"""A function that does what its event asks, for the tests of the executor."""

import ctypes
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import boto3

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
HOARDER = [sys.executable, "-c", "import time; held = b'x' * (300 << 20); time.sleep(600)"]

ticks = 0


def handler(event: dict[str, Any], context: Any) -> Any:
    action = ACTIONS[event.get("action", "describe")]
    return action(event, context)


def describe(_event: Any, context: Any) -> dict[str, Any]:
    return {
        "pid": os.getpid(),
        "environment": dict(os.environ),
        "folder": str(Path.cwd()),
        "temporary_folder": tempfile.gettempdir(),
        "import_path": sys.path,
        "modules": sorted(sys.modules),
        "context": {name: getattr(context, name) for name in CONTEXT_FIELDS},
        "remaining_ms": context.get_remaining_time_in_millis(),
        "custom": context.client_context and context.client_context.custom,
    }


CONTEXT_FIELDS = (
    "aws_request_id",
    "function_name",
    "function_version",
    "invoked_function_arn",
    "memory_limit_in_mb",
    "log_group_name",
    "log_stream_name",
)


def call_aws(event: Any, _context: Any) -> str:
    boto3.client("s3").put_object(Bucket=event["bucket"], Key="made by the function", Body=b"x")
    return str(boto3.client("sts").get_caller_identity()["Arn"])


def sleep(event: Any, _context: Any) -> int:
    time.sleep(event["seconds"])
    return os.getpid()


def leave_children_and_sleep(_event: Any, _context: Any) -> None:
    start_children()
    time.sleep(600)


def leave_children(_event: Any, _context: Any) -> int:
    start_children()
    return os.getpid()


def start_children() -> None:
    subprocess.Popen(SLEEPER)
    subprocess.Popen(SLEEPER, start_new_session=True)


def hoard(event: Any, _context: Any) -> None:
    held = bytearray(event["megabytes"] << 20)
    time.sleep(event["seconds"])
    del held


def hoard_in_child(_event: Any, _context: Any) -> None:
    subprocess.run(HOARDER, check=True)


def exit_at_once(event: Any, _context: Any) -> None:
    print("about to exit")  # noqa: T201 - must reach the log
    os._exit(event["status"])


def crash(_event: Any, _context: Any) -> None:
    ctypes.string_at(0)


def fail(_event: Any, _context: Any) -> None:
    message = "ไฟล์เสีย"
    raise ValueError(message)


def answer_bytes(event: Any, _context: Any) -> str:
    return "x" * int(event["bytes"])


def write_lines(event: Any, _context: Any) -> None:
    for number in range(event["lines"]):
        print(f"line {number}")  # noqa: T201 - must reach the log


def write_everywhere(_event: Any, _context: Any) -> None:
    print("printed")  # noqa: T201 - must reach the log
    sys.stderr.write("to stderr\n")
    logging.warning("logged\nin two lines")
    os.write(1, b"past Python\n")
    print("first\nsecond", end="")  # noqa: T201 - must reach the log


def keep_ticking(_event: Any, _context: Any) -> None:
    def tick() -> None:
        global ticks  # noqa: PLW0603 - what a careless function does
        while True:
            ticks += 1
            time.sleep(0.01)

    threading.Thread(target=tick, daemon=True).start()


def count_ticks(_event: Any, _context: Any) -> int:
    return ticks


def write_file(event: Any, _context: Any) -> bool:
    path = Path(tempfile.gettempdir()) / "kept.txt"
    existed = path.exists()
    path.write_text(str(event), encoding="utf-8")
    return existed


ACTIONS = {
    action.__name__: action
    for action in (
        describe,
        call_aws,
        sleep,
        leave_children_and_sleep,
        leave_children,
        hoard,
        hoard_in_child,
        exit_at_once,
        crash,
        fail,
        answer_bytes,
        write_lines,
        write_everywhere,
        keep_ticking,
        count_ticks,
        write_file,
    )
}
